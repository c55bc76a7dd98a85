"""`digits read` on many pictures, by several processes, says what `digits.read` says of each."""

import csv
import json
from pathlib import Path

import pytest
from PIL import Image

import digits
from core import mnist
from core.many.run import FEW

ROOT = Path(__file__).resolve().parent.parent
CLOSE = 2e-5  # between probabilities of pictures that are read together and alone


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Digits of MNIST in three sizes and numbers, more than one process reads alone, and a file that is none."""
    place = tmp_path_factory.mktemp("many")
    for at, image in enumerate(mnist.read("test")[0][: FEW + 8]):
        side_px = (28, 28, 60, 100)[at % 4]
        Image.fromarray(255 - image).resize((side_px, side_px)).save(place / f"{at:03d}.png")
    for path in sorted((ROOT / "tests" / "cases" / "pictures").glob("number_*.png"))[:4]:
        (place / path.name).write_bytes(path.read_bytes())
    (place / "none.png").write_bytes(b"none")
    return place


def without_shares(row):
    """All but the probabilities."""
    each = [{"label": digit["label"], "box": digit["box"]} for digit in row["digits"]]
    return row | {"digits": each}


def shares(row):
    """The probabilities, in one list."""
    return [
        share
        for digit in row["digits"]
        for share in (digit["probability"], digit["digit_score"], *digit["probabilities"])
    ]


def test_many_are_read_as_each_is_alone(folder, capsys):
    assert digits.main(["read", "--json", "--jobs", "2", str(folder)]) == 2
    told = capsys.readouterr()
    assert told.err.startswith(f"{folder}/none.png: That is not a picture")
    rows = [*map(json.loads, told.out.splitlines())]
    assert [row["file"] for row in rows] == sorted(map(str, folder.iterdir()))
    for row in rows:
        if row["file"].endswith("none.png"):
            assert "error" in row
            continue
        alone = {"file": row["file"]} | json.loads(json.dumps(digits.read(row["file"]).plain()))
        assert without_shares(row) == without_shares(alone)
        assert shares(row) == pytest.approx(shares(alone), abs=CLOSE)


def test_another_model_reads_many_too(folder):
    contents = [path.read_bytes() for path in sorted(folder.glob("00*.png"))]
    model = ROOT / "models" / "edge-recognizer.onnx"
    assert digits.read_many(contents, model) == [digits.read(content, model) for content in contents]


def test_a_sentence_keeps_its_place(folder):
    content = (folder / "000.png").read_bytes()
    first, second, third = digits.read_many([content, "gone", b"none"])
    assert first == digits.read(content)
    assert second == "gone"
    assert "not a picture" in third


def test_a_file_of_answers_says_its_form(folder, tmp_path, capsys):
    path, name = tmp_path / "answers.csv", str(folder / "000.png")
    assert digits.main(["read", name, "--out", str(path)]) == 0
    (row,) = csv.DictReader(path.read_text().splitlines())
    assert (row["file"], row["text"], row["sure"]) == (name, "7", "1")
    assert digits.main(["read", name, "--out", str(path), "--json"]) == 2
    assert "is written as its ending says; leave --json away" in capsys.readouterr().err
    assert digits.main(["read", name, "--out", str(path), "--model", "recognizer"]) == 1
    assert "was begun with model" in capsys.readouterr().err
