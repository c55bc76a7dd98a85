"""Where answers go: to the screen as they are read, or into a file that a later call can go on with."""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TextIO

from tqdm import tqdm

from core.many.kept import Kept
from core.many.out import Out
from core.many.places import Named
from core.many.rows import Row
from core.refusals import printable

MOST_TOLD = 100  # pictures that could not be read of which standard error tells, where a file has them all


class Sink(Protocol):
    """Takes the rows of pictures in order.

    done:   pictures whose answers were there before.
    failed: pictures that could not be read.
    """

    done: int
    failed: int

    def missing(self, pictures: Iterable[Named]) -> Iterator[Named]:
        """Those of all pictures that are to be read."""
        ...

    def begin(self) -> None:
        """Be ready for rows."""
        ...

    def take(self, chunk: Sequence[Named], rows: Sequence[Row]) -> None:
        """The rows of the next pictures."""
        ...

    def end(self) -> None:
        """All have been read."""
        ...

    def close(self) -> None:
        """Nothing more is read, whether all was or not."""
        ...


class Screen:
    """Lines on standard output, and a sentence on standard error for what could not be read."""

    def __init__(self, head: Sequence[str]) -> None:
        self.done = self.failed = 0
        self._head = head

    def missing(self, pictures: Iterable[Named]) -> Iterator[Named]:
        """See Sink."""
        return iter(pictures)

    def begin(self) -> None:
        """See Sink."""
        for line in self._head:
            _say(line, sys.stdout)

    def take(self, chunk: Sequence[Named], rows: Sequence[Row]) -> None:
        """See Sink."""
        for picture, row in zip(chunk, rows, strict=True):
            if row.problem:
                self.failed += 1
                _say(printable(f"{picture.name}: {row.problem}"), sys.stderr)
            for line in row.lines:
                _say(line, sys.stdout)

    def end(self) -> None:
        """See Sink."""

    def close(self) -> None:
        """See Sink."""


class Answers:
    """A file of rows, which goes on where an earlier call with the same settings ended, however that ended."""

    def __init__(self, out: Out, kept: Kept, name: str) -> None:
        self.done, self.failed = kept.done, kept.failed
        self._out, self._kept, self._name = out, kept, name
        self._begun_at, self._told = time.monotonic(), 0

    def missing(self, pictures: Iterable[Named]) -> Iterator[Named]:
        """See Sink; OutError when those that are done are others than are named now."""
        return self._kept.missing(pictures)

    def begin(self) -> None:
        """See Sink."""
        if not self._kept.done:
            self._kept.save(0)  # first, so that a file without it is none of ours
        self._out.begin(self._kept.position)
        self._begun_at = time.monotonic()

    def take(self, chunk: Sequence[Named], rows: Sequence[Row]) -> None:
        """See Sink."""
        self._out.write(rows)
        problems = [f"{picture.name}: {row.problem}" for picture, row in zip(chunk, rows, strict=True) if row.problem]
        self._tell(problems)
        self._kept.add(chunk, len(problems))
        if self._out.due():
            self._kept.save(self._out.keep())

    def _tell(self, problems: Sequence[str]) -> None:
        for problem in problems[: max(0, MOST_TOLD - self._told)]:
            _say(printable(problem), sys.stderr)
        self._told += len(problems)

    def end(self) -> None:
        """See Sink; says how many there were, and how fast it was."""
        self._kept.save(self._out.keep())
        self.failed = self._kept.failed
        now, took_s = self._kept.done - self.done, max(time.monotonic() - self._begun_at, 1e-3)
        rate = f"{now / took_s:,.1f} pictures a second" if now else "there was nothing to do"
        not_read = f", of which {self.failed:,} could not be read" if self.failed else ""
        _say(printable(f"{self._name}: {self._kept.done:,} pictures{not_read}; {rate}"), sys.stderr)

    def close(self) -> None:
        """See Sink."""
        self._out.close()


def _say(line: str, stream: TextIO) -> None:
    """A line that leaves a bar below it whole."""
    tqdm.write(line, file=stream)
    stream.flush()
