"""A short form of the attacks: the page stays small and there, and another visitor is answered. The record is whole."""

import json

import pytest

from proof.attacks import run
from proof.attacks.attacks import ATTACKS

SHORT = (
    "objects_in_json",
    "long_sessions",
    "uploads_at_once",
    "explanations",
    "single_bytes",
    "connections_beyond_number",
)
SECONDS = 1.0


@pytest.mark.timeout(600)
def test_a_page_under_attack_stays_small_and_answers_others():
    """How quickly it answers is the record's: here other programs may run beside."""
    record = run.measure(list(SHORT), SECONDS)
    assert set(record["attacks"]) == set(SHORT)
    assert [one for one in record["problems"] if "drawing took" not in one] == []


GOOD = {
    "peak_mb": 300.0,
    "drawing_s": {"n": 9, "failed": 0, "median": 0.1, "p95": 0.2, "worst": 0.3},
    "disk_mb": 1.0,
    "disk_limit_mb": 525.0,
    "calm_after_s": 1.0,
    "server": "there",
}
BAD = {
    "memory": ({"peak_mb": 701.0}, "701.0 MB of memory"),
    "a slow drawing": ({"drawing_s": GOOD["drawing_s"] | {"worst": 3.1}}, "took 3.1 s (worst)"),
    "a drawing without an answer": ({"drawing_s": GOOD["drawing_s"] | {"failed": 1}}, "1 drawings of another visitor"),
    "the disk": ({"disk_mb": 600.0}, "600.0 MB on the disk"),
    "no rest": ({"calm_after_s": None}, "not as before"),
    "the end": ({"server": "ended"}, "the server ended"),
}


@pytest.mark.parametrize(("change", "words"), BAD.values(), ids=BAD.keys())
def test_what_is_not_as_it_shall_be_is_said(change, words):
    assert run.problems({"x": GOOD}, 1, 1) == []
    (said,) = run.problems({"x": GOOD | change}, 1, 1)
    assert words in said


def test_a_lost_correction_is_said():
    assert run.problems({}, 2, 1) == ["2 corrections were acknowledged, 1 are kept"]


def test_there_are_many_attacks_of_many_kinds():
    assert len(ATTACKS) >= 50


def test_the_record_names_known_attacks_alone():
    record = json.loads(run.RECORD.read_text())
    assert set(record["attacks"]) <= set(ATTACKS)
