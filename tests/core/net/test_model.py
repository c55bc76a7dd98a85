"""The published topology, counted."""

import re

import pytest
import torch
from torch import nn

from core.net.model import ConvNet, Ensemble, FactoredConvNet, build, last_layer, xavier

PARAMETERS = 856_586
SHAPES = {  # layer -> shape of its output for two pictures, from the published design
    "conv1": (2, 32, 28, 28),
    "conv2": (2, 64, 14, 14),
    "dropout1": (2, 3136),
    "fc1": (2, 256),
    "dropout2": (2, 256),
    "fc2": (2, 128),
    "dropout3": (2, 128),
    "fc3": (2, 10),
}
DROPOUT = {"dropout1": 0.35, "dropout2": 0.2, "dropout3": 0.2}


def parameters(net: nn.Module) -> int:
    return sum(parameter.numel() for parameter in net.parameters())


def output_shapes(net: nn.Module) -> dict[str, tuple[int, ...]]:
    shapes = {}
    for name in SHAPES:
        hook = lambda _m, _i, out, name=name: shapes.__setitem__(name, tuple(out.shape))  # noqa: E731
        net.get_submodule(name).register_forward_hook(hook)
    net(torch.zeros(2, 1, 28, 28))
    return shapes


def test_parameter_count_is_the_published_one():
    assert parameters(ConvNet()) == PARAMETERS


def test_every_layer_gives_the_published_shape():
    assert output_shapes(ConvNet()) == SHAPES


def test_the_gate_sees_another_topology():
    net = ConvNet()
    net.conv2 = nn.Conv2d(32, 64, kernel_size=3)  # "valid" where the design says "same"
    net.fc1 = nn.Linear(64 * 6 * 6, 256)
    assert parameters(net) != PARAMETERS
    assert output_shapes(net) != SHAPES


def test_dropout_rates_are_the_published_ones():
    net = ConvNet()
    assert {name: net.get_submodule(name).p for name in DROPOUT} == DROPOUT


def test_relu_behind_the_pool_equals_relu_before_it():
    net = ConvNet().eval()
    image = torch.rand(4, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    x = net.pool(net.relu(net.conv1(image)))
    x = net.pool(net.relu(net.conv2(x)))
    textbook = net.fc3(net.relu(net.fc2(net.relu(net.fc1(x.flatten(1))))))
    assert torch.equal(net(image), textbook)


def test_equal_seeds_give_equal_weights():
    first, second = ConvNet(), ConvNet()
    xavier(first, torch.Generator().manual_seed(1))
    xavier(second, torch.Generator().manual_seed(1))
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


@pytest.mark.parametrize("name", ["LeNet-9", "ConvNet+LeNet-9", "ConvNet+", ""])
def test_unknown_net_is_refused_by_name(name):
    with pytest.raises(ValueError, match=rf"'{re.escape(name)}'; known: .*ConvNet"):
        build(name)


def test_a_factored_net_has_the_weights_that_it_says():
    assert f"{parameters(FactoredConvNet()):,} parameters" in FactoredConvNet.__doc__


def test_an_ensemble_reads_every_members_features():
    net = build("ConvNet+EdgeNet")
    assert isinstance(net, Ensemble)
    assert net.fc.in_features == last_layer(ConvNet())[1].in_features + last_layer(build("EdgeNet"))[1].in_features
    assert net(torch.zeros(2, 1, 28, 28)).shape == (2, 10)
