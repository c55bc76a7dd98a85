"""What people say a drawing really was, kept in SQLite; each visitor sees only their own.

`python -m demo.corrections OUT.npz` writes everybody's for training, in MNIST's format.
"""

import io
import re
import sqlite3
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from demo import dataset, limits, settings
from demo.dataset import Dataset

Grey = NDArray[np.uint8]

VISITOR = re.compile(r"[0-9a-f]{32}")
MOST_OF_ONE_VISITOR = 1000
LAST_MINUTE = "kept_at BETWEEN datetime('now', '-1 minute') AND CURRENT_TIMESTAMP"  # a clock set back locks nobody out
TABLE = """
CREATE TABLE IF NOT EXISTS corrections (
    id INTEGER PRIMARY KEY,
    kept_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    visitor TEXT NOT NULL,
    digit INTEGER NOT NULL CHECK (digit BETWEEN 0 AND 9),
    answer INTEGER CHECK (answer BETWEEN 0 AND 9),
    seen BLOB NOT NULL CHECK (length(seen) = 784),
    picture BLOB NOT NULL
)"""
INDEX = "CREATE INDEX IF NOT EXISTS of_visitor ON corrections (visitor, kept_at)"


FULL = (
    "Your correction could not be kept: the disk of this page is full or cannot be written just now. Those kept before "
    "are safe; please try again later."
)


class CorrectionError(ValueError):
    """A correction that cannot be kept; the message is a sentence for the person who sent it."""


@dataclass(frozen=True)
class Correction:
    """One correction.

    digit:   what the person meant, 0..9.
    answer:  what the model said, None where it refused.
    seen:    (28, 28) uint8, ink 255: the picture in MNIST's format.
    picture: the drawing itself, a PNG file's bytes.
    """

    digit: int
    answer: int | None
    seen: Grey
    picture: bytes


class Corrections:
    """A file of corrections; CorrectionError when it cannot be written, so that the page can do without."""

    def __init__(self, path: Path, dataset: Dataset | None = None) -> None:
        """`dataset` gets every correction too, once it is kept here."""
        self.path = path
        self.dataset = dataset
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as connection:
                connection.execute("PRAGMA journal_mode = WAL")  # readers never wait for a writer
                connection.execute(TABLE)
                connection.execute(INDEX)
        except (OSError, sqlite3.Error) as error:
            raise CorrectionError(f"{path}: corrections cannot be kept there ({error})") from error

    def add(self, visitor: str, correction: Correction) -> int:
        """Keep a correction and return how many this visitor has; once it returns, a killed server does not lose it.

        CorrectionError when it is none, when the visitor has sent too many, or when it cannot be written.
        """
        _check(visitor, correction.digit)
        row = (visitor, correction.digit, correction.answer, correction.seen.tobytes(), correction.picture)
        try:
            with self._open() as connection:
                connection.execute("BEGIN IMMEDIATE")  # of two servers on one file, the second counts after the first
                self._check_patience(connection, visitor)
                connection.execute(
                    "INSERT INTO corrections (visitor, digit, answer, seen, picture) VALUES (?, ?, ?, ?, ?)", row
                )
                count = self._count(connection, visitor)
        except sqlite3.Error as error:
            print(f"{self.path}: a correction was not kept ({error})", file=sys.stderr)
            raise CorrectionError(FULL) from error
        if self.dataset:
            self.dataset.add(correction.digit, correction.answer, correction.picture)
        return count

    def of(self, visitor: str | None) -> list[Correction]:
        """One visitor's corrections, or everybody's for None, the oldest first; CorrectionError when unreadable."""
        query = "SELECT digit, answer, seen, picture FROM corrections WHERE ? IS NULL OR visitor = ? ORDER BY id"
        try:
            with self._open() as connection:
                rows = connection.execute(query, (visitor, visitor)).fetchall()
        except sqlite3.Error as error:
            print(f"{self.path}: corrections cannot be read ({error})", file=sys.stderr)
            raise CorrectionError("Corrections cannot be read just now. Please try again later.") from error
        return [
            Correction(digit, answer, np.frombuffer(seen, np.uint8).reshape(28, 28), picture)
            for digit, answer, seen, picture in rows
        ]

    def _check_patience(self, connection: sqlite3.Connection, visitor: str) -> None:
        if self._count(connection, visitor) >= MOST_OF_ONE_VISITOR:
            raise CorrectionError(f"You have sent {MOST_OF_ONE_VISITOR} corrections, thank you! No more are kept.")
        if self._count(connection, visitor, LAST_MINUTE) >= limits.CORRECTIONS_PER_MINUTE:
            raise CorrectionError(
                f"You have sent {limits.CORRECTIONS_PER_MINUTE} corrections within a minute. Please go on in a moment."
            )

    def _count(self, connection: sqlite3.Connection, visitor: str, when: str = "TRUE") -> int:
        query = f"SELECT count(*) FROM corrections WHERE visitor = ? AND {when}"
        return int(connection.execute(query, (visitor,)).fetchone()[0])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection of this thread's own, committed on leaving, rolled back on an error, closed in any case."""
        connection = sqlite3.connect(self.path, timeout=10)
        try:
            connection.execute("PRAGMA synchronous = FULL")  # on the disk before anybody is thanked
            page_bytes = connection.execute("PRAGMA page_size").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {limits.CORRECTIONS_BYTES // page_bytes}")
            with connection:
                yield connection
        finally:
            connection.close()


def opened() -> Corrections | None:
    """The corrections of this server, or None where they are switched off or the disk is read-only."""
    path = settings.corrections_file()
    if path is None:
        return None
    try:
        return Corrections(path, dataset.opened())
    except CorrectionError as error:
        print(f"{error}; the page runs without corrections", file=sys.stderr)
        return None


def as_npz(corrections: list[Correction]) -> bytes:
    """An .npz in MNIST's format: images (N, 28, 28) uint8, ink 255, and labels (N,) uint8."""
    images = np.zeros((len(corrections), 28, 28), np.uint8)
    for image, correction in zip(images, corrections, strict=True):
        image[:] = correction.seen
    labels = np.array([correction.digit for correction in corrections], np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, images=images, labels=labels)
    return buffer.getvalue()


def as_pictures(corrections: list[Correction]) -> bytes:
    """A .zip with the drawings as PNG files in a folder for each digit, as `python -m core.evaluate` reads them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, correction in enumerate(corrections):
            archive.writestr(f"{correction.digit}/{number:05d}.png", correction.picture)
    return buffer.getvalue()


def _check(visitor: str, digit: object) -> None:
    if not VISITOR.fullmatch(visitor):
        raise CorrectionError("Your browser did not say who it is. Please reload the page.")
    if isinstance(digit, bool) or not isinstance(digit, int) or not 0 <= digit <= 9:
        raise CorrectionError(f"A correction is a digit from 0 to 9, got {digit!r}.")


def main(arguments: list[str]) -> None:
    """Write everybody's corrections to the .npz file that is named."""
    if len(arguments) != 1 or not arguments[0].endswith(".npz"):
        raise SystemExit("usage: python -m demo.corrections OUT.npz")
    corrections = opened()
    if corrections is None:
        raise SystemExit("No corrections are kept here; set DIGITS_CORRECTIONS to their file.")
    everybody = corrections.of(None)
    Path(arguments[0]).write_bytes(as_npz(everybody))
    print(f"{arguments[0]}: {len(everybody)} corrections")


if __name__ == "__main__":
    main(sys.argv[1:])
