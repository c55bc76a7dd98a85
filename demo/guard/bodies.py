"""What is arriving or being worked on, in bytes: of each address and together, counted as it comes."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from starlette.types import Message, Receive

from demo.guard import limits, shape

SMALL_BYTES = 256 * 1024  # a drawing has a tenth of that
SMALL_TOGETHER_BYTES = 32 * limits.MB
FIRST_S = 10.0  # for what is small
BYTES_A_SECOND = 32 * 1024  # of what is large, on the average; slower connections are cut
BUSY = "Many large files are arriving just now. Please send yours again in a minute."
SLOW = "That arrived too slowly. Please send it again."
TOO_LARGE = "That is more than {megabytes} MB at once. Please send less."
TOO_LARGE_KB = "That is more than {kilobytes} kB at once. Please send less."


class BodyError(Exception):
    """A body that is not taken: `status` for programs, the message is a sentence for people."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(eq=False)
class Holding:
    """What one request holds of a budget, until `Budget.give_back`; `arrived` once nothing more will come."""

    address: str
    started_at: float
    time: asyncio.Timeout
    held: int = 0
    arrived: bool = False
    cut: bool = False


class Budget:
    """Bytes for many requests at once. When it is used up, the address that holds most must give the slowest up."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._holdings: dict[Holding, int] = {}
        self.held = 0

    def take(self, holding: Holding, count: int) -> None:
        """Count bytes that have arrived; BodyError when there is no room for them, nor can any be made."""
        while self.held + count > self._most_bytes:
            self._make_room(holding)
        self.held += count
        self._holdings[holding] = self._holdings.get(holding, 0) + count

    def give_back(self, holding: Holding) -> None:
        """Nothing is held for that request any more."""
        self.held -= self._holdings.pop(holding, 0)

    def _make_room(self, asking: Holding) -> None:
        of_each: Counter[str] = Counter()
        for holding, count in self._holdings.items():
            of_each[holding.address] += count
        arriving = [one for one in self._holdings if not one.arrived]
        if not arriving:
            raise BodyError(503, BUSY)
        slowest = max(arriving, key=lambda one: (of_each[one.address], -one.started_at))
        if slowest is asking:
            raise BodyError(503, BUSY)
        slowest.cut = True
        with suppress(RuntimeError):  # it is not waiting just now, and will see that it was cut
            slowest.time.reschedule(asyncio.get_running_loop().time())
        self.give_back(slowest)


SMALL, LARGE = Budget(SMALL_TOGETHER_BYTES), Budget(limits.IN_FLIGHT_BYTES)


def too_large(most_bytes: int) -> BodyError:
    """The refusal of a body beyond a limit."""
    if most_bytes < limits.MB:
        return BodyError(413, TOO_LARGE_KB.format(kilobytes=most_bytes // 1024))
    return BodyError(413, TOO_LARGE.format(megabytes=most_bytes // limits.MB))


class Body:
    """One request's body on its way in: bounded in size, in time, and by what others hold."""

    def __init__(
        self, receive: Receive, address: str, most_bytes: int, to_disk: Callable[[bytes], None] | None = None
    ) -> None:
        """`to_disk` counts what goes there as it comes, in place of the memory's budgets."""
        self._receive = receive
        self._to_disk = to_disk
        self._most_bytes = most_bytes
        self._started_at = time.monotonic()
        self._holding = Holding(address, self._started_at, asyncio.timeout(None))
        self.read = 0

    async def next(self) -> Message:
        """The next piece, or the message that the sender left; BodyError with a sentence."""
        allowed_s = FIRST_S + self.read / BYTES_A_SECOND
        self._holding.time = asyncio.timeout(self._started_at + allowed_s - time.monotonic())
        try:
            async with self._holding.time:
                message = await self._receive()
        except TimeoutError as error:
            raise BodyError(503 if self._holding.cut else 408, BUSY if self._holding.cut else SLOW) from error
        if self._holding.cut:
            raise BodyError(503, BUSY)
        self._count(message.get("body", b""))
        self._holding.arrived = not message.get("more_body", False)
        return message

    async def whole(self) -> bytes | None:
        """All of it, JSON, or None when the sender left; BodyError, or ShapeError as soon as it is no question."""
        pieces: list[bytes] = []
        parts = 0
        while True:
            message = await self.next()
            if message["type"] == "http.disconnect":
                return None
            pieces.append(message.get("body", b""))
            parts += shape.parts(pieces[-1])
            shape.check_parts(parts)
            if not message.get("more_body", False):
                return b"".join(pieces)

    @property
    def arrived(self) -> bool:
        """Whether nothing more will come."""
        return self._holding.arrived

    def give_back(self) -> None:
        """The request is over."""
        SMALL.give_back(self._holding)
        LARGE.give_back(self._holding)

    def _count(self, piece: bytes) -> None:
        size, before = len(piece), self.read
        self.read += size
        if self.read > self._most_bytes:
            raise too_large(self._most_bytes)
        if self._to_disk:
            self._to_disk(piece)
            return
        small = max(0, min(self.read, SMALL_BYTES) - before)
        SMALL.take(self._holding, small)
        LARGE.take(self._holding, size - small)
