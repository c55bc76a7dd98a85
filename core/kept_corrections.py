"""The file in which a page of one's own keeps what people corrected: where it lies, and its pictures to learn from."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import files
from core.refusals import RefusalError

SIDE_PX = 28
ENDINGS = (".sqlite", ".sqlite3", ".db")
QUERY = "SELECT id, digit, seen FROM corrections ORDER BY id"  # neither who sent one nor when


class KeptError(RefusalError):
    """A file of corrections that cannot be read; the message names it and says what is expected."""


def file_of_page() -> Path | None:
    """Where the page keeps corrections: DIGITS_CORRECTIONS, or beside app.py; None when that is `off`."""
    chosen = os.environ.get("DIGITS_CORRECTIONS")
    if chosen == "off":
        return None
    return Path(chosen) if chosen else files.ROOT / "corrections.sqlite"


def read(path: Path) -> Iterator[tuple[int, int, NDArray[np.uint8]]]:
    """The number of each correction, its digit 0..9 and its picture (28, 28) uint8, ink 255, the oldest first.

    A page may go on writing meanwhile; nothing is changed.
    errors: KeptError when there is no such file, or it holds no corrections.
    """
    if not path.is_file():
        raise KeptError(f"{path}: no such file; the page writes it at its first start, DIGITS_CORRECTIONS says where")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute(QUERY).fetchall()
    except sqlite3.Error as error:
        raise KeptError(
            f"{path}: no readable file of corrections ({error}); expected the one that a page keeps"
        ) from error
    for number, digit, seen in rows:
        if not isinstance(seen, bytes) or len(seen) != SIDE_PX**2 or digit not in range(10):
            raise KeptError(f"{path}: correction {number} is not a digit with a picture of {SIDE_PX}x{SIDE_PX}")
        yield number, digit, np.frombuffer(seen, np.uint8).reshape(SIDE_PX, SIDE_PX)
