"""A visitor's connection, with an end: to the time for a question's head, to reading in crumbs, to their number."""

import asyncio
import time
from collections import Counter
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from demo.guard import limits

WATCH_S = 5.0
HEAD_S = 15.0  # for the head of a request
ANSWER_S = 30.0  # for a part of an answer to be fetched
FETCHED_BYTES = 128 * 1024  # in that time
CRUMBS = 200  # pieces of a body that may be small
CRUMB_BYTES = 256  # what a piece has at least, on the average, from then on
FILES_BESIDE = 100  # that this process may have open beside its connections


class _Pieces(h11.Connection):
    """Reads requests, but not in crumbs: each piece costs the same, of a byte or of a thousand."""

    def __init__(self, most_head_bytes: int) -> None:
        super().__init__(h11.SERVER, most_head_bytes)
        self._pieces = self._bytes = 0
        self.sent_bytes = 0

    def send(self, event: Any) -> Any:  # noqa: ANN401 (h11's own)
        """As h11's, counted."""
        data = super().send(event)
        self.sent_bytes += len(data or b"")
        return data

    def next_event(self) -> Any:  # noqa: ANN401 (h11's own)
        """As h11's; its error for a request in crumbs."""
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._pieces = self._bytes = 0
        elif isinstance(event, h11.Data):
            self._pieces, self._bytes = self._pieces + 1, self._bytes + len(event.data)
            if self._pieces > CRUMBS and self._bytes < CRUMB_BYTES * self._pieces:
                raise h11.RemoteProtocolError("a body in crumbs")
        return event


class Connection(H11Protocol):
    """uvicorn's, watched."""

    conn: _Pieces

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Someone connects; where too many are, whoever has most of them gives their oldest up."""
        self.conn = _Pieces(self.conn._max_incomplete_event_size)
        self._made_at = self._head_since = time.monotonic()
        self._fetched, self._fetched_at = 0, self._made_at
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=FETCHED_BYTES)
        self._watching = self.loop.call_later(WATCH_S, self._watch)
        if len(self.connections) > limits.CONNECTIONS:
            self._close_one()

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self._watching.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """An answer was given; the next question may take its time to come, not to arrive."""
        self._head_since = float("inf")
        super().on_response_complete()

    def data_received(self, data: bytes) -> None:
        """Something arrives."""
        if self._head_since == float("inf"):
            self._head_since = time.monotonic()
        super().data_received(data)

    def _watch(self) -> None:
        now = time.monotonic()
        idle = self.conn.their_state is h11.IDLE
        if idle and now - self._head_since > HEAD_S:
            self.transport.abort()
            return
        waiting = self.transport.get_write_buffer_size()
        fetched = self.conn.sent_bytes - waiting
        if not waiting or fetched >= self._fetched + FETCHED_BYTES:
            self._fetched, self._fetched_at = fetched, now
        elif now - self._fetched_at > ANSWER_S:
            self.transport.abort()
            return
        self._watching = self.loop.call_later(WATCH_S, self._watch)

    def _close_one(self) -> None:
        watched = [one for one in self.connections if isinstance(one, Connection)]
        counts = Counter(one.client[0] if one.client else "" for one in watched)
        most = max(counts.values())
        crowd = [one for one in watched if counts[one.client[0] if one.client else ""] == most]
        min(crowd, key=lambda one: (one is self, one._made_at)).transport.abort()


def raise_file_limit() -> None:
    """Let this process open as many files as its connections need, where the system has such a limit and allows."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = limits.CONNECTIONS + FILES_BESIDE
    if soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(needed, hard) if hard > 0 else needed, hard))
