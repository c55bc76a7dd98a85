"""docs/many.md says what was measured, and what follows from it on paper."""

from export.pages import many

ROW = {
    "per_s": {"bare": [90, 110, 100], "read": [100, 120, 400]},
    "cpu_ms": {"bare": [10, 10, 10], "read": [8, 9, 8]},
    "ratio": 1.2,
    "resident_kb": {"middle": 1, "end": 1, "most": 250_000},
}


def test_nothing_without_a_record():
    assert [*many.lines({})] == []


def test_what_was_measured_and_what_follows():
    said = [*many.lines({"machine": {"processor": "a chip"}, "jobs": 2, "kinds": {"digits": ROW}})]
    assert "Measured on a chip, 2 cores" in said[0]
    assert "| digits | 120 | 120% | 8.0 ms | 250 MB |" in said
    assert "| digits | 10 days | 29 h | 5 h | 28 min |" in said


def test_a_time_is_told_in_its_unit():
    assert [many.taken(seconds) for seconds in (90, 121, 7200, 200_000)] == ["90 s", "2 min", "2 h", "2 days"]
