"""Work in the background: done once, told how far, failures handed on."""

import threading

import pytest

from demo.analysis.jobs import Jobs


def test_quick_work_is_answered_at_once():
    assert Jobs().ask("key", lambda _: 42, wait_s=5) == (42, 1.0)


def test_who_asks_during_long_work_hears_how_far_it_is_and_gets_the_result_later():
    jobs, halfway, go_on = Jobs(), threading.Event(), threading.Event()

    def work(progress):
        progress(0.5)
        halfway.set()
        go_on.wait(5)
        return "done"

    jobs.ask("key", work, wait_s=0)
    halfway.wait(5)
    assert jobs.ask("key", work, wait_s=0) == (None, 0.5)
    go_on.set()
    assert jobs.ask("key", work, wait_s=5) == ("done", 1.0)


def test_work_is_done_once_for_a_key():
    jobs, calls = Jobs(), []
    for _ in range(3):
        jobs.ask("key", calls.append, wait_s=5)
    assert len(calls) == 1


def test_a_failure_reaches_the_asker_and_is_not_kept():
    jobs, results = Jobs(), iter([ValueError("no"), None])

    def work(_):
        if (error := next(results)) is not None:
            raise error
        return "mended"

    with pytest.raises(ValueError, match="no"):
        jobs.ask("key", work, wait_s=5)
    assert jobs.ask("key", work, wait_s=5) == ("mended", 1.0)


def test_only_the_newest_results_are_kept():
    jobs, calls = Jobs(kept=2), []
    for key in ("a", "b", "c", "a"):
        jobs.ask(key, lambda _, key=key: calls.append(key) or key, wait_s=5)
    assert calls == ["a", "b", "c", "a"]
