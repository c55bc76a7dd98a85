"""The picture files that a person names on a command line: files, folders, patterns, and "-" for standard input."""

import glob
import mimetypes
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from core import pictures

STDIN = Path("-")
SHOWN = 3  # names of files that are left out; of more their number is told


class Named(NamedTuple):
    """The files to read, in the order in which they were named, and a sentence for each name that leads to none."""

    files: list[Path]
    problems: list[str]
    left_out: list[str]


def find(names: Sequence[str]) -> Named:
    """Follow names to files.

    names: of files; of folders, whose pictures are found by their content in all folders below; patterns such as
           "scans/**/*.png", for shells that leave them as they are; "-".
    """
    found = Named([], [], [])
    for name in names:
        path = Path(name)
        if path.is_dir():
            _folder(path, found)
        elif name == "-" or path.exists() or not glob.has_magic(name):
            found.files.append(path)
        elif matches := sorted(glob.glob(name, recursive=True)):  # noqa: PTH207 (a Path's own takes no absolute pattern)
            for match in map(Path, matches):
                _folder(match, found) if match.is_dir() else found.files.append(match)
        else:
            found.problems.append(f"{name}: no file has a name like that")
    return found


def _folder(folder: Path, found: Named) -> None:
    below = sorted(path for path in folder.rglob("*") if path.is_file() and not _hidden(path.relative_to(folder)))
    chosen = [path for path in below if _is_picture(path)]
    found.files.extend(chosen)
    if not chosen:
        found.problems.append(f"{folder}: holds no picture; expected {pictures.ACCEPTED}")
    elif others := [path.relative_to(folder).as_posix() for path in below if path not in set(chosen)]:
        more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
        found.left_out.append(f"{folder}: left out what is no picture: {', '.join(others[:SHOWN])}{more}")


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _is_picture(path: Path) -> bool:
    """Whether a file calls itself a picture, so that a damaged one is told of, or is one by its content."""
    kind = mimetypes.guess_type(path.name, strict=False)[0] or ""
    if kind.startswith("image/"):
        return True
    try:
        with Image.open(path, formats=pictures.FORMATS):
            return True
    except Exception:  # Pillow raises whatever a foreign file makes its decoders run into
        return False
