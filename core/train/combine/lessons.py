"""Lessons: the training pictures bent once more, with what teachers say to them. One file holds one pass.

A pupil that is shown the very pictures its teachers saw learns their function, not only their answers; and what the
teachers say is computed once for all pupils.
source: Hinton, Vinyals and Dean 2015, Distilling the Knowledge in a Neural Network; Beyer et al. 2022, Knowledge
Distillation: A Good Teacher Is Patient and Consistent.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file
from safetensors.torch import save as to_bytes
from torch import Tensor

from core.files import write_atomic
from core.net.checkpoint import CheckpointError
from core.train.config import TrainConfig, flag

RECORD = "lessons.json"


@dataclass(frozen=True)
class Lesson:
    """One pass over the training pictures, in their order.

    images: (N, 28, 28) uint8, ink 255; logits: (N, 10) float16, the teachers' mean; labels: (N,) int64.
    """

    images: Tensor
    logits: Tensor
    labels: Tensor

    def pictures(self, index: Tensor) -> Tensor:
        """The pictures at `index` (B,) as a net takes them: (B, 1, 28, 28) float32 in [0, 1]."""
        return self.images[index][:, None].float() / 255

    def to(self, device: torch.device) -> "Lesson":
        """The lesson on a device."""
        return Lesson(self.images.to(device), self.logits.to(device), self.labels.to(device))

    def save(self, path: Path) -> None:
        """Write the lesson, atomically."""
        write_atomic(path, to_bytes({"images": self.images, "logits": self.logits, "labels": self.labels}))


def path_of(folder: Path, turn: int) -> Path:
    """Where the lesson of a pass lies, counted from 0."""
    return folder / f"pass-{turn:03d}.safetensors"


def first_lesson(folder: Path, config: TrainConfig) -> Lesson:
    """The first pass; CheckpointError when there is none, or when it was not made for the run's pictures.

    A lesson that holds the run's validation pictures would make their error worthless.
    """
    lesson = read_lesson(folder, 0)
    made_for = json.loads((folder / RECORD).read_text())["config"]
    for name in ("ink", "val_count", "limit"):
        if made_for[name] != getattr(config, name):
            raise CheckpointError(
                f"{folder}: was made with {flag(name)} {made_for[name]}, not {getattr(config, name)}; "
                f"train with the former, or make lessons of your own with `digits teach`"
            )
    return lesson


def read_lesson(folder: Path, epoch: int) -> Lesson:
    """The lesson of an epoch; after the last pass the first comes again. CheckpointError when there is none."""
    passes = sorted(folder.glob("pass-*.safetensors"))
    if not passes:
        raise CheckpointError(f"{folder}: holds no lessons; `digits teach RUN... --out {folder}` makes them")
    path = passes[epoch % len(passes)]
    try:
        return Lesson(**load_file(path))
    except SafetensorError as error:
        raise CheckpointError(
            f"{path}: not a whole lesson ({error}); delete it and run `digits teach` again"
        ) from error


def teaching_loss(logits: Tensor, teachers: Tensor, temperature: float) -> Tensor:
    """Mean cross-entropy between softened teachers' and pupil's answers, both (B, K) logits; a scalar.

    The factor temperature^2 keeps the gradients as large as those of labels (Hinton et al. 2015).
    """
    target = torch.softmax(teachers.float() / temperature, dim=1)
    return F.cross_entropy(logits / temperature, target) * temperature**2
