"""What teachers say to pictures: one ensemble about MNIST's digits, and recognisers about everything else."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.net import checkpoint


def load_teachers(folders: Sequence[Path], device: torch.device) -> list[nn.Module]:
    """The nets of finished runs, in evaluation mode; CheckpointError when one is not finished."""
    nets = [checkpoint.load_net(folder / "weights.safetensors")[0] for folder in folders]
    return [net.to(memory_format=torch.channels_last).to(device) for net in nets]


@torch.no_grad()
def mean_logits(teachers: Sequence[nn.Module], image: Tensor, dtype: torch.dtype) -> Tensor:
    """The teachers' mean logits (B, 10) float32 for pictures (B, 1, 28, 28) float32."""
    image = image.contiguous(memory_format=torch.channels_last)
    with torch.autocast(image.device.type, dtype=dtype, enabled=dtype != torch.float32):
        return torch.stack([teacher(image).float() for teacher in teachers]).mean(0)


@dataclass(frozen=True)
class Staff:
    """Who teaches a recogniser: `digits` know MNIST's digits best, `recognizers` all else, and what is no digit.

    Without recognisers, `digits` teach everything.
    """

    digits: Sequence[nn.Module]
    recognizers: Sequence[nn.Module]
    dtype: torch.dtype

    def say(self, image: Tensor, labels: Tensor, own: Tensor) -> Tensor:
        """Logits (B, 10) float32 for pictures (B, 1, 28, 28) float32.

        labels: (B,) int64, 0..9 or 10, "no digit".
        own:    (B,) bool, which pictures are MNIST's own digits.
        """
        if not self.recognizers:
            return mean_logits(self.digits, image, self.dtype)
        said = mean_logits(self.recognizers, image, self.dtype)
        energy = said.logsumexp(1, keepdim=True)
        said = corrected(said, labels)
        if own.any():
            known = mean_logits(self.digits, image[own], self.dtype)
            said[own] = known - known.logsumexp(1, keepdim=True) + energy[own]
        return said


def corrected(logits: Tensor, labels: Tensor) -> Tensor:
    """Logits (B, 10) of recognisers that now answer `labels` (B,), 0..9 or 10: where they did not, the label's logit
    and the largest one change places. "No digit" is an 11th class, whose logit stays 0.

    source: Wen et al. 2021, Preparing Lessons: Improve Knowledge Distillation with Better Supervision.
    """
    row = torch.arange(len(labels), device=labels.device)
    every = F.pad(logits, (0, 1))
    answer = every.argmax(1)
    largest, own = every[row, answer], every[row, labels]
    every[row, answer], every[row, labels] = own, largest
    return every[:, :10] - every[:, 10:]
