"""`digits read`, from names to answers: few pictures one by one in this process, many by several processes."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from core.many import named, progress
from core.many.chunks import CHUNK, chunked
from core.many.kept import Kept, Settings
from core.many.named import Notes
from core.many.out import out_of
from core.many.places import Named
from core.many.pool import Pool
from core.many.rows import ReadMany, Row, rows
from core.many.sinks import Answers, Screen, Sink
from core.reading_lines import FORMS, header
from core.refusals import NOT_READ, printable

FEW = 64  # pictures, which are read before other processes have started
BAR_FROM = 10  # pictures from which a bar on a terminal shows how far it is

Answered = Iterable[tuple[Sequence[Named], list[Row]]]


@dataclass(frozen=True)
class Asked:
    """What `digits read` is asked for.

    names:    see core.many.named.
    form:     "json", "csv", or None for lines that people read; each: a line a digit too.
    out:      a file that is written as it goes and gone on with; None for standard output.
    jobs:     how many processes read.
    settings: what must be the same for a call to go on where another stopped.
    """

    names: Sequence[str]
    form: str | None
    each: bool
    out: Path | None
    jobs: int
    settings: Settings


def run(asked: Asked, read_many: ReadMany, command: Sequence[str]) -> int:
    """Read all that is named; the exit status.

    read_many: reads in this process.
    command:   starts another one, in which `worker.work` reads likewise.
    errors:    RefusalError, a sentence, where a file of answers cannot be gone on with.
    """
    with closing(_sink(asked)) as sink:
        return _read_into(sink, asked, read_many, command)


def _read_into(sink: Sink, asked: Asked, read_many: ReadMany, command: Sequence[str]) -> int:
    notes = Notes(lambda sentence: print(printable(sentence), file=sys.stderr))
    coming = sink.missing(named.find(asked.names, notes))
    head = [*islice(coming, FEW)]
    sink.begin()
    alone = sink.done + len(head) < FEW
    chunks = chunked(chain(head, coming), 1 if alone else CHUNK)
    with _moving(asked, sink.done, len(head)) as move, _reading(asked, read_many, command, len(head)) as answers:
        for chunk, found in answers(chunks):
            sink.take(chunk, found)
            move(len(chunk))
    sink.end()
    return NOT_READ if notes.problems or sink.failed else 0


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _sink(asked: Asked) -> Sink:
    if asked.out is None:
        return Screen(header(FORMS[asked.form, asked.each]))
    out = out_of(asked.out, asked.form, asked.each)
    return Answers(out, Kept(out.state, asked.out, asked.settings), str(asked.out))


@contextmanager
def _reading(
    asked: Asked, read_many: ReadMany, command: Sequence[str], count: int
) -> Iterator[Callable[[Iterable[Sequence[Named]]], Answered]]:
    """What reads chunks: this process for few, which ends sooner than others start; else a pool of them."""
    lines = FORMS[asked.form, asked.each]
    if count < FEW or asked.jobs == 1:
        yield lambda chunks: ((chunk, rows(read_many, lines, chunk)) for chunk in chunks)
        return
    with Pool(command, asked.jobs, lines) as pool:
        yield pool.answers


@contextmanager
def _moving(asked: Asked, done: int, count: int) -> Iterator[Callable[[int], object]]:
    """What moves the bar on, where one is shown: on a terminal, and while many pictures go into a file."""
    is_many = count >= FEW
    if not (asked.out is not None and is_many) and not (count >= BAR_FROM and sys.stderr.isatty()):
        yield lambda _: None
        return
    with progress.bar(done, None if is_many else done + count, asked.names) as bar:
        yield bar.update
