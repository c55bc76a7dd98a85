"""Training the finder: the same seeds give the same weights, and a stopped run ends as one that was never stopped."""

import dataclasses
import hashlib

import numpy as np
import pytest
import torch

from core.net import checkpoint
from core.net.checkpoint import CheckpointError
from core.net.finder import load_finder
from core.train import finder, resume

CONFIG = finder.FinderConfig(steps=3, cells=8192, warm_up=1)


@pytest.fixture(autouse=True)
def few_digits(monkeypatch):
    random = np.random.default_rng(0)
    images = torch.from_numpy(random.integers(0, 256, (6000, 28, 28), np.uint8))
    digits = [list(images[digit::10].numpy()) for digit in range(10)]
    monkeypatch.setattr(finder, "training_digits", lambda: digits)
    monkeypatch.setattr(finder, "SAVED_EVERY", 1)


def trained(out, config=CONFIG):
    finder.train(out, config, workers=0)
    return (out / "finder.safetensors").read_bytes()


def test_a_stopped_training_ends_in_the_same_bytes(tmp_path, monkeypatch):
    whole = trained(tmp_path / "whole")
    taken = finder.Training.take

    def stops(training, batch):
        if training.step == 2:
            raise KeyboardInterrupt
        taken(training, batch)

    monkeypatch.setattr(finder.Training, "take", stops)
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "stopped")
    monkeypatch.setattr(finder.Training, "take", taken)
    assert trained(tmp_path / "stopped") == whole


def test_other_settings_do_not_go_on_with_a_checkpoint(tmp_path):
    trained(tmp_path)
    with pytest.raises(CheckpointError, match="was begun with"):
        trained(tmp_path, dataclasses.replace(CONFIG, seed=2))


def test_a_damaged_checkpoint_is_a_sentence(tmp_path, capsys):
    (tmp_path / resume.CHECKPOINT).write_bytes(b"no weights")
    assert finder.main([str(tmp_path), "--steps", "1"]) == 1
    assert "not a whole safetensors file" in capsys.readouterr().err


def test_no_steps_are_refused(tmp_path, capsys):
    assert finder.main([str(tmp_path), "--steps", "0"]) == 1
    assert "--steps must be at least 1" in capsys.readouterr().err


def test_the_rate_rises_and_falls():
    config = finder.FinderConfig(steps=100, warm_up=10)
    rates = [config.rate(step) for step in range(100)]
    assert rates[0] < rates[9] == config.peak_lr
    assert rates[9] >= rates[50] > rates[99]


def test_a_training_begins_with_an_earlier_finder(tmp_path):
    first = trained(tmp_path / "first")
    weights = tmp_path / "first" / "finder.safetensors"
    more = ["--from", str(weights), "--steps", "1", "--workers", "0", "--peak-lr", "1e-12"]
    assert finder.main([str(tmp_path / "more"), *more]) == 0
    again = tmp_path / "more" / "finder.safetensors"
    begun, ended = (dict(load_finder(path).named_parameters()) for path in (weights, again))
    assert [name for name in begun if not torch.allclose(begun[name], ended[name], atol=1e-3)] == []
    assert checkpoint.load(again, "Finder")[2]["config"]["begun_from"] == hashlib.sha256(first).hexdigest()
