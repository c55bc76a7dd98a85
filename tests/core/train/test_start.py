"""A run begins with the weights that it is told to begin with, or says why it cannot."""

from dataclasses import replace

import pytest
import torch

from core.net import checkpoint
from core.net.model import build
from core.train.__main__ import main
from core.train.presets import PRESETS
from core.train.start import first_net, hold_still


@pytest.fixture
def begun(tmp_path):
    def make(holds, net):
        path = tmp_path / "weights.safetensors"
        checkpoint.save(path, build(holds).state_dict(), holds, {})
        config = replace(PRESETS["default"], net=net, from_=str(path))
        return first_net(config).eval(), checkpoint.load_net(path)[0]

    return make


@pytest.mark.parametrize("name", ["EdgeNet", "FactoredConvNet", "ConvNet+EdgeNet"])
def test_a_run_begins_with_the_weights_of_its_net(begun, name):
    net, trained = begun(name, name)
    image = torch.rand(2, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    assert torch.equal(net(image), trained(image))


@pytest.mark.parametrize(("holds", "net"), [("EdgeNet", "ConvNet"), ("EdgeNet+EdgeNet", "ConvNet+EdgeNet")])
def test_weights_of_another_net_are_refused(begun, holds, net):
    with pytest.raises(checkpoint.CheckpointError, match=rf"holds {holds}, not {net}".replace("+", r"\+")):
        begun(holds, net)


MOVING = {
    "all": {"members.0.conv1", "members.0.fc1", "members.1.conv1", "fc"},
    "dense": {"members.0.fc1", "fc"},
    "last": {"fc"},
}


@pytest.mark.parametrize(("layers", "moving"), MOVING.items())
def test_only_the_layers_that_are_said_move(begun, layers, moving):
    net, _ = begun("FactoredConvNet+EdgeNet", "FactoredConvNet+EdgeNet")
    hold_still(net, layers)
    free = {name for name, weights in net.named_parameters() if weights.requires_grad}
    assert {layer for layer in MOVING["all"] if any(name.startswith(f"{layer}.") for name in free)} == moving


def test_what_is_held_still_ends_as_it_began(tmp_path):
    flags = ["--net", "EdgeNet", "--limit", "128", "--val-count", "20", "--epochs", "1", "--threads", "1"]
    assert main([*flags, "--out", str(tmp_path / "a")]) == 0
    first = tmp_path / "a" / "weights.safetensors"
    assert main([*flags, "--from", str(first), "--layers", "last", "--out", str(tmp_path / "b")]) == 0
    before, after = (checkpoint.load(path)[1] for path in (first, tmp_path / "b" / "weights.safetensors"))
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"fc.weight", "fc.bias"}
