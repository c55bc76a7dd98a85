"""A log with an end: whatever goes wrong a thousand times a second is written a few times a minute."""

import logging
import sys
import threading
import time
from typing import TextIO

MOST_CHARACTERS = 32_000  # in each minute
MINUTE_S = 60.0


class Bounded:
    """A stream that passes so much of each minute's text on, and says how much it left out."""

    def __init__(self, stream: TextIO, most_characters: int = MOST_CHARACTERS) -> None:
        self._stream = stream
        self._most = most_characters
        self._lock = threading.Lock()
        self._begun_at = time.monotonic()
        self._written = self._left_out = 0

    def write(self, text: str) -> int:
        """As of any text stream."""
        with self._lock:
            self._new_minute()
            if self._written + len(text) <= self._most:
                self._written += len(text)
                self._stream.write(text)
            else:
                self._left_out += len(text)
        return len(text)

    def __getattr__(self, name: str) -> object:
        """Everything else is the stream's own."""
        return getattr(self._stream, name)

    def _new_minute(self) -> None:
        if time.monotonic() - self._begun_at < MINUTE_S:
            return
        if self._left_out:
            self._stream.write(f"({self._left_out:,} characters of that minute are left out here)\n")
        self._begun_at, self._written, self._left_out = time.monotonic(), 0, 0


def bound() -> None:
    """Bound this process's output and errors, and what logging writes there already."""
    for name in ("stdout", "stderr"):
        before = getattr(sys, name)
        after = Bounded(before)
        setattr(sys, name, after)
        for logger in [logging.getLogger(), *map(logging.getLogger, list(logging.root.manager.loggerDict))]:
            for handler in logger.handlers:
                if getattr(handler, "stream", None) is before:
                    handler.stream = after  # type: ignore[attr-defined]
