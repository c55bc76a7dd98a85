"""The gate on quantised files: how many more pictures they misread than their parent, and which labels changed."""

from dataclasses import dataclass

import numpy as np

from export.ladder import MismatchError
from export.sets import Labels

ALLOWED_LOSS_PER_10000 = 3  # pictures of 10,000 that quantising may newly misread, net of those that it mends


@dataclass(frozen=True)
class Change:
    """One picture whose label quantising changed."""

    picture: int
    truth: int
    before: int
    after: int


@dataclass(frozen=True)
class Loss:
    """One set of pictures, read by a model before and after quantising."""

    pictures: int
    wrong_before: int
    wrong_after: int
    changed: list[Change]

    @property
    def allowed(self) -> int:
        """Pictures that may be newly wrong; one at least, the grain of a set too small to show 0.03 points."""
        return max(1, ALLOWED_LOSS_PER_10000 * self.pictures // 10_000)

    def __str__(self) -> str:
        changed = len(self.changed)
        return f"{self.wrong_after} of {self.pictures} wrong, {self.wrong_before} before; {changed} labels changed"


def measure_loss(before: Labels, after: Labels, truth: Labels) -> Loss:
    """Count and list what changed; labels (N,) int64 each."""
    changed = np.flatnonzero(before != after)
    return Loss(
        len(truth),
        int((before != truth).sum()),
        int((after != truth).sum()),
        [Change(int(i), int(truth[i]), int(before[i]), int(after[i])) for i in changed],
    )


def check_loss(name: str, loss: Loss) -> None:
    """MismatchError when quantising cost more than is allowed."""
    more = loss.wrong_after - loss.wrong_before
    if more > loss.allowed:
        first = loss.changed[0]
        raise MismatchError(
            f"{name}: {loss}; {more} more are wrong, allowed {loss.allowed}; "
            f"first changed: picture {first.picture}, a {first.truth}, from {first.before} to {first.after}"
        )
