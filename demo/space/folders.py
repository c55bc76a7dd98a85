"""What every folder for a Space has: front matter, a size that it may not exceed, and a way to be written whole."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from core.refusals import RefusalError

Files = dict[str, bytes]


class SpaceError(RefusalError):
    """A folder that must not be pushed; the message says what is missing or wrong."""


def front_matter(readme: str) -> str:
    """The lines between the two `---` at the top of README.md; SpaceError when there are none."""
    found = re.match(r"---\n(.*?\n)---\n", readme, re.DOTALL)
    if not found:
        raise SpaceError("README.md: expected Spaces front matter between two lines `---` at the top")
    return found[1]


def settings(front: str) -> Iterator[tuple[str, str]]:
    """Each `name: value` of front matter, quotes taken off."""
    for name, value in re.findall(r"^(\w+): *(.*)$", front, re.MULTILINE):
        yield name, value.strip('"')


def content_of(path: Path, folder: Path) -> bytes:
    """The bytes of a file below `folder`; SpaceError for a link, which would publish whatever it points at."""
    if path.resolve() != folder.resolve() / path.relative_to(folder):
        raise SpaceError(f"{path} is a link to {path.resolve()}; only files of this folder itself are published")
    return path.read_bytes()


def check_size(files: Files, limit_bytes: int) -> None:
    """SpaceError when the files together are larger than the limit."""
    if (size := sum(map(len, files.values()))) > limit_bytes:
        raise SpaceError(f"the Space has {size / 1e6:.0f} MB; at most {limit_bytes / 1e6:.0f} MB are meant to go in")


def write(folder: Path, files: Files) -> None:
    """Replace `folder` by these files; it is never half old and half new."""
    fresh = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, content in files.items():
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if folder.exists():
        shutil.rmtree(folder)
    fresh.rename(folder)
