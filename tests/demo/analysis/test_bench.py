"""README.md states what the bench measured, and the limits were kept."""

import json

import pytest

from tests.demo.analysis import bench


@pytest.fixture(scope="module")
def record():
    return json.loads(bench.RECORD.read_text())


def test_readme_states_the_record(record):
    assert bench.stated(bench.README.read_text()).strip() == bench.sentence(record)


def test_another_record_would_be_noticed(record):
    assert bench.sentence(record | {"views": record["views"] + 1}) != bench.sentence(record)


def test_a_new_record_changes_its_own_lines_alone(record):
    readme = f"# Title\n{bench.BEGIN}\nold\n{bench.END}\n\nmore\n"
    assert bench.restated(readme, record) == readme.replace("old", bench.sentence(record))
    assert bench.stated(bench.restated(readme, record)).strip() == bench.sentence(record)


def test_the_limits_were_kept(record):
    assert min(record["first_view_ms"]) <= 1500
    assert record["upload"]["progress_sentences"] > 3
    assert "of 100,000 pictures of many.npz" in record["upload"]["found"]
    assert record["resident_kb"]["after_all_views"] < 400 * 1024
    assert max(record["resident_kb"].values()) < 600 * 1024
