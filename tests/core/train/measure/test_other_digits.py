"""Sets of other people's digits are counted set by set; non-digits are told apart by their names."""

import gzip
import json
import zipfile

import pytest
import torch

from core.train.measure import other_digits

STROKES = {"7": [[[100, 100], [900, 100], [400, 900]]], "1": [[[500, 0], [500, 1000]]], "l": [[[400, 0], [400, 900]]]}


@pytest.fixture
def folder(tmp_path):
    def strokes(name, labels):
        lines = "\n".join(json.dumps({"label": label, "strokes": STROKES[label]}) for label in labels)
        (tmp_path / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines.encode()))

    strokes("pens", "717")
    strokes("pen_lower_letters", "l")
    with zipfile.ZipFile(tmp_path / "things_no_digit.zip", "w") as archive:
        archive.writestr("labels.csv", "file,label\na.pgm,3\n")
        archive.writestr("a.pgm", b"P5 4 4 255\n" + bytes(range(16)))
    return tmp_path


def always_seven(images):
    """Answers 7; the smaller the picture the lower its score."""
    return torch.nn.functional.one_hot(torch.tensor([7]), 10).float(), torch.tensor([images.shape[1] / 280])


def test_sets_are_measured_by_kind(folder):
    result = other_digits.measure(always_seven, other_digits.find_sets([folder]))
    assert result["digits"] == {f"pens, pen {pen}": {"wrong": 1, "n": 3} for pen in (8, 16, 28)}
    assert result["mean_error"] == pytest.approx(1 / 3, abs=1e-5)
    assert result["non_digits"]["things_no_digit"] == {"n": 1, "auroc": 1.0, "accepted": 0.0}
    assert "33.33% (1 of 3;" in other_digits.report(result)


def test_slashed_zeros_are_counted_apart(tmp_path):
    ring, slash = [[500, 0], [0, 500], [500, 1000], [1000, 500], [500, 0]], [[900, 0], [100, 1000]]
    rows = [("7", STROKES["7"]), ("0", [ring]), ("0", [ring, slash])]
    lines = "\n".join(json.dumps({"label": label, "strokes": strokes}) for label, strokes in rows)
    (tmp_path / "pens.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    result = other_digits.measure(always_seven, other_digits.find_sets([tmp_path]))
    assert result["digits"]["pens, pen 16"] == {"wrong": 2, "n": 3}
    assert result["without_slashed_zeros"]["pens, pen 16"] == {"wrong": 1, "n": 2}


def test_the_mean_is_over_sets_and_pens_of_a_set_count_once():
    rows = {"a": {"wrong": 1, "n": 10}, "b, pen 8": {"wrong": 3, "n": 10}, "b, pen 16": {"wrong": 5, "n": 10}}
    rows["pendigits8, pen 8"] = {"wrong": 9, "n": 10}
    assert other_digits.mean_error(rows) == pytest.approx(0.25)


def test_letters_that_look_like_digits_are_left_out(folder):
    result = other_digits.measure(always_seven, other_digits.find_sets([folder]))
    assert not any("letters" in name for name in result["non_digits"])


def test_folder_without_digits_gets_a_sentence(tmp_path, capsys):
    assert other_digits.main(["models/recognizer.onnx", str(tmp_path)]) == 1
    assert "no set of digits" in capsys.readouterr().err
