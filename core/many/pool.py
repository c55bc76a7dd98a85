"""Processes that read side by side: rows come in the order of the pictures, and one that dies is replaced."""

import os
import subprocess
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from types import TracebackType
from typing import Any

from core.decoders import DIED, ONE_THREAD, ROOT
from core.many import messages
from core.many.places import Named
from core.many.rows import Row
from core.many.worker import READY
from core.reading_lines import Lines
from core.refusals import RefusalError

Chunk = Sequence[Named]
AHEAD = 2  # chunks that a process has: one is read while the next is there already
WINDOW = 6  # chunks a process between the first that is not written and the last that was handed out

MOST_HELD_BYTES = 256 * 2**20  # of pictures that go over the pipes, such as those out of Parquet


@dataclass
class Job:
    """A chunk, and what came of it so far.

    blamed: a process died over it, so it is read picture by picture, until that which does it is found.
    """

    chunk: Chunk
    told: list[tuple[list[Any], bytes]]
    rows: list[Row] = field(default_factory=list)
    blamed: bool = False

    def __post_init__(self) -> None:
        self.held_bytes = sum(len(content) for _, content in self.told)

    @property
    def done(self) -> bool:
        """Whether each picture has its row."""
        return len(self.rows) == len(self.chunk)

    def message(self) -> tuple[list[Any], bytes]:
        """What is asked of a process: all that is missing, or one picture."""
        asked = self.told[len(self.rows) :][: 1 if self.blamed else None]
        return [one for one, _ in asked], b"".join(content for _, content in asked)

    def died(self, lines: Lines) -> None:
        """A process ended over it: the first time nothing is known, then it was the one picture that it had."""
        if self.blamed:
            name = self.chunk[len(self.rows)].name
            self.rows.append(Row(lines(name, DIED), DIED))
        self.blamed = True


class Worker:
    """One process, seen from the one that asks; what it says is put into `said`, with None when it has ended."""

    def __init__(self, command: Sequence[str], said: "SimpleQueue[tuple[Worker, Any]]") -> None:
        self.jobs: deque[Job] = deque()
        self.ready = False
        self._said = said
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | ONE_THREAD,
            start_new_session=True,  # a Ctrl-C is for the program that asks; this one ends with its pipe
        )
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def process_id(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def idle(self) -> bool:
        """Whether it can take another job."""
        return self.ready and len(self.jobs) < AHEAD

    def take(self, job: Job) -> None:
        """Ask for a job; where the process is gone already, that is said soon."""
        assert self._process.stdin is not None
        self.jobs.append(job)
        try:
            messages.send(self._process.stdin, *job.message())
        except OSError:
            self._process.kill()

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except OSError:  # what was written and nobody read
                continue

    def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            while (message := messages.receive(self._process.stdout)) is not None:
                self._said.put((self, message[0]))
        except ValueError:  # closed by `end`
            return
        self._said.put((self, None))


class Pool:
    """Up to `jobs` processes of a command that runs `worker.work`; a context manager that ends them.

    lines: how a picture that ended its process is told of.
    """

    def __init__(self, command: Sequence[str], jobs: int, lines: Lines) -> None:
        self._command, self._most, self._lines = command, jobs, lines
        self._said: SimpleQueue[tuple[Worker, Any]] = SimpleQueue()
        self._workers: list[Worker] = []
        self._waiting: deque[Job] = deque()  # in order, until they are handed on
        self._todo: deque[Job] = deque()

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for worker in self._workers:
            worker.end()

    @property
    def process_ids(self) -> list[int]:
        """The numbers of the processes."""
        return [worker.process_id for worker in self._workers]

    def answers(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, list[Row]]]:
        """Each chunk with its rows, in order; few chunks are held at a time, so memory stays flat.

        errors: RefusalError when every process ended before it was ready to read.
        """
        coming = iter(chunks)
        while self._fill(coming):
            self._hand_out()
            if not self._waiting[0].done:
                self._hear(*self._said.get())
            while self._waiting and self._waiting[0].done:
                job = self._waiting.popleft()
                yield job.chunk, job.rows

    def _fill(self, coming: Iterator[Chunk]) -> bool:
        """Take chunks up to the window, and start processes for them; whether any are waiting."""
        while self._has_room() and (chunk := next(coming, None)):
            told = [([picture.name, lies], content) for picture in chunk for lies, content in [picture.place.told()]]
            self._waiting.append(job := Job(chunk, told))
            self._todo.append(job)
            if len(self._workers) < self._most:
                self._workers.append(Worker(self._command, self._said))
        return bool(self._waiting)

    def _has_room(self) -> bool:
        held_bytes = sum(job.held_bytes for job in self._waiting)
        return len(self._waiting) < WINDOW * self._most and held_bytes < MOST_HELD_BYTES

    def _hand_out(self) -> None:
        """Give jobs to processes that have room, first to those with fewest."""
        while self._todo and (idle := [worker for worker in self._workers if worker.idle]):
            min(idle, key=lambda worker: len(worker.jobs)).take(self._todo.popleft())

    def _hear(self, worker: Worker, said: Any) -> None:  # noqa: ANN401 (JSON)
        if said is None:
            self._replace(worker)
        elif said == READY:
            worker.ready = True
        else:
            job = worker.jobs.popleft()
            job.rows += [Row(*row) for row in said]
            if not job.done:
                self._todo.appendleft(job)

    def _replace(self, worker: Worker) -> None:
        worker.end()
        if worker.ready:
            if worker.jobs:
                worker.jobs[0].died(self._lines)
            self._todo.extendleft(job for job in reversed(worker.jobs) if not job.done)
            self._workers[self._workers.index(worker)] = Worker(self._command, self._said)
        else:
            self._do_without(worker)

    def _do_without(self, worker: Worker) -> None:
        """Go on with the others: one that ended at its start, where memory is short, would only end there again."""
        self._workers.remove(worker)
        self._most -= 1
        if not self._workers:
            raise RefusalError("a process that reads pictures ended at its start; `--jobs 1` reads without it")
