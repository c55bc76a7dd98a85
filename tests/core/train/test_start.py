"""A run begins with the weights that it is told to begin with, or says why it cannot."""

from dataclasses import replace

import pytest
import torch

from core.net import checkpoint
from core.net.model import build
from core.train.presets import PRESETS
from core.train.start import first_net


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
