"""Arrays -> what goes wrong, and where."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from demo.mnist import Labelled
from demo.predictions import Predictions

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
    """How one digit fares: recall is of its own pictures, precision of the pictures that are given its name."""

    digit: int
    error: Rate
    precision: float
    recall: float


@dataclass(frozen=True)
class Analysis:
    """Everything that the views show about one model on one data set.

    confusion: (10, 10) counts, row truth, column answer.
    misreads:  (M,) indices of the misread pictures, the most confident first.
    """

    error: Rate
    refused: int
    confusion: NDArray[np.int64]
    digits: list[DigitRow]
    misreads: NDArray[np.intp]


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


def analyse(data: Labelled, predictions: Predictions, threshold: float) -> Analysis:
    """Compare answers with the truth; `threshold` is the digit_score below which the model refuses."""
    answers = predictions.answers
    confusion = np.zeros((10, 10), np.int64)
    np.add.at(confusion, (data.labels, answers), 1)
    wrong = np.flatnonzero(answers != data.labels)
    confidence = predictions.probabilities[wrong, answers[wrong]]
    return Analysis(
        error=wilson(len(wrong), len(answers)),
        refused=int((predictions.digit_score < threshold).sum()),
        confusion=confusion,
        digits=[_digit(confusion, digit) for digit in range(10)],
        misreads=wrong[np.argsort(-confidence, kind="stable")],
    )


def _digit(confusion: NDArray[np.int64], digit: int) -> DigitRow:
    right, own, named = int(confusion[digit, digit]), int(confusion[digit].sum()), int(confusion[:, digit].sum())
    return DigitRow(digit, wilson(own - right, own), right / named if named else 0.0, right / own if own else 0.0)
