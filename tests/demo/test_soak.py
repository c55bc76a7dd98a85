"""The soak's record is of a whole, good run, its judgement notices a bad one, and all its clients find the page."""

import json
from typing import Any

import pytest

from export.pages import checked
from proof.soak import run as soak
from tests.apart import finished
from tests.demo.site import Server

GOOD = {"by_action_and_status": {"draw 200": 9, "arrive 404": 1}, "memory_growth": 0.05}
BAD = {
    "a server error": ({"by_action_and_status": {"draw 503": 1}}, ["draw 503"]),
    "a broken connection": ({"by_action_and_status": {"draw ReadError": 1}}, ["draw ReadError"]),
    "more memory": ({"memory_growth": 0.051}, ["memory grew by 5.1%"]),
}


def test_a_good_run_has_no_problems():
    assert soak.problems(GOOD) == []


@pytest.mark.parametrize(("change", "found"), BAD.values(), ids=BAD.keys())
def test_a_bad_run_is_noticed(change, found):
    assert soak.problems(GOOD | change) == found


def test_memory_is_told_by_the_clock():
    assert soak.every(30.0, [(0.0, 5), (1.0, 6), (29.9, 7), (31.0, 8), (95.0, 9)]) == [5, 8, 9]


def record() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(soak.RECORD.read_text())
    return found


def test_the_record_is_of_a_whole_run_without_a_server_error():
    assert (record()["clients"], record()["seconds"]) == (soak.CLIENTS, soak.SECONDS)
    assert not [name for name in record()["by_action_and_status"] if name.split()[1].startswith("5")]


def test_the_recorded_run_was_good():
    assert soak.problems(record()) == []


def test_the_readme_tells_what_the_record_says():
    record = {"clients": 50, "seconds": 600.0, "answers": 42_067}
    memory = {"resident_kb_after_warm_up": 310_400, "resident_kb_at_the_end": 312_600}
    ((_, told),) = checked._soak(record | memory)
    assert told == "42,067 answers; resident memory 310 MB after the warm-up, 313 MB at the end"


def test_every_client_is_answered(tmp_path):
    """Three seconds tell nothing about memory, but that every action meets the page as it is."""
    with Server(tmp_path) as server:
        record = finished(soak.soak(server, 3.0))
    assert soak.problems(record | {"memory_growth": 0}) == []
    assert {name.split()[0] for name in record["by_action_and_status"]} >= {"draw", "upload", "correct", "analyse"}
