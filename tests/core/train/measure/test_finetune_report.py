"""Fine-tuning from end to end: what changed is reported, and no change is not called an improvement."""

import json

import numpy as np
import pytest

from core.train import data
from core.train.__main__ import main

TINY = ["--val-count", "200", "--batch", "32", "--threads", "1", "--precision", "float32"]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    assert main([*TINY, "--limit", "1000", "--epochs", "3", "--ema", "0", "--out", str(folder / "run")]) == 0
    return folder / "run" / "weights.safetensors"


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory):
    """Digits as a mirror shows them: most of them the base reads wrongly."""
    images, labels = data.load("train")
    path = tmp_path_factory.mktemp("extra") / "mirrored.npz"
    np.savez(path, images=images[2000:2240].flip(2).numpy(), labels=labels[2000:2240].numpy())
    return path


def finetune(base, extra, folder, *flags):
    limits = ["--batch", "32", "--threads", "1", "--precision", "float32", "--limit", "600"]
    assert main(["--from", str(base), "--extra", str(extra), *limits, "--out", str(folder), *flags]) == 0
    return json.loads((folder / "finetune.json").read_text()), (folder / "finetune.txt").read_text()


def test_a_gain_is_reported_on_both_sets(base, mirrored, tmp_path):
    flags = ["--epochs", "3", "--peak-lr", "0.002", "--extra-share", "0.4", "--ema", "0"]
    record, text = finetune(base, mirrored, tmp_path, *flags)
    own, mnist = {one["name"]: one for one in record["changes"]}.values()
    own, mnist = (own, mnist) if "own" in own["name"] else (mnist, own)
    assert own["verdict"] == "better"
    assert own["after"]["wrong"] == own["before"]["wrong"] - len(own["fixed"]) + len(own["broken"])
    assert mnist["after"]["n"] == 200  # held out for the base, held out again
    assert own["after"]["n"] == record["held_out"] == len(record["held_out_names"])
    assert record["improvement"] == ("An improvement" in text)
    assert (tmp_path / "finetune.png").read_bytes().startswith(b"\x89PNG")
    assert "each picture that is read otherwise: finetune.png" in text


def test_errors_on_mnist_and_on_own_pictures_are_told_apart(base, mirrored, tmp_path, capsys):
    _, text = finetune(base, mirrored, tmp_path, "--epochs", "1", "--ema", "0")
    said = capsys.readouterr().out
    assert "error on MNIST's validation pictures" in next(line for line in said.splitlines() if "epoch 1/1" in line)
    assert "held-out pictures of your own:\n" in text
    assert "MNIST's validation pictures:\n" in text
    assert "validation error" not in said


def test_without_a_beginning_there_is_no_before_to_draw(mirrored, tmp_path):
    limits = ["--limit", "300", "--val-count", "100", "--epochs", "1", "--threads", "1", "--net", "EdgeNet"]
    assert main([*limits, "--extra", str(mirrored), "--out", str(tmp_path)]) == 0
    assert "nothing to compare with" in (tmp_path / "finetune.txt").read_text()
    assert not (tmp_path / "finetune.png").exists()


def test_nothing_learned_is_no_improvement(base, mirrored, tmp_path):
    record, text = finetune(base, mirrored, tmp_path, "--epochs", "1", "--peak-lr", "1e-8", "--ema", "0")
    assert record["improvement"] is False
    assert "NOT shown to be an improvement: 0 fixed and 0 broken" in text


def test_from_what_is_no_weights_gets_a_sentence(tmp_path, capsys):
    assert main(["--from", str(tmp_path / "none.safetensors"), "--out", str(tmp_path)]) == 1
    assert "no such file" in capsys.readouterr().err


def test_extra_that_is_not_there_gets_a_sentence(base, tmp_path, capsys):
    assert main(["--from", str(base), "--extra", str(tmp_path / "none"), "--out", str(tmp_path / "run")]) == 1
    assert "expected a folder" in capsys.readouterr().err
