"""Records beside the models: read when there, missed without complaint, named when damaged."""

import json

import pytest

from demo import records
from demo.settings import MODELS
from demo.tabs import about


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


def test_only_the_runs_of_shipped_models_have_a_curve(tmp_path):
    """Every attempt once had one: dozens of lines in ten colours."""
    run = {"epochs": [{"epoch": 1, "val_wrong": 50, "val_n": 5000}], "test": {"wrong": 40, "n": 10_000}}
    record = {"runs": {"try-1": run, "try-2": run}, "models": {"net": {"run": "try-2"}, "mean": {"run": "gone"}}}
    (tmp_path / "metrics.json").write_text(json.dumps(record))
    assert records.learning_curves(tmp_path / "metrics.json").keys() == {"net"}
    assert records.test_readings(tmp_path / "metrics.json") == {"net": (1, 0.004)}


def test_the_card_is_shown_without_its_front_matter(tmp_path):
    (tmp_path / "README.md").write_text("---\nlicense: mit\n---\n# Card\n")
    assert records.model_card(tmp_path / "README.md") == "# Card"


def test_the_parity_record_becomes_a_table():
    proved = {"file": "a<b.onnx", "reference": "torch", "labels_changed": 3, "pictures": 10_000}
    html = about.parity_html({"models": {"a": proved | {"largest_difference": {"logits": 2e-5, "seen": 1e-6}}}})
    row = '<th scope="row">a&lt;b.onnx</th><td>torch</td><td>3 of 10,000</td><td>2.0e-05</td>'
    assert f"<tbody><tr>{row}</tr></tbody>" in html


def test_the_parity_table_has_one_row_for_each_file():
    """The record has thousands of values: once they all stood on the page."""
    record = records.parity(MODELS / "parity.json")
    assert about.parity_html(record).count('<th scope="row">') == len(record["models"])


def test_no_parity_record_is_said():
    assert "No parity record yet" in about.parity_html({})
