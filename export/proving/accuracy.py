"""The gate on quantised files: how many more pictures they misread than their parent, and which labels changed.

The limit is 0.03 points, 3 pictures of 10,000. A set of a few hundred cannot show it: there one picture is more than
the limit, and a picture whose two best scores were nearly equal may fall either way. Such a set is held to McNemar's
exact test instead: quantising is refused when so many lost pictures for so few mended ones would come up by chance,
both being equally likely, in less than one case of twenty. What each set of other people's digits hides alone shows in
all of them together, which are held to the same rule. However it comes out, few answers may change.
"""

from dataclasses import dataclass
from math import comb

import numpy as np

from export.proving.ladder import MismatchError
from export.proving.sets import MNIST_TEST, NUMBERS, Labels

ALLOWED_LOSS_PER_10000 = 3  # pictures of 10,000 that quantising may newly misread, net of those that it mends
ENOUGH = 10_000 // ALLOWED_LOSS_PER_10000  # pictures from which on one of them is within the limit
CHANCE = 0.05
MAY_CHANGE = {"single digits": 0.005, NUMBERS: 0.01}  # share of answers, right or wrong


@dataclass(frozen=True)
class Change:
    """One picture whose label quantising changed; of a reader's, what is written on it and what was read."""

    picture: int
    truth: int | str
    before: int | str
    after: int | str


@dataclass(frozen=True)
class Loss:
    """One set of pictures, read by a model before and after quantising."""

    pictures: int
    wrong_before: int
    wrong_after: int
    changed: list[Change]

    @property
    def lost(self) -> int:
        """Pictures that were read right before."""
        return sum(change.before == change.truth for change in self.changed)

    @property
    def mended(self) -> int:
        """Pictures that are read right now."""
        return sum(change.after == change.truth for change in self.changed)

    @property
    def chance(self) -> float:
        """Probability of at least so many lost among lost and mended ones, were both equally likely.

        source: McNemar 1947, Note on the sampling error of the difference between correlated proportions.
        """
        told = self.lost + self.mended
        return sum(comb(told, lost) for lost in range(self.lost, told + 1)) / 2**told

    @property
    def passes(self) -> bool:
        """Whether quantising cost no more than the limit, or, on a small set, no more than chance explains."""
        within = self.lost - self.mended <= ALLOWED_LOSS_PER_10000 * self.pictures / 10_000
        return within or (self.pictures < ENOUGH and self.chance >= CHANCE)

    def __str__(self) -> str:
        changed = len(self.changed)
        return f"{self.wrong_after} of {self.pictures} wrong, {self.wrong_before} before; {changed} labels changed"


def measure_loss(before: Labels, after: Labels, truth: Labels) -> Loss:
    """Count and list what changed; labels (N,) each, all three of one kind."""
    changed = np.flatnonzero(before != after)
    return Loss(
        len(truth),
        int((before != truth).sum()),
        int((after != truth).sum()),
        [Change(int(i), truth[i].item(), before[i].item(), after[i].item()) for i in changed],
    )


def check_loss(name: str, loss: Loss) -> None:
    """MismatchError when quantising cost more than is allowed."""
    if not loss.passes:
        first = loss.changed[0]
        raise MismatchError(
            f"{name}: {loss}; {loss.lost} lost, {loss.mended} mended, allowed {ALLOWED_LOSS_PER_10000} more of 10,000"
            f" or what chance explains on few (here {loss.chance:.3f}); "
            f"first changed: picture {first.picture}, a {first.truth}, from {first.before} to {first.after}"
        )


def check_losses(name: str, losses: dict[str, Loss]) -> None:
    """check_loss for each set, and for all other people's digits together: MNIST's gains pay for no other's losses."""
    for kind, loss in losses.items():
        check_loss(f"{name}, {kind}", loss)
    if others := {kind: loss for kind, loss in losses.items() if kind not in (MNIST_TEST, NUMBERS)}:
        check_loss(f"{name}, all other digits", together(others))
    for what, most in MAY_CHANGE.items():
        alike = {kind: loss for kind, loss in losses.items() if (kind == NUMBERS) == (what == NUMBERS)}
        check_changes(f"{name}, {what}", together(alike), most)


def check_changes(name: str, loss: Loss, most: float) -> None:
    """MismatchError when more than a share `most` of the answers changed, be they right or wrong."""
    if len(loss.changed) > most * loss.pictures:
        raise MismatchError(f"{name}: {loss}; allowed {most:.1%}")


def together(losses: dict[str, Loss]) -> Loss:
    """Several sets as one; its pictures are numbered within their own sets."""
    each = losses.values()
    return Loss(
        sum(loss.pictures for loss in each),
        sum(loss.wrong_before for loss in each),
        sum(loss.wrong_after for loss in each),
        [change for loss in each for change in loss.changed],
    )
