"""What somebody answered to labelled pictures, and how one's answers differ from another's."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.train.measure.change import change


@dataclass(frozen=True)
class Answered:
    """A name; labels (N,) int64 of pictures that others answer too, and the answers (N,) to them."""

    name: str
    labels: Tensor
    answers: Tensor


def against(first: Answered, other: Answered) -> str:
    """How one differs from the first: McNemar's test where both answered the same pictures."""
    if not torch.equal(first.labels, other.labels):
        return f"against {first.name}: other validation pictures, not to be compared"
    one = change(other.name, first.answers, other.answers, other.labels)
    counts = f"{len(one.fixed)} fixed, {len(one.broken)} broken"
    return f"against {first.name}: {counts}, McNemar's p = {one.p:.2g}: {one.verdict}"
