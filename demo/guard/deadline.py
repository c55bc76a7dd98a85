"""The time that one question may take, and for whom: work ends when it is over, or when its sender has left."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.pictures import PictureError
from demo.guard import limits

TOO_SLOW = "Reading that took too long, since many people are drawing just now. Please send it again in a minute."


class Deadline:
    """What all work on one question asks for its time. Safe to use from several threads.

    visitor: (address, session) of the sender, by which turns are given; ("", "") where nobody else waits.
    aside:   whether the work is costly, and must leave the places of drawings free.
    """

    def __init__(self, seconds: float, visitor: tuple[str, str] = ("", ""), *, aside: bool = False) -> None:
        self.visitor = visitor
        self.aside = aside
        self._ends_at = time.monotonic() + seconds
        self.ended = False  # by `end`; not by the clock
        self._stops: list[Callable[[], object]] = []
        self._lock = threading.Lock()

    @property
    def left_s(self) -> float:
        """Seconds that are left; 0 when it is over."""
        return 0.0 if self.ended else max(0.0, self._ends_at - time.monotonic())

    def end(self) -> None:
        """It is over: whatever runs for this question stops as soon as it can."""
        with self._lock:
            self.ended, stops = True, self._stops
            self._stops = []
        for stop in stops:
            stop()

    def check(self) -> None:
        """PictureError, a sentence for the sender, when it is over."""
        if not self.left_s:
            raise PictureError(TOO_SLOW)

    @contextmanager
    def stopping(self, stop: Callable[[], object]) -> Iterator[None]:
        """Call `stop` when it ends while the block runs; PictureError when it is over already."""
        self.check()
        with self._lock:
            self._stops.append(stop)
        try:
            yield
        finally:
            with self._lock:
                if stop in self._stops:
                    self._stops.remove(stop)


_CURRENT: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def current() -> Deadline:
    """The deadline of the question that is being worked on; outside of one, a new one of limits.REQUEST_S."""
    return _CURRENT.get() or Deadline(limits.REQUEST_S)


@contextmanager
def within(deadline: Deadline) -> Iterator[None]:
    """Work on a question: what runs in the block, and in tasks that it starts, has this deadline."""
    token = _CURRENT.set(deadline)
    try:
        yield
    finally:
        _CURRENT.reset(token)
