"""Batch normalisation is gone after training, and nothing has changed."""

import torch
from torch import nn

from core.net.model import ConvNet
from core.train.norm import NormalisedConv, fold_batch_norm, with_batch_norm


def trained_with_norm() -> nn.Module:
    """A net whose normalisation has statistics, gains and offsets that differ from the neutral ones."""
    torch.manual_seed(0)
    net = with_batch_norm(ConvNet())
    for layer in net.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.uniform_(layer.weight, 0.5, 2)
            nn.init.uniform_(layer.bias, -1, 1)
    for _ in range(3):
        net(torch.rand(32, 1, 28, 28))
    return net.eval()


def test_folded_net_has_the_plain_topology_and_the_same_output():
    trained = trained_with_norm()
    image = torch.rand(8, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    folded = fold_batch_norm(trained, ConvNet())
    assert not any(isinstance(layer, nn.BatchNorm2d | NormalisedConv) for layer in folded.modules())
    assert torch.allclose(folded(image), trained(image), atol=1e-5)


def test_net_without_norm_is_copied():
    net = ConvNet().eval()
    image = torch.rand(2, 1, 28, 28)
    assert torch.equal(fold_batch_norm(net, ConvNet())(image), net(image))
