"""The table of few digits: a row a writer, those apart by whom something was chosen, and MNIST's below."""

import json

import pytest

from export.pages import checked, few_digits
from export.pages.records import RECORDS


def row(writer, given, before, after, mnist=20):
    counts = {"n": 50, "before": before, "after": after}
    return {"writer": writer, "given": given, "others": counts, "mnist": {"n": 5000, "before": 20, "after": mnist}}


RECORD = {
    "writers": {"ann": 70, "bob": 150},
    "chosen_on": ["bob"],
    "rows": [row("ann", 10, 3, 2, 21), row("bob", 10, 5, 5), row("bob", 100, 4, 1), row("bob", 100, 2, 1, 23)],
    "timed": {"given": 100, "threads": 2, "seconds": 61, "processor_seconds": 90, "load_average": 1.3},
}
LINES = {
    "a writer of what was chosen, first": "| bob | 5 → 5 of 50 | 6 → 2 of 100 |",
    "a size that a writer has not": "| ann | 3 → 2 of 50 |  |",
    "those by whom was chosen": "| **settings chosen by them** | 5 → 5 of 50 | 6 → 2 of 100 |",
    "the others": "| **all others** | 3 → 2 of 50 |  |",
    "MNIST": "| MNIST's validation pictures: mean (worst) | 20 → 20.5 (21) of 5,000 | 20 → 21.5 (23) of 5,000 |",
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES.keys())
def test_what_was_counted_has_its_place(line):
    assert line in [*few_digits.lines(RECORD)]


def test_the_paragraph_has_its_numbers():
    text, time, *_ = few_digits.lines(RECORD)
    assert "6 misread of 100 became 2" in " ".join(text.split())
    assert "{" not in text
    assert time == "100 pictures took 90 s of processor time on 2 threads, 61 s by the clock under a load of 1.3."
    assert time not in [*few_digits.lines(RECORD | {"timed": {}})]


def test_without_a_record_nothing_is_said():
    assert [*few_digits.lines({})] == [*few_digits.ways({})] == []


def test_the_chosen_way_stands_out():
    settings = {"epochs": 1, "limit": 1000, "extra_share": 0.5, "peak_lr": 0.0003, "ema": 0.98, "layers": "all"}
    ways = {name: {"settings": settings, "loss": loss, "rows": [row("bob", 30, 4, 1)]} for name, loss in
            (("one", 0.02), ("two", 0.03))}  # fmt: skip
    head, _, one, two = few_digits.ways({"ways": ways, "chosen": "two"})
    assert head.count("|") == one.count("|")
    assert "| 0.0200 |" in one
    assert "| **0.0300** | 4 → 1 of 50 | 20 → 20.0 (20) of 5,000 |" in two


def test_the_records_that_are_there_can_be_told():
    for name, said in (("few_digits", few_digits.lines), ("few_digits_choice", few_digits.ways)):
        record = json.loads((few_digits.ROOT / RECORDS[name]).read_text())
        assert len([*said(record)]) > 3


def test_the_results_have_a_row_of_it():
    ((_, result),) = checked.rows({"few_digits": RECORD})
    assert result.startswith("of 100 other digits of theirs, 6 were misread before and 2 after")
