"""Records beside the models: read when there, missed without complaint, named when damaged."""

import json

import pytest

from demo import about_tab, records


def test_curves_come_from_the_runs(tmp_path):
    epochs = [{"epoch": 1, "val_wrong": 100, "val_n": 5000}, {"epoch": 2, "val_wrong": 50, "val_n": 5000}]
    record = {"runs": {"convnet": {"epochs": epochs}, "unfinished": {"epochs": []}}}
    (tmp_path / "metrics.json").write_text(json.dumps(record))
    curves = records.learning_curves(tmp_path / "metrics.json")
    assert {name: curve.tolist() for name, curve in curves.items()} == {"convnet": [[1, 0.02], [2, 0.01]]}


def test_the_test_error_is_known_where_it_was_read(tmp_path):
    epochs = [{"epoch": 1}, {"epoch": 2}]
    runs = {"read": {"epochs": epochs, "test": {"wrong": 39, "n": 10000}}, "not read": {"epochs": epochs}}
    (tmp_path / "metrics.json").write_text(json.dumps({"runs": runs}))
    assert records.test_readings(tmp_path / "metrics.json") == {"read": (2, 0.0039)}


def test_missing_records_are_empty(tmp_path):
    assert records.test_readings(tmp_path / "metrics.json") == {}
    assert records.robustness(tmp_path / "robustness.json") == {}
    assert records.learning_curves(tmp_path / "metrics.json") == {}
    assert records.parity(tmp_path / "parity.json") == {}
    assert records.model_card(tmp_path / "README.md") is None


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_damaged_record_is_named(tmp_path, text):
    (tmp_path / "parity.json").write_text(text)
    with pytest.raises(records.RecordError, match=r"parity\.json: expected"):
        records.parity(tmp_path / "parity.json")


def test_the_card_is_shown_without_its_front_matter(tmp_path):
    (tmp_path / "README.md").write_text("---\nlicense: mit\n---\n# Card\n")
    assert records.model_card(tmp_path / "README.md") == "# Card"


def test_the_parity_record_becomes_a_table():
    html = about_tab.parity_html(
        {"model": {"name": "a<b"}, "ladder": [{"changed": 0}, {"changed": 1}], "sizes": [1, 7]}
    )
    assert '<th scope="row">model.name</th><td>a&lt;b</td>' in html
    assert '<th scope="row">ladder.1.changed</th><td>1</td>' in html
    assert '<th scope="row">sizes</th><td>[1, 7]</td>' in html
