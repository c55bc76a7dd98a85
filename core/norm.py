"""Batch normalisation for training only: put behind every convolution, folded into it at the end."""

from copy import deepcopy

import torch
from torch import nn


def with_batch_norm(net: nn.Module) -> nn.Module:
    """A copy of `net` with batch normalisation behind every convolution.

    source: Ioffe and Szegedy 2015, Batch Normalization.
    """
    net = deepcopy(net)
    for parent in list(net.modules()):
        for name, layer in list(parent.named_children()):
            if isinstance(layer, nn.Conv2d):
                setattr(parent, name, nn.Sequential(layer, nn.BatchNorm2d(layer.out_channels)))
    return net


@torch.no_grad()
def fold_batch_norm(trained: nn.Module, plain: nn.Module) -> nn.Module:
    """Fill `plain` with the weights of `trained`, which may be the same net with batch normalisation; returns `plain`.

    In evaluation mode both give the same output to float tolerance.
    """
    layers = dict(trained.named_modules())
    for name, layer in plain.named_modules():
        source = layers.get(name)
        if isinstance(layer, nn.Conv2d) and isinstance(source, nn.Sequential):
            conv, norm = source
            gain = norm.weight / (norm.running_var + norm.eps).sqrt()  # (channels,)
            bias = conv.bias if conv.bias is not None else torch.zeros_like(norm.bias)
            layer.weight.copy_(conv.weight * gain[:, None, None, None])
            assert layer.bias is not None, "a convolution that is normalised in training needs a bias to fold into"
            layer.bias.copy_((bias - norm.running_mean) * gain + norm.bias)
        elif isinstance(layer, nn.Conv2d | nn.Linear) and isinstance(source, type(layer)):
            layer.load_state_dict(source.state_dict())
    return plain.eval()
