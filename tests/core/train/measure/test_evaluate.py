"""The evaluation command: the same answer for weights and .onnx, sentences for what cannot be read."""

import pytest
import torch
from PIL import Image

from core.train.measure import evaluate


@pytest.mark.slow
@pytest.mark.parametrize("name", ["convnet", "recognizer"])
def test_weights_and_onnx_give_the_same_report(name, capsys):
    reports = []
    for suffix in ("safetensors", "onnx"):
        assert evaluate.main([f"models/{name}.{suffix}", "--val-count", "300"]) == 0
        reports.append(capsys.readouterr().out.splitlines()[1:])
    assert reports[0] == reports[1]
    assert "of 300; 95% interval" in reports[0][0]


def test_report_counts_by_hand():
    labels = torch.tensor([0, 0, 1, 9])
    answers = torch.tensor([0, 1, 1, 9])
    text = evaluate.report(torch.nn.functional.one_hot(answers, 10).float(), labels)
    assert "error 25.00% (1 of 4;" in text
    assert "    0      1      2  50.00%" in text
    assert "    9      0      1   0.00%" in text


def test_bent_pictures_keep_their_labels_and_are_the_same_each_time():
    pictures = torch.full((3, 28, 28), 0, dtype=torch.uint8), torch.tensor([4, 5, 6])
    pictures[0][:, 8:20, 12:16] = 255
    images, labels = evaluate.bent(pictures, 2)
    assert images.shape == (6, 28, 28)
    assert labels.tolist() == [4, 5, 6, 4, 5, 6]
    assert not torch.equal(images[0], images[3])
    assert torch.equal(images, evaluate.bent(pictures, 2)[0])


BAD = {
    "missing onnx": (["nowhere.onnx"], "no such file"),
    "missing weights": (["nowhere.safetensors"], "no such file"),
    "not a model": (["README.md"], "not a whole safetensors file"),
    "missing pictures": (["models/convnet.safetensors", "--pictures", "nowhere"], "expected a folder"),
}


@pytest.mark.parametrize(("arguments", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_input_gets_a_sentence_and_a_status(arguments, sentence, capsys):
    assert evaluate.main(arguments) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert sentence in error


@pytest.mark.parametrize("suffix", ["onnx", "safetensors"])
def test_a_bare_net_says_that_larger_pictures_are_not_for_it(suffix, tmp_path, capsys):
    (tmp_path / "7").mkdir()
    Image.new("L", (80, 72), 200).save(tmp_path / "7" / "large.png")
    assert evaluate.main([f"models/edge.{suffix}", "--pictures", str(tmp_path)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "reads pictures of 28×28 in MNIST's form, found one of 72×80; choose a recogniser" in printed.err


def test_the_preparation_is_said_and_a_better_one_is_named(capsys):
    assert evaluate.main(["models/edge.onnx", "--val-count", "300", "--scale", "255", "--invert"]) == 0
    printed = capsys.readouterr()
    assert "given float32 (N, 1, 28, 28), pixels 0 to 255, ink 0 (inverted)" in printed.out.splitlines()[0]
    assert printed.err.startswith("warning: models/edge.onnx: with pixels 0 to 255, ink 0 (inverted) it misreads ")
    assert "`--scale 1` without --invert asks for that" in printed.err
    assert evaluate.main(["models/edge.onnx", "--val-count", "300"]) == 0
    assert capsys.readouterr().err == ""


def test_weights_know_how_they_want_their_pixels(capsys):
    assert evaluate.main(["models/edge.safetensors", "--std", "0.3"]) == 1
    assert "--std is for .onnx files" in capsys.readouterr().err


def test_one_picture_is_one_picture(tmp_path, capsys):
    (tmp_path / "set" / "7").mkdir(parents=True)
    Image.new("L", (28, 28), 200).save(tmp_path / "set" / "7" / "blank.png")
    sheet = tmp_path / "sheet.png"
    assert evaluate.main(["models/edge.onnx", "--pictures", str(tmp_path / "set"), "--sheet", str(sheet)]) == 0
    assert f"wrote 1 misread picture to {sheet}" in capsys.readouterr().out


def test_damaged_onnx_gets_a_sentence(tmp_path, capsys):
    (tmp_path / "half.onnx").write_bytes(b"\x08\x0a\x12")
    assert evaluate.main([str(tmp_path / "half.onnx")]) == 1
    assert "not a usable model: ONNX Runtime cannot open it" in capsys.readouterr().err
