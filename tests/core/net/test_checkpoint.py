"""Weights files: what was written comes back, what cannot be used is refused with a sentence."""

import json

import pytest
import torch
from safetensors.torch import save

from core.net import checkpoint
from core.net.model import ConvNet


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "weights.safetensors"
    checkpoint.save(path, ConvNet().state_dict(), "ConvNet", {"seed": 3})
    return path


def test_equal_content_gives_equal_bytes(tmp_path):
    net = ConvNet()
    for name in "ab":
        checkpoint.save(tmp_path / name, net.state_dict(), "ConvNet", {"seed": 3, "run": "x"})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_net_and_history_come_back(weights):
    net, history = checkpoint.load_net(weights)
    _, tensors, _ = checkpoint.load(weights)
    assert history == {"seed": 3}
    assert not net.training
    assert all(torch.equal(tensors[name], value) for name, value in net.state_dict().items())


def with_record(path, **record):
    path.write_bytes(save({}, {"record": json.dumps(record)}))


def with_text(path, text):
    path.write_bytes(save({}, {"record": text}))


SPOILED = {
    "missing": (lambda path: path.unlink(), "no such file"),
    "truncated": (lambda path: path.write_bytes(path.read_bytes()[:-9]), "not a whole safetensors file"),
    "empty": (lambda path: path.write_bytes(b""), "not a whole safetensors file"),
    "a pickle": (lambda path: torch.save({}, path), "not a whole safetensors file"),
    "a later format": (lambda path: with_record(path, format=2), "format 2; this version reads format 1"),
    "a list for a record": (lambda path: with_text(path, "[1]"), "not what this project writes"),
    "a word for a record": (lambda path: with_text(path, '"x"'), "not what this project writes"),
    "a list for a history": (lambda path: with_record(path, format=1, net="ConvNet", history=[]), "not what this"),
    "a record 100,000 deep": (lambda path: with_text(path, "[" * 100_000), "not a whole safetensors file"),
    "an unknown net": (lambda path: with_record(path, format=1, net="X"), "holds net 'X'; known"),
}


@pytest.mark.parametrize(("spoil", "sentence"), SPOILED.values(), ids=SPOILED.keys())
def test_unusable_file_is_refused_with_its_name(weights, spoil, sentence):
    spoil(weights)
    with pytest.raises(checkpoint.CheckpointError, match=sentence) as refused:
        checkpoint.load_net(weights)
    assert str(weights) in str(refused.value)


def test_weights_of_another_shape_are_refused(tmp_path):
    path = tmp_path / "odd.safetensors"
    checkpoint.save(path, {"conv1.weight": torch.zeros(1)}, "ConvNet", {})
    with pytest.raises(checkpoint.CheckpointError, match="do not fit ConvNet"):
        checkpoint.load_net(path)
