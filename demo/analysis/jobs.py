"""Long work in the background: whoever asks gets the result, or how far it is."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

Progress = Callable[[float], None]
KEPT = 6  # results held in memory; the oldest unused one goes first


@dataclass
class _Job:
    done: threading.Event = field(default_factory=threading.Event)
    share: float = 0.0
    result: Any = None
    error: Exception | None = None


class Jobs:
    """Runs one piece of work at a time and keeps the newest results. Safe to ask from several threads."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._jobs: OrderedDict[Hashable, _Job] = OrderedDict()
        self._asking = threading.Lock()
        self._working = threading.Lock()

    def ask(self, key: Hashable, work: Callable[[Progress], Any], wait_s: float) -> tuple[Any, float]:
        """(result, 1.0), or (None, share done) when `work` takes longer than `wait_s`; ask again for the rest.

        work: called once for a key with a function that takes the share done, in [0, 1]. What it raises is raised
              here, once; the next one who asks starts it anew.
        """
        job = self._job(key, work)
        if not job.done.wait(wait_s):
            return None, job.share
        if job.error is not None:
            with self._asking:
                self._jobs.pop(key, None)
            raise job.error
        return job.result, 1.0

    def _job(self, key: Hashable, work: Callable[[Progress], Any]) -> _Job:
        with self._asking:
            job = self._jobs.get(key)
            if job is None:
                job = self._jobs[key] = _Job()
                threading.Thread(target=self._run, args=(job, work)).start()
            self._jobs.move_to_end(key)
            finished = [name for name, other in self._jobs.items() if other.done.is_set() and name != key]
            for name in finished[: max(len(self._jobs) - self._kept, 0)]:
                del self._jobs[name]
            return job

    def _run(self, job: _Job, work: Callable[[Progress], Any]) -> None:
        def progress(share: float) -> None:
            if not threading.main_thread().is_alive():
                raise InterruptedError("the program ends")  # a thread that is killed in native code aborts it
            job.share = share

        with self._working:
            try:
                job.result = work(progress)
            except Exception as error:  # handed to whoever asks
                job.error = error
        job.done.set()
