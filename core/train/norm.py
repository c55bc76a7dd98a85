"""Batch normalisation for training only: put behind every convolution, folded into it at the end."""

from copy import deepcopy

import torch
from torch import Tensor, nn


class NormalisedConv(nn.Module):
    """A convolution followed by batch normalisation."""

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        self.conv = conv
        self.norm = nn.BatchNorm2d(conv.out_channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.conv(x))


def with_batch_norm(net: nn.Module) -> nn.Module:
    """A copy of `net` with batch normalisation behind every convolution.

    source: Ioffe and Szegedy 2015, Batch Normalization.
    """
    net = deepcopy(net)
    for parent in list(net.modules()):
        for name, layer in list(parent.named_children()):
            if isinstance(layer, nn.Conv2d):
                setattr(parent, name, NormalisedConv(layer))
    return net


@torch.no_grad()
def fold_batch_norm(trained: nn.Module, plain: nn.Module) -> nn.Module:
    """Fill `plain` with the weights of `trained`, which may be the same net with batch normalisation; returns `plain`.

    In evaluation mode both give the same output to float tolerance.
    """
    layers = dict(trained.named_modules())
    for name, layer in plain.named_modules():
        source = layers.get(name)
        if isinstance(source, NormalisedConv) and isinstance(layer, nn.Conv2d):
            _fold(source, layer)
        elif isinstance(layer, nn.Conv2d | nn.Linear):
            assert source is not None, f"{name} is missing in the trained net"
            layer.load_state_dict(source.state_dict())
    return plain.eval()


def _fold(source: NormalisedConv, layer: nn.Conv2d) -> None:
    norm, mean, variance = source.norm, source.norm.running_mean, source.norm.running_var
    assert layer.bias is not None, "a convolution that is normalised in training needs a bias to fold into"
    assert source.conv.bias is not None
    assert mean is not None
    assert variance is not None
    gain = norm.weight / (variance + norm.eps).sqrt()  # (channels,)
    layer.weight.copy_(source.conv.weight * gain[:, None, None, None])
    layer.bias.copy_((source.conv.bias - mean) * gain + norm.bias)
