"""The bench's own arithmetic."""

import json

import pytest

from export.pages import checked
from proof.page.run import RECORD, delays_ms

# moves, questions asked, answers shown -> delays
CASES = {
    "one question for each movement": ([10, 100], [11, 101], [30, 150], [20, 50]),
    "a movement waits for the next question": ([10, 20, 100], [11, 35], [30, 60], [20, 40]),
    "a movement after the last question is not counted": ([10, 50], [11], [30], [20]),
}


@pytest.mark.parametrize(("moves", "asked", "shown", "delays"), CASES.values(), ids=CASES.keys())
def test_each_movement_is_timed_to_the_first_answer_that_knows_it(moves, asked, shown, delays):
    assert delays_ms(moves, asked, shown) == delays


LIMITS = {  # what is promised on an idle machine of two cores
    "start to first page, s": (lambda page: page["start_to_page_s"], 6),
    "pen to answer, median, ms": (lambda page: page["pen_to_answer_ms"]["p50"], 60),
    "pen to answer, 99%, ms": (lambda page: page["pen_to_answer_ms"]["p99"], 150),
    "resident while one draws, kB": (lambda page: page["resident_kb"]["drawing"], 350_000),
    "resident under load, kB": (lambda page: page["load"]["resident_kb"]["most"], 350_000),
    "fifty visitors, 95%, ms": (lambda page: page["load"]["delay_ms"]["p95"], 500),
    "fifty visitors, errors": (lambda page: page["load"]["errors"], 0),
}


@pytest.mark.skipif(not RECORD.is_file(), reason="the page was not measured yet: python -m proof.page.run")
@pytest.mark.parametrize(("value", "limit"), LIMITS.values(), ids=LIMITS.keys())
def test_the_record_keeps_its_promises(value, limit):
    assert value(json.loads(RECORD.read_text())) <= limit


def test_the_readme_tells_what_the_page_record_says():
    page = {
        "start_to_page_s": 3.21,
        "pen_to_answer_ms": {"p50": 41.2, "p99": 99.4},
        "load": {
            "visitors": 50,
            "seconds": 60,
            "errors": 0,
            "delay_ms": {"p50": 210.0, "p95": 333.3},
            "resident_kb": {"most": 301_000},
        },
        "batching_ms_each": {"1": 1.04, "8": 0.96},
    }
    rows = " ".join(" ".join(row) for row in checked._page(page))
    for words in ("3.2 s", "41 ms (median), 99 ms (99%)", "0 errors", "333 ms (95%)", "301 MB", "1.0 ms; 1.0 ms"):
        assert words in rows
    assert list(checked._page({})) == []
