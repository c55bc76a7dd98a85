"""A table of predictions -> what goes wrong, counted."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from demo.analysis.table import Table

Z_95 = 1.959964  # standard normal quantile of a two-sided 95% interval


@dataclass(frozen=True)
class Rate:
    """A share of a count, with its 95% interval: `hits` of `total`, both integers; low and high in [0, 1]."""

    hits: int
    total: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Hits in total, in [0, 1]; 0 for an empty total."""
        return self.hits / self.total if self.total else 0.0


@dataclass(frozen=True)
class DigitRow:
    """How one digit fares.

    error, recall: of the digit's own pictures.
    precision:     of the pictures that are given its name.
    f1:            (value, low, high) in [0, 1]. F1 is 2J / (1 + J) of the share J of right answers among all pictures
                   that are the digit or are given its name, so J's interval maps onto F1's.
    """

    digit: int
    error: Rate
    precision: Rate
    recall: Rate
    f1: tuple[float, float, float]


@dataclass(frozen=True)
class Confused:
    """How often one digit is read as one other: `count` of the `total` pictures of `truth`."""

    truth: int
    answer: int
    count: int
    total: int


def wilson(hits: int, total: int) -> Rate:
    """The share hits/total with its 95% score interval.

    source: Wilson 1927, Probable Inference, the Law of Succession, and Statistical Inference.
    """
    if not 0 <= hits <= total:
        raise ValueError(f"expected 0 <= hits <= total, got {hits} of {total}")
    if total == 0:
        return Rate(0, 0, 0.0, 1.0)
    share, weight = hits / total, Z_95**2 / total
    centre = (share + weight / 2) / (1 + weight)
    spread = Z_95 * sqrt(share * (1 - share) / total + weight / (4 * total)) / (1 + weight)
    low = 0.0 if hits == 0 else centre - spread  # rounding must not exclude the observed share
    high = 1.0 if hits == total else centre + spread
    return Rate(hits, total, low, high)


def error_rate(table: Table) -> Rate:
    """The share of misread pictures; refusals are not considered."""
    return wilson(int(table.wrong.sum()), len(table))


def confusion(table: Table) -> NDArray[np.int64]:
    """(10, 10) counts, row truth, column answer."""
    return np.bincount(table.truth * 10 + table.answers, minlength=100).reshape(10, 10).astype(np.int64)


def digit_rows(counts: NDArray[np.int64]) -> list[DigitRow]:
    """Each digit's rates from a confusion matrix."""
    return [_digit(counts, digit) for digit in range(10)]


def top_confusions(counts: NDArray[np.int64], most: int = 5) -> list[Confused]:
    """The most frequent mistakes, the most frequent first, ties in reading order; none that never happened."""
    mistakes = counts - np.diag(np.diag(counts))
    order = np.argsort(-mistakes, axis=None, kind="stable")[:most]
    cells = [(int(cell) // 10, int(cell) % 10) for cell in order]
    return [
        Confused(truth, answer, int(mistakes[truth, answer]), int(counts[truth].sum()))
        for truth, answer in cells
        if mistakes[truth, answer]
    ]


def _digit(counts: NDArray[np.int64], digit: int) -> DigitRow:
    right, own, named = int(counts[digit, digit]), int(counts[digit].sum()), int(counts[:, digit].sum())
    union = wilson(right, own + named - right)
    f1 = tuple(2 * share / (1 + share) for share in (union.share, union.low, union.high))
    return DigitRow(digit, wilson(own - right, own), wilson(right, named), wilson(right, own), (f1[0], f1[1], f1[2]))
