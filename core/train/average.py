"""The running average of a net's weights, which is steadier than the weights of any one step."""

import torch
from torch import nn


@torch.no_grad()
def move_towards(average: nn.Module, net: nn.Module, decay: float, step: int) -> None:
    """Move the averaged weights towards the present ones, in place; the first steps (from 0) are forgotten sooner.

    source: Polyak and Juditsky 1992, Acceleration of Stochastic Approximation by Averaging.
    """
    decay = min(decay, (1 + step) / (10 + step))
    for mean, now in zip(average.state_dict().values(), net.state_dict().values(), strict=True):
        if mean.is_floating_point():
            mean.lerp_(now, 1 - decay)
        else:
            mean.copy_(now)
