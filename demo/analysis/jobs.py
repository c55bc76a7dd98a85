"""Long work in the background: whoever asks gets the result, or how far it is."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from core.mnist import DataError
from demo.analysis import memory
from demo.guard import allocator, deadline, limits

Progress = Callable[[float], None]
LIMIT_BYTES = 64 * 2**20  # of all kept results
ABANDONED_S = 15.0  # browsers ask four times a second how far it is
IN_USE_S = 10.0  # what was asked for within that time stays in any case: a view may need several large results


class Abandoned(DataError):  # noqa: N818 (reads as what it means)
    """Work that nobody has asked for any more; told to nobody but who asks just then."""

    def __init__(self) -> None:
        super().__init__("Nobody waited for that any more. Please ask again.")


@dataclass
class _Job:
    done: threading.Event = field(default_factory=threading.Event)
    share: float = 0.0
    result: Any = None
    error: Exception | None = None
    asked_at: float = 0.0  # by time.monotonic(); of who still waits for it the end of that
    address: str = ""  # of who asked first


class Jobs:
    """Runs one piece of work at a time and keeps the newest results. Safe to ask from several threads."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES, in_use_s: float = IN_USE_S) -> None:
        self._limit_bytes = limit_bytes
        self._in_use_s = in_use_s
        self._jobs: OrderedDict[Hashable, _Job] = OrderedDict()
        self._asking = threading.Lock()
        self._working = threading.Lock()
        self._later: threading.Timer | None = None

    def ask(self, key: Hashable, work: Callable[[Progress], Any], wait_s: float) -> tuple[Any, float]:
        """(result, 1.0), or (None, share done, below 1) when `work` takes longer than `wait_s`; ask again for the rest.

        work: called once for a key with a function that takes the share done, in [0, 1]. What it raises is raised
              here, once; the next one who asks starts it anew.
        errors: DataError when too much other work waits already.
        """
        job = self._job(key, work, wait_s)
        done = job.done.wait(wait_s)
        job.asked_at = time.monotonic()
        if not done:
            return None, min(job.share, 0.99)  # the last picture is not yet the result
        if job.error is not None:
            with self._asking:
                self._jobs.pop(key, None)
            raise job.error
        return job.result, 1.0

    def _job(self, key: Hashable, work: Callable[[Progress], Any], wait_s: float) -> _Job:
        with self._asking:
            job = self._jobs.get(key)
            if job is None:
                address = deadline.current().visitor[0]
                waiting = [other.address for other in self._jobs.values() if not other.done.is_set()]
                if len(waiting) >= limits.ANALYSES or waiting.count(address) > limits.ANALYSES // 2:
                    raise DataError("Many people are analysing pictures just now. Please try again in a minute.")
                job = self._jobs[key] = _Job(address=address, asked_at=time.monotonic() + wait_s)
                threading.Thread(target=self._run, args=(job, work), name="analysis").start()
            self._jobs.move_to_end(key)
            job.asked_at = time.monotonic() + wait_s
            return job

    def _forget(self) -> None:
        """Let the results go that were unused longest, until the rest is within the limit."""
        with self._asking:
            unused_since = time.monotonic() - self._in_use_s
            idle = [name for name, job in self._jobs.items() if job.done.is_set() and job.asked_at <= unused_since]
            for name in [name for name in idle if self._jobs[name].error]:  # who asked has left
                del self._jobs[name]
                idle.remove(name)
            for name in idle:
                if not self._too_much():
                    break
                del self._jobs[name]
            if self._too_much():
                self._look_again()
        allocator.trim()

    def _too_much(self) -> bool:
        return memory.held_bytes([job.result for job in self._jobs.values()]) > self._limit_bytes

    def _look_again(self) -> None:
        """Forget once what is in use now may no longer be, though no other work comes that would lead to it."""
        if self._later is None or not self._later.is_alive() or self._later is threading.current_thread():
            self._later = threading.Timer(self._in_use_s, self._forget)
            self._later.name, self._later.daemon = "forgetting", True
            self._later.start()

    def _run(self, job: _Job, work: Callable[[Progress], Any]) -> None:
        def progress(share: float) -> None:
            if not threading.main_thread().is_alive():
                raise InterruptedError("the program ends")  # a thread that is killed in native code aborts it
            job.share = share
            if time.monotonic() - job.asked_at > ABANDONED_S:
                raise Abandoned

        with self._working:
            try:
                progress(0.0)
                job.result = work(progress)
            except Exception as error:  # handed to whoever asks
                job.error = error
        job.done.set()
        if isinstance(job.error, Abandoned):  # nobody waits for it: the next one who asks starts it anew
            with self._asking:
                self._jobs = OrderedDict((key, other) for key, other in self._jobs.items() if other is not job)
        self._forget()
