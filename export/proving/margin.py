"""The margin proof: when no label can differ, whichever runtime stays within the measured difference."""

from collections.abc import Iterable
from dataclasses import dataclass

from export.proving.ladder import Rung


@dataclass(frozen=True)
class Margin:
    """Twice the largest difference of a score against the smallest gap between the best and the second score.

    Each of the two scores can move by at most the difference; while twice that is below the gap, they cannot swap.
    """

    largest_difference: float
    smallest_gap: float

    @property
    def holds(self) -> bool:
        return 2 * self.largest_difference < self.smallest_gap

    def __str__(self) -> str:
        sign, verdict = ("<", "no label can differ") if self.holds else (">=", "a label could differ")
        return (
            f"2 x {self.largest_difference:.2g} {sign} {self.smallest_gap:.2g}, "
            f"the smallest gap between best and second score: {verdict}"
        )


def margin(rungs: Iterable[Rung], scores: str, of: str = "digits") -> Margin:
    """The margin over the rungs whose case begins with `of`; ValueError when there are none."""
    chosen = [rung for rung in rungs if rung.case.startswith(of)]
    if not chosen:
        raise ValueError(f"no pictures called {of!r} were compared, so there is no margin to state")
    return Margin(max(rung.differences[scores] for rung in chosen), min(rung.smallest_gap for rung in chosen))
