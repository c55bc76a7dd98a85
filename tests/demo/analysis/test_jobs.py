"""Work in the background: done once, told how far, failures handed on."""

import threading
import time

import numpy as np
import pytest

from demo.analysis import jobs as jobs_module
from demo.analysis.jobs import Jobs

LONG_S = 60  # what nobody waits for unless something hangs


def test_quick_work_is_answered_at_once():
    assert Jobs().ask("key", lambda _: 42, wait_s=LONG_S) == (42, 1.0)


def test_who_asks_during_long_work_hears_how_far_it_is_and_gets_the_result_later():
    jobs, halfway, go_on = Jobs(), threading.Event(), threading.Event()

    def work(progress):
        progress(0.5)
        halfway.set()
        go_on.wait(LONG_S)
        return "done"

    jobs.ask("key", work, wait_s=0)
    halfway.wait(LONG_S)
    assert jobs.ask("key", work, wait_s=0) == (None, 0.5)
    go_on.set()
    assert jobs.ask("key", work, wait_s=LONG_S) == ("done", 1.0)


def test_work_is_done_once_for_a_key():
    jobs, calls = Jobs(), []
    for _ in range(3):
        jobs.ask("key", calls.append, wait_s=LONG_S)
    assert len(calls) == 1


def test_a_failure_reaches_the_asker_and_is_not_kept():
    jobs, results = Jobs(), iter([ValueError("no"), None])

    def work(_):
        if (error := next(results)) is not None:
            raise error
        return "mended"

    with pytest.raises(ValueError, match="no"):
        jobs.ask("key", work, wait_s=LONG_S)
    assert jobs.ask("key", work, wait_s=LONG_S) == ("mended", 1.0)


def asked_in_turn(jobs, keys):
    """Ask for arrays of 1 MB by name; returns the names that had to be worked out."""
    calls = []
    for key in keys:
        jobs.ask(key, lambda _, key=key: calls.append(key) or np.zeros(2**20, np.uint8), wait_s=LONG_S)
        until(lambda: not any(thread.name == "analysis" for thread in threading.enumerate()))
    return calls


def until(happened):
    give_up_at = time.monotonic() + LONG_S
    while not happened():
        assert time.monotonic() < give_up_at
        time.sleep(0.001)


def test_the_results_unused_longest_go_when_all_are_too_large():
    jobs = Jobs(limit_bytes=2 * 2**20, in_use_s=0)
    assert asked_in_turn(jobs, ["a", "b", "a", "c", "a", "b"]) == ["a", "b", "c", "b"]


def test_what_was_in_use_goes_though_nobody_asks_for_anything_else():
    jobs = Jobs(limit_bytes=1, in_use_s=0.2)
    assert asked_in_turn(jobs, ["first"]) == ["first"]
    until(lambda: not jobs._jobs)


def test_what_is_in_use_stays_however_large_so_that_a_view_of_two_comes_to_an_end():
    jobs = Jobs(limit_bytes=1, in_use_s=60)
    assert asked_in_turn(jobs, ["a", "b", "a", "b"]) == ["a", "b"]


def test_work_whose_last_step_is_reported_is_not_yet_done():
    jobs, reported, go_on = Jobs(), threading.Event(), threading.Event()

    def work(progress):
        progress(1.0)
        reported.set()
        go_on.wait(LONG_S)

    jobs.ask("key", work, wait_s=0)
    reported.wait(LONG_S)
    assert jobs.ask("key", work, wait_s=0.05) == (None, 0.99)
    go_on.set()
    assert jobs.ask("key", work, LONG_S) == (None, 1.0)


def test_work_that_somebody_waits_for_is_not_given_up(monkeypatch):
    """However seldom whoever waits asks again."""
    monkeypatch.setattr(jobs_module, "ABANDONED_S", 0.01)

    def work(progress):
        for step in range(10):
            time.sleep(0.01)
            progress(step / 10)
        return "done"

    assert Jobs().ask("key", work, wait_s=LONG_S) == ("done", 1.0)
