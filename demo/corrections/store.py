"""What people say a drawing really was, kept in SQLite; each visitor sees only their own."""

import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.refusals import RefusalError
from demo import settings
from demo.corrections import dataset
from demo.corrections.dataset import Dataset
from demo.guard import deadline, limits
from demo.guard.pace import Pace

Grey = NDArray[np.uint8]

VISITOR = re.compile(r"[0-9a-f]{32}")
MOST_OF_ONE_VISITOR = 1000
ONE_ADDRESS = 8  # visitors who correct without pause: a class behind one router
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
    "Your corrections could not be changed: the disk of this page is full or cannot be written just now. Those kept "
    "before are safe; please try again later."
)


BUSY = "Your correction could not be kept: another program is using the file just now. Please tap again in a moment."
WAIT_S = 1.0  # for another program to have done with the file


class CorrectionError(RefusalError, ValueError):
    """A correction that cannot be kept; the message is a sentence for the person who sent it."""


@dataclass(frozen=True)
class Correction:
    """One correction.

    id:      its number in the store, 0 before it is kept there.
    digit:   what the person meant, 0..9.
    answer:  what the model said, None where it refused.
    seen:    (28, 28) uint8, ink 255: the picture in MNIST's format.
    picture: the drawing itself, a PNG file's bytes.
    """

    digit: int
    answer: int | None
    seen: Grey
    picture: bytes
    id: int = 0


@dataclass(frozen=True)
class Kept:
    """What came of keeping a correction: its id, how many its visitor has, and the digits that it took the place of."""

    id: int
    count: int
    replaced: list[int]


class Corrections:
    """A file of corrections; CorrectionError when it cannot be written, so that the page can do without."""

    def __init__(self, path: Path, dataset: Dataset | None = None) -> None:
        """`dataset` gets every correction too, once it is kept here."""
        self.path = path
        self.dataset = dataset
        self._pace = Pace(ONE_ADDRESS * limits.CORRECTIONS_PER_MINUTE)
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
        return self._keep(visitor, correction, replace=False).count

    def replace(self, visitor: str, correction: Correction) -> Kept:
        """As `add`, in the place of what this visitor said of the same picture before."""
        if not self._pace.allows(deadline.current().visitor[0]):
            raise CorrectionError("Very many corrections come from your network just now. Please go on in a minute.")
        return self._keep(visitor, correction, replace=True)

    def forget(self, visitor: str, ids: list[int] | None) -> int:
        """Delete corrections of this visitor's own, those of these ids or all for None, and return how many are left.

        CorrectionError when they cannot be deleted. Ids of other visitors are left alone.
        """
        _check_visitor(visitor)
        own = "visitor = ?" if ids is None else f"visitor = ? AND id IN ({','.join('?' * len(ids))})"
        chosen = (visitor, *(ids or []))
        with self._writing("a correction was not taken back") as connection:
            gone = connection.execute(
                f"DELETE FROM corrections WHERE {own} RETURNING digit, picture", chosen
            ).fetchall()
            left = self._count(connection, visitor)
        self._unshare(gone)
        return left

    def _keep(self, visitor: str, correction: Correction, *, replace: bool) -> Kept:
        _check(visitor, correction.digit)
        row = (visitor, correction.digit, correction.answer, correction.seen.tobytes(), correction.picture)
        before: list[int] = []
        with self._writing("a correction was not kept") as connection:
            if replace:
                old = "DELETE FROM corrections WHERE visitor = ? AND picture = ? RETURNING digit"
                before = [digit for (digit,) in connection.execute(old, (visitor, correction.picture)).fetchall()]
            self._check_patience(connection, visitor)
            new = "INSERT INTO corrections (visitor, digit, answer, seen, picture) VALUES (?, ?, ?, ?, ?) RETURNING id"
            (number,) = connection.execute(new, row).fetchone()
            count = self._count(connection, visitor)
        if before:
            self._unshare([(digit, correction.picture) for digit in before])
        if self.dataset:
            self.dataset.add(correction.digit, correction.answer, correction.picture)
        return Kept(number, count, before)

    @contextmanager
    def _writing(self, failure: str) -> Iterator[sqlite3.Connection]:
        """A connection that writes all or nothing; CorrectionError when it cannot, and `failure` goes to the log."""
        try:
            with self._open() as connection:
                connection.execute("BEGIN IMMEDIATE")  # of two servers on one file, the second counts after the first
                yield connection
        except sqlite3.Error as error:
            print(f"{self.path}: {failure} ({error})", file=sys.stderr)
            busy = getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            raise CorrectionError(BUSY if busy else FULL) from error

    def _unshare(self, gone: list[tuple[int, bytes]]) -> None:
        if self.dataset:
            for digit, picture in gone:
                self.dataset.take_back(digit, picture)

    def of(self, visitor: str | None) -> list[Correction]:
        """One visitor's corrections, or everybody's for None, the oldest first; CorrectionError when unreadable."""
        query = "SELECT digit, answer, seen, picture, id FROM corrections WHERE ? IS NULL OR visitor = ? ORDER BY id"
        try:
            with self._open() as connection:
                rows = connection.execute(query, (visitor, visitor)).fetchall()
        except sqlite3.Error as error:
            print(f"{self.path}: corrections cannot be read ({error})", file=sys.stderr)
            raise CorrectionError("Corrections cannot be read just now. Please try again later.") from error
        return [
            Correction(digit, answer, np.frombuffer(seen, np.uint8).reshape(28, 28), picture, number)
            for digit, answer, seen, picture, number in rows
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
        connection = sqlite3.connect(self.path, timeout=WAIT_S)
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


def _check_visitor(visitor: str) -> None:
    if not VISITOR.fullmatch(visitor):
        raise CorrectionError("Your browser did not say who it is. Please reload the page.")


def _check(visitor: str, digit: object) -> None:
    _check_visitor(visitor)
    if isinstance(digit, bool) or not isinstance(digit, int) or not 0 <= digit <= 9:
        raise CorrectionError(f"A correction is a digit from 0 to 9, got {digit!r}.")
