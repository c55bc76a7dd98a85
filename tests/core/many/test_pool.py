"""Processes that read side by side answer in order; what one was on when it died is done again."""

import os
import signal
import sys

import pytest

from core.decoders import DIED
from core.many.chunks import chunked
from core.many.places import Here, Named
from core.many.pool import WINDOW, Pool
from core.reading_lines import as_csv
from core.refusals import RefusalError
from tests.core.many.reads import COMMAND, ENDS


def pictures(count, **others):
    """Pictures 0, 1, ... of 1, 2, ... bytes, but for those that are named `at3=content`."""
    contents = [others.get(f"at{at}", b"x" * (at + 1)) for at in range(count)]
    return [Named(str(at), Here(lambda content=content: content)) for at, content in enumerate(contents)]


def texts(answers):
    """What is said of each picture."""
    return [row.problem or row.lines[0].split(",")[1] for _, rows in answers for row in rows]


def test_answers_come_in_order():
    with Pool(COMMAND, 2, as_csv) as pool:
        assert texts(pool.answers(chunked(pictures(100), 7))) == [str(at + 1) for at in range(100)]


def test_no_more_is_taken_than_can_be_read_soon():
    """However slow what comes after it is: memory stays flat."""
    taken = []
    coming = (taken.append(at) or one for at, one in enumerate(pictures(400)))
    with Pool(COMMAND, 1, as_csv) as pool:
        for done, _ in enumerate(pool.answers(chunked(coming, 4))):
            assert len(taken) <= 4 * (done + 1 + WINDOW)
    assert len(taken) == 400


def test_a_process_that_is_killed_is_replaced_and_its_part_done_again():
    with Pool(COMMAND, 2, as_csv) as pool:
        answers = pool.answers(chunked(pictures(300), 5))
        first = [next(answers)]
        before = pool.process_ids
        os.kill(before[0], signal.SIGKILL)
        assert texts([*first, *answers]) == [str(at + 1) for at in range(300)]
        assert before[0] not in pool.process_ids


def test_the_others_read_when_one_ends_at_its_start(tmp_path):
    """As when memory ran out under it: no other is started in its place, to end as it did."""
    _, _, module, work = COMMAND
    once = f"import os, runpy; os.mkdir({str(tmp_path / 'it')!r}); runpy.run_module({module!r}, None, '__main__')"
    with Pool([sys.executable, "-c", once, work], 2, as_csv) as pool:
        assert texts(pool.answers(chunked(pictures(100), 5))) == [str(at + 1) for at in range(100)]


def test_a_picture_that_ends_its_process_is_told_of_and_all_others_are_read():
    with Pool(COMMAND, 2, as_csv) as pool:
        found = texts(pool.answers(chunked(pictures(20, at3=ENDS, at4=ENDS), 8)))
    ended = {at for at, text in enumerate(found) if text == DIED}
    assert ended == {3, 4}
    assert all(text == str(at + 1) for at, text in enumerate(found) if at not in ended)


def test_a_process_that_cannot_start_ends_it_with_a_sentence():
    command = [sys.executable, "-c", "raise SystemExit(1)"]
    with Pool(command, 2, as_csv) as pool, pytest.raises(RefusalError, match="ended at its start"):
        next(pool.answers(chunked(pictures(3))))


def test_no_process_is_left():
    with Pool(COMMAND, 2, as_csv) as pool:
        next(pool.answers(chunked(pictures(100), 5)))
        numbers = pool.process_ids
    assert len(numbers) == 2
    for number in numbers:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


def test_a_picture_that_cannot_be_had_keeps_its_place():
    empty = Named("empty", Here(lambda: b""))
    with Pool(COMMAND, 1, as_csv) as pool:
        assert texts(pool.answers(chunked([*pictures(1), empty]))) == [
            "1",
            "That file is empty. Please choose a picture.",
        ]
