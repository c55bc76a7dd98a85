"""Optimisers and learning rates."""

import math

import torch
from torch import nn
from torch.optim import Optimizer

from core.train.config import TrainConfig


def make_optimizer(net: nn.Module, config: TrainConfig) -> Optimizer:
    """The configured optimiser; weight decay spares biases and normalisation, which have one dimension."""
    decayed = [p for p in net.parameters() if p.ndim > 1]
    spared = [p for p in net.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": config.weight_decay}, {"params": spared, "weight_decay": 0.0}]
    if config.optimizer == "sgd":
        return torch.optim.SGD(groups, lr=config.peak_lr, momentum=0.9, nesterov=True, fused=True)
    if config.optimizer == "adam":
        return torch.optim.Adam(groups, lr=config.peak_lr, fused=True)
    return torch.optim.AdamW(groups, lr=config.peak_lr, fused=True)


def learning_rate(config: TrainConfig, step: int, steps_per_epoch: int) -> float:
    """The rate of one step, counted from 0 over all epochs."""
    epoch = step / steps_per_epoch
    if epoch < config.warmup_epochs:
        return config.peak_lr * (step + 1) / (config.warmup_epochs * steps_per_epoch + 1)
    if config.schedule == "exponential":
        return float(config.peak_lr * config.lr_decay ** int(epoch))
    done = (epoch - config.warmup_epochs) / max(config.epochs - config.warmup_epochs, 1e-9)
    return config.peak_lr * 0.5 * (1 + math.cos(math.pi * done))


def set_lr(optimizer: Optimizer, rate: float) -> None:
    """Give every parameter group the rate."""
    for group in optimizer.param_groups:
        group["lr"] = rate
