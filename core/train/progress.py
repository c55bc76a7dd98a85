"""What a run says of itself before its first epoch and after each."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import torch

from core.train.config import TrainConfig
from core.train.measure.metrics import Count
from core.train.pictures.training_set import TrainingSet, validated_on
from core.wording import counted

MINUTE_S = 60


def beginning(config: TrainConfig, pictures: TrainingSet, device: torch.device) -> str:
    """Where it runs, how many steps it takes, and what becomes of people's own pictures."""
    n = len(pictures.train[1])
    place = f"on {device}" + (f" ({counted(torch.get_num_threads(), 'thread')})" if device.type == "cpu" else "")
    steps = counted(ceil(n / config.batch), "step")
    lines = [f"{place}: {counted(config.epochs, 'epoch')} of {steps}, {counted(n, 'picture')} each"]
    if extra := pictures.extra:
        learned, held_out, left_out = len(extra.train[1]), len(extra.held_out[1]), len(extra.not_used)
        lines.append(f"of your own pictures {learned} are learned, {held_out} held out, {left_out} left out")
    return "\n".join(lines)


def epoch_line(config: TrainConfig, epochs: Sequence[dict[str, Any]]) -> str:
    """The last of the epochs that are done, and how long the others take if they take as long."""
    last, left = epochs[-1], config.epochs - len(epochs)
    error = f"error on {validated_on(config.ink)} {Count(last['val_wrong'], last['val_n'])}"
    line = f"epoch {last['epoch']}/{config.epochs}: loss {last['train_loss']:.4f}, {error}"
    return f"{line}; {duration(left * last['seconds'])} left" if left else line


def duration(seconds: float) -> str:
    """Seconds up to two minutes, then minutes."""
    return f"{seconds:.0f} s" if seconds < 2 * MINUTE_S else f"{seconds / MINUTE_S:.0f} min"
