"""Files on disk: written whole or not at all, and told apart by their SHA-256."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

_HERE = Path(__file__).resolve().parent.parent
_INSTALLED = _HERE / "digits_files"  # where `pip install` puts what a checkout has at its top
ROOT = _INSTALLED if _INSTALLED.is_dir() else _HERE  # models/, data/ and docs/ lie below it
MODELS = ROOT / "models"
DATA = ROOT / "data"


def own_temporary(name: str) -> Path:
    """A folder of this user's in the system's temporary one, which other users may share; nothing is made."""
    user = f"-{os.getuid()}" if hasattr(os, "getuid") else ""  # on Windows each user has a temporary folder alone
    return Path(tempfile.gettempdir()) / f"{name}{user}"


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write into, which takes the place of `path` at the end: that holds the old bytes or the new ones,
    whatever moment the process dies at.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_atomic(path: Path, data: bytes) -> None:
    """Write `data` so that `path` holds the old bytes or the new ones, whatever moment the process dies at."""
    with written_whole(path) as file:
        file.write(data)


def write_json(path: Path, record: dict[str, Any]) -> None:
    """Write `record` as indented JSON with a final newline, atomically."""
    write_atomic(path, (json.dumps(record, indent=2) + "\n").encode())


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
