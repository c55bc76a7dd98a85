"""Places to work at: each kind of question has its own, so that no costly one takes the place of a drawing."""

import asyncio
import contextvars
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from core.pictures import PictureError
from demo.guard import limits
from demo.guard.deadline import TOO_SLOW, Deadline, within

T = TypeVar("T")
BUSY = "Many people are asking that just now. Please try again in a minute."


@dataclass(eq=False)
class _Waiting:
    visitor: tuple[str, str]
    turn: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Place:
    """Threads for one kind of question. Whose turn is next: the address, then the session, that had the fewest.

    To be used from one event loop only.
    """

    def __init__(self, name: str, at_once: int, most_waiting: int, *, costly: bool = False) -> None:
        self.costly = costly
        self._free = at_once
        self._most_waiting = most_waiting
        self._waiting: list[_Waiting] = []
        self._turns: Counter[str | tuple[str, str]] = Counter()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=name)

    async def run(self, work: Callable[[], T], deadline: Deadline) -> T:
        """What `work` returns, from a thread; PictureError, a sentence, when the time is over or too many wait.

        A thread cannot be killed: the place stays taken until `work` has seen that its deadline is over.
        """
        await self._enter(deadline)
        with within(deadline):
            context = contextvars.copy_context()
        running = asyncio.get_running_loop().run_in_executor(self._threads, context.run, work)
        running.add_done_callback(self._leave)
        try:
            return await asyncio.wait_for(asyncio.shield(running), deadline.left_s)
        except TimeoutError as error:
            raise PictureError(TOO_SLOW) from error
        finally:
            deadline.end()  # also when the sender left, which cancels this

    async def _enter(self, deadline: Deadline) -> None:
        if self._free and not self._waiting:
            self._free -= 1
            return
        mine = _Waiting(deadline.visitor)
        self._waiting.append(mine)
        if len(self._waiting) > self._most_waiting:
            self._refuse_of_the_greediest()
        try:
            await asyncio.wait_for(asyncio.shield(mine.turn), deadline.left_s)
        except BaseException as error:
            if mine in self._waiting:
                self._waiting.remove(mine)
            elif not mine.turn.exception():
                self._next()  # the turn came just when nobody waited for it any more
            if isinstance(error, TimeoutError):
                raise PictureError(TOO_SLOW) from error
            raise

    def _refuse_of_the_greediest(self) -> None:
        """When the queue is at its end, the newest question of the address that has most of them goes."""
        counts = Counter(one.visitor[0] for one in self._waiting)
        most = max(counts.values())
        one = next(one for one in reversed(self._waiting) if counts[one.visitor[0]] == most)
        self._waiting.remove(one)
        one.turn.set_exception(PictureError(BUSY))

    def _leave(self, running: asyncio.Future[T]) -> None:
        running.cancelled() or running.exception()  # told to who asked, if they are still there
        self._next()

    def _next(self) -> None:
        if not self._waiting:
            self._free += 1
            self._turns.clear()
            return
        one = min(self._waiting, key=lambda one: (self._turns[one.visitor[0]], self._turns[one.visitor]))
        self._turns.update((one.visitor[0], one.visitor))
        self._waiting.remove(one)
        one.turn.set_result(None)


CORES = os.cpu_count() or 1
DRAWINGS = Place("drawing", 2 * CORES, 4 * limits.WAITING)
PICTURES = Place("picture", 2, limits.WAITING)
KEEPING = Place("keeping", 2, limits.WAITING)  # where a disk or another process may let us wait
VIEWS = Place("view", 4, limits.WAITING)
COSTLY = Place("costly", max(1, CORES // 2), limits.WAITING, costly=True)

# Functions of the page's components by name; what is not named here reads a picture.
OF = {
    "recognise": DRAWINGS,
    "correct": KEEPING,
    "take_corrections": KEEPING,
    "own_corrections": KEEPING,
    "my_corrections": KEEPING,
    "forget_corrections": KEEPING,
    "view": VIEWS,
    "take_away": VIEWS,
    "from_drawing": COSTLY,
    "explain": COSTLY,
    "compare": COSTLY,
}
