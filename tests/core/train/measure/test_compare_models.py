"""Anybody's models side by side: each with its preparation said, on the same pictures, and refused in a sentence."""

import json
import re

import numpy as np
import onnx
import pytest
from PIL import Image

from core.files import MODELS, ROOT, sha256
from core.train import data
from core.train.measure import compare_models
from core.train.measure.compare import main
from tests.foreign_models import OTHER_PREPARATION, SAME_ANSWERS, answering, float_output, node

EDGE, RECOGNIZER = MODELS / "edge.onnx", MODELS / "edge-recognizer.onnx"
FEW = 400


@pytest.fixture(autouse=True)
def few_pictures(monkeypatch):
    monkeypatch.setattr(compare_models, "VAL_COUNT", FEW)


def saved(path, model):
    onnx.save(model, path)
    return path


def compared(capsys, *words):
    assert main([*map(str, words)]) == 0
    return capsys.readouterr().out


def test_another_form_of_the_same_net_differs_in_nothing_and_its_preparation_is_said(tmp_path, capsys):
    theirs = saved(tmp_path / "theirs.onnx", SAME_ANSWERS["channels last"]())
    said = compared(capsys, EDGE, theirs)
    assert f"on MNIST's validation pictures (the last {FEW:,} training pictures): {FEW:,} pictures" in said
    assert f"against {EDGE}: 0 fixed, 0 broken, McNemar's p = 1: no difference shown" in said
    assert said.count("given float32 ") == 2
    assert "(N, 28, 28, 1), pixels 0 to 1, ink 1" in said


@pytest.mark.parametrize("name", OTHER_PREPARATION)
def test_each_is_given_the_preparation_with_which_it_reads_best(name, tmp_path, capsys):
    said = compared(capsys, EDGE, saved(tmp_path / "theirs.onnx", OTHER_PREPARATION[name]()))
    assert "0 fixed, 0 broken" in said
    first, second = re.findall(r"given (.*)", said)
    assert first != second


def test_a_worse_model_is_told_to_be_worse(tmp_path, capsys):
    constant = answering([node("Mul", "logits zero", "out")], [float_output("out")])
    constant.graph.initializer.append(onnx.numpy_helper.from_array(np.float32(0), "zero"))
    said = compared(capsys, EDGE, saved(tmp_path / "zero.onnx", constant))
    labels = data.hold_out(data.load("train"), FEW)[1][1]
    wrong = int((labels != 0).sum())
    assert f"({wrong} of {FEW}; 95% interval" in said
    assert said.rstrip().endswith(": worse")


def test_weights_recognisers_and_exported_folders_take_part(tmp_path, capsys):
    exported = tmp_path / "run" / "export"
    exported.mkdir(parents=True)
    (exported / "mine.onnx").write_bytes(RECOGNIZER.read_bytes())
    files = {"mine.onnx": {"bytes": 1, "sha256": sha256(RECOGNIZER)}}
    (exported / "manifest.json").write_text(json.dumps({"format": 1, "models": {"mine": {"files": files}}}))
    said = compared(capsys, RECOGNIZER, tmp_path / "run", MODELS / "edge.safetensors")
    assert f"{exported / 'mine.onnx'}" in said
    assert "given uint8 (N, H, W), pixels 0 to 255" in said
    assert "given pixels as they are" in said


@pytest.fixture
def drawings(tmp_path):
    """MNIST's digits as dark ink on larger paper, of two sizes: what no bare net takes."""
    images, labels = (part.numpy() for part in data.hold_out(data.load("train"), 10)[1])
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        folder = tmp_path / "set" / str(label)
        folder.mkdir(parents=True, exist_ok=True)
        side = 60 + 20 * (number % 2)
        paper = Image.new("L", (side, side), 255)
        paper.paste(Image.fromarray(255 - image), (7, 5))
        paper.save(folder / f"{number}.png")
    return tmp_path / "set"


def test_preprocessing_is_shown_to_a_bare_net_when_asked_for(drawings, capsys):
    said = compared(capsys, RECOGNIZER, EDGE, "--pictures", drawings, "--preprocess")
    assert f"on {drawings}, through our preprocessing: 10 pictures" in said
    errors = [float(error) for error in re.findall(r"  ([\d.]+)% \(", said)]
    assert len(errors) == 2
    assert max(errors) < 20  # at most one of ten
    assert main([str(RECOGNIZER), str(EDGE), "--pictures", str(drawings)]) == 2
    assert "reads pictures of 28×28 in MNIST's form, found one of 60×60" in capsys.readouterr().err


def test_the_commands_of_the_page_do_it(drawings, tmp_path, capsys):
    page = (ROOT / "docs" / "your-digits.md").read_text(encoding="utf-8")
    told = re.findall(r"^digits compare (.*)$", page, re.MULTILINE)
    theirs = saved(tmp_path / "theirs.onnx", SAME_ANSWERS["softmax"]())
    places = {"models/recognizer.onnx": MODELS / "recognizer.onnx", "theirs.onnx": theirs, "FOLDER": drawings}
    for words in told:
        assert "against" in compared(capsys, *(places.get(word, word) for word in words.split()))
    assert len(told) == 2


def text(path):
    path.write_text("no model")
    return path


def letters(path):
    saved(path, answering([node("Concat", "logits logits", "out", axis=1)], [float_output("out", ("N", 20))]))
    return path


def run_of(path):
    path = path.with_suffix("")
    path.mkdir()
    (path / "config.json").write_text("{}")
    return path


BAD = {
    "no such file": (lambda path: path, "no such file"),
    "another kind of file": (lambda path: text(path.with_suffix(".txt")), "expected a model (.onnx, .ort, .safetens"),
    "no whole file": (text, "theirs.onnx"),
    "twenty answers": (letters, "expected ten numbers"),
    "a run that is not exported": (run_of, "this run is not exported"),
}


@pytest.mark.parametrize(("make", "words"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_compared_gets_one_sentence(make, words, tmp_path, capsys):
    assert main([str(EDGE), str(make(tmp_path / "theirs.onnx"))]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_one_model_alone_is_sent_to_evaluate(capsys):
    assert main([str(EDGE)]) == 2
    assert f"`digits evaluate {EDGE}` measures it" in capsys.readouterr().err


USAGE = {
    "a picture of models": ([str(EDGE), str(EDGE), "--out", "x.png"], "--out is the picture of runs"),
    "pictures for runs": ([".", "--pictures", "x"], "are for models"),
}


@pytest.mark.parametrize(("words", "sentence"), USAGE.values(), ids=USAGE.keys())
def test_words_that_do_not_go_together_say_so(words, sentence, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert sentence in capsys.readouterr().err
