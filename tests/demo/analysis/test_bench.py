"""The limits of the error analysis were kept; docs/results.md states what was measured."""

import json

import pytest

from proof.analysis import run as bench


@pytest.fixture(scope="module")
def record():
    return json.loads(bench.RECORD.read_text())


def test_the_limits_were_kept(record):
    assert min(record["first_view_ms"]) <= 1500
    assert min(record["filter_ms"]) <= 200
    assert record["upload"]["progress_sentences"] > 3
    assert "of 100,000 pictures of many.npz" in record["upload"]["found"]
    assert record["resident_kb"]["after_all_views"] < 400 * 1024
    assert max(record["resident_kb"].values()) < 600 * 1024
