"""Is the model as often right as it says, and what would refusing the unsure answers cost?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.analysis.counts import Rate, wilson
from demo.analysis.table import Table

BINS = 15
COVERAGES = (1.0, 0.999, 0.998, 0.995, 0.99, 0.98, 0.97, 0.95, 0.9, 0.8, 0.5)


@dataclass(frozen=True)
class Bin:
    """Pictures whose confidence lies in (low, high]: how many were right, and how sure the model was on average."""

    low: float
    high: float
    confidence: float
    right: Rate


@dataclass(frozen=True)
class Refusal:
    """Answering only where the confidence is at least `confidence`: what share is answered, and how many are wrong."""

    confidence: float
    answered: int
    error: Rate


def reliability(table: Table) -> list[Bin]:
    """The 15 equally wide bins of confidence that hold pictures, from the lowest."""
    places = _places(table.confidence)
    return [_bin(table, place, places == place) for place in range(BINS) if (places == place).any()]


def expected_calibration_error(table: Table) -> float:
    """Mean distance of confidence and share of right answers over the 15 bins, weighted by pictures, in [0, 1].

    source: Guo et al. 2017, On Calibration of Modern Neural Networks.
    """
    gaps = (one.right.total * abs(one.right.share - one.confidence) for one in reliability(table))
    return sum(gaps) / len(table)


def refusals(table: Table) -> list[Refusal]:
    """Error among the answered pictures when the least confident are refused, for shares answered from all to half."""
    order = np.argsort(-table.confidence, kind="stable")
    mistakes = np.cumsum(table.wrong[order])
    rows = []
    for coverage in COVERAGES:
        answered = max(round(coverage * len(table)), 1)
        rows.append(
            Refusal(
                float(table.confidence[order[answered - 1]]), answered, wilson(int(mistakes[answered - 1]), answered)
            )
        )
    return rows


def _places(confidence: NDArray[np.float64]) -> NDArray[np.intp]:
    return np.clip(np.ceil(confidence * BINS).astype(np.intp) - 1, 0, BINS - 1)


def _bin(table: Table, place: int, inside: NDArray[np.bool_]) -> Bin:
    right = wilson(int((~table.wrong & inside).sum()), int(inside.sum()))
    return Bin(place / BINS, (place + 1) / BINS, float(table.confidence[inside].mean()), right)
