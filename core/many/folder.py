"""The files of a folder and of all below it, one after the other: no list of all is ever made."""

import os
from collections.abc import Iterator


def files(folder: str, within: str = "") -> Iterator[tuple[str, str]]:
    """(place, place within the folder, with slashes) of each file that is not hidden, sorted part by part.

    Of one folder at a time the names are held, about 150 bytes each. What may not be listed is passed over; a link to
    a folder is not followed.
    """
    for name, is_folder in _listed(folder):
        inner = f"{within}{name}"
        if is_folder:
            yield from files(os.path.join(folder, name), f"{inner}/")  # noqa: PTH118 (a Path a file is slow)
        else:
            yield os.path.join(folder, name), inner  # noqa: PTH118 (as above)


def _listed(folder: str) -> list[tuple[str, bool]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(
                (entry.name, is_folder)
                for entry in entries
                if not entry.name.startswith(".")
                and ((is_folder := entry.is_dir(follow_symlinks=False)) or entry.is_file())
            )
    except PermissionError:
        return []
