"""Places to work at: turns by visitor, an end to the queue, and work that ends with its time or its sender."""

import asyncio
import threading

import numpy as np
import pytest

from core.pictures import PictureError
from demo.guard import deadline
from demo.guard.deadline import Deadline, within
from demo.guard.places import BUSY, Place
from tests.apart import finished

LONG_S = 60.0


def run(work):
    return finished(work())


def test_work_is_done_and_its_errors_are_told():
    async def work():
        place = Place("test", 1, 1)
        assert await place.run(lambda: 7, Deadline(LONG_S)) == 7
        with pytest.raises(ZeroDivisionError):
            await place.run(lambda: 1 // 0, Deadline(LONG_S))
        assert await place.run(lambda: 8, Deadline(LONG_S)) == 8

    run(work)


def test_who_had_fewer_turns_is_next():
    """One address asks five times under as many names, another once: it is second, not last."""
    done = []

    async def work():
        place, gate = Place("test", 1, 10), threading.Event()
        asked = [asyncio.create_task(place.run(gate.wait, Deadline(LONG_S, ("first", ""))))]
        await asyncio.sleep(0)
        for address, session in [("a", "1"), ("a", "2"), ("a", "3"), ("b", "1")]:
            told = f"{address}{session}"
            asked.append(
                asyncio.create_task(
                    place.run(lambda told=told: done.append(told), Deadline(LONG_S, (address, session)))
                )
            )
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(*asked)

    run(work)
    assert done == ["a1", "b1", "a2", "a3"]


def test_when_the_queue_ends_whoever_asks_most_is_refused():
    async def work():
        place, gate = Place("test", 1, 3), threading.Event()
        running = asyncio.create_task(place.run(gate.wait, Deadline(LONG_S, ("a", ""))))
        await asyncio.sleep(0)
        greedy = [asyncio.create_task(place.run(gate.wait, Deadline(LONG_S, ("a", f"{n}")))) for n in range(3)]
        await asyncio.sleep(0)
        other = asyncio.create_task(place.run(gate.wait, Deadline(LONG_S, ("b", ""))))
        await asyncio.sleep(0.05)
        gate.set()
        return await asyncio.gather(running, *greedy, other, return_exceptions=True)

    told = run(work)
    assert [one is True for one in told] == [True, True, True, False, True]
    assert str(told[3]) == BUSY


def test_work_that_takes_too_long_is_told_to_end_and_its_place_comes_free():
    ended = threading.Event()

    def slow():
        with deadline.current().stopping(ended.set):
            assert ended.wait(LONG_S)

    async def work():
        place = Place("test", 1, 1)
        with pytest.raises(PictureError, match="too long"):
            await place.run(slow, Deadline(0.05))
        assert await place.run(lambda: 7, Deadline(LONG_S)) == 7

    run(work)


def test_work_ends_when_its_sender_leaves():
    begun, ended = threading.Event(), threading.Event()

    def slow():
        with deadline.current().stopping(ended.set):
            begun.set()
            assert ended.wait(LONG_S)

    async def work():
        place = Place("test", 1, 1)
        asked = asyncio.create_task(place.run(slow, Deadline(LONG_S)))
        await asyncio.to_thread(begun.wait, LONG_S)
        asked.cancel()
        assert await place.run(lambda: 7, Deadline(LONG_S)) == 7

    run(work)
    assert ended.is_set()


def test_the_model_does_not_begin_when_the_time_is_over(recognizer):
    over = Deadline(LONG_S)
    over.end()
    with within(over), pytest.raises(PictureError, match="too long"):
        recognizer(np.zeros((28, 28), np.uint8))


def test_a_running_model_is_stopped(recognizer):
    """Without it, these pictures would take their second."""
    soon = Deadline(LONG_S)
    threading.Timer(0.02, soon.end).start()
    with within(soon), pytest.raises(PictureError, match="too long"):
        recognizer.batch(np.zeros((400, 280, 280), np.uint8))
