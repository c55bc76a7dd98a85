"""What became better and what worse between two readers of the same pictures, and whether that is more than chance."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

from torch import Tensor

from core.train.measure.metrics import Count

CHANCE = 0.05  # below this probability a difference is called one
Verdict = Literal["better", "worse", "no difference shown"]


def mcnemar(fixed: int, broken: int) -> float:
    """The exact two-sided probability of a split at least this uneven if both readers were equally good.

    source: McNemar 1947, Note on the sampling error of the difference between correlated proportions.
    """
    n, fewer = fixed + broken, min(fixed, broken)
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(fewer + 1)) / 2**n)


@dataclass(frozen=True)
class Change:
    """Errors of two readers on one set; `fixed` and `broken` are indexes that only one of them read rightly."""

    name: str
    before: Count
    after: Count
    fixed: list[int]
    broken: list[int]

    @property
    def p(self) -> float:
        """Probability of so uneven a split by chance (McNemar's exact test)."""
        return mcnemar(len(self.fixed), len(self.broken))

    @property
    def verdict(self) -> Verdict:
        """Better or worse where chance is an unlikely explanation."""
        if self.p >= CHANCE:
            return "no difference shown"
        return "better" if len(self.fixed) > len(self.broken) else "worse"

    def record(self) -> dict[str, Any]:
        """The change as plain values for JSON."""
        return {**asdict(self), "mcnemar_p": self.p, "verdict": self.verdict}

    def __str__(self) -> str:
        return (
            f"{self.name}:\n  before {self.before}\n  after  {self.after}\n"
            f"  {len(self.fixed)} fixed, {len(self.broken)} broken, McNemar's p = {self.p:.2g}: {self.verdict}"
        )


def change(name: str, before: Tensor, after: Tensor, labels: Tensor) -> Change:
    """Compare answers before and after (N,) with labels (N,), all whole numbers."""
    was, now = before == labels, after == labels
    fixed, broken = (~was & now).nonzero()[:, 0], (was & ~now).nonzero()[:, 0]
    return Change(name, wrong_of(was), wrong_of(now), fixed.tolist(), broken.tolist())


def wrong_of(right: Tensor) -> Count:
    """The count of what was not read rightly, from (N,) bool."""
    return Count(int((~right).sum()), len(right))


def is_improvement(gained: Change, kept: Change) -> bool:
    """Better where it should be, and not worse where it was good."""
    return gained.verdict == "better" and kept.verdict != "worse"
