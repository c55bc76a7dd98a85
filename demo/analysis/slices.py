"""Which kinds of pictures are misread more often: measured attributes cut into fifths, ranked by what they explain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.analysis.counts import Rate, wilson

PARTS = 5


@dataclass(frozen=True)
class Part:
    """Pictures whose attribute lies from low to high, and how many of them are misread."""

    low: float
    high: float
    error: Rate


@dataclass(frozen=True)
class Slicing:
    """One attribute in at most five equally full parts.

    explained: share of the variance of "misread" between the parts, in [0, 1].
    chance:    what an attribute without any meaning would explain on average.
    """

    name: str
    parts: list[Part]
    explained: float
    chance: float


def parts_of(values: NDArray[np.float64]) -> NDArray[np.intp]:
    """(N,) part of each value, counted from 0 without gaps, at most five; equal values are never parted."""
    edges = np.unique(np.quantile(values, np.arange(1, PARTS) / PARTS))
    return np.unique(np.searchsorted(edges, values, side="right"), return_inverse=True)[1]


def rank(attributes: dict[str, NDArray[np.float64]], wrong: NDArray[np.bool_]) -> list[Slicing]:
    """Every attribute's slicing, what explains most first."""
    found = [_slicing(name, values, wrong) for name, values in attributes.items()]
    return sorted(found, key=lambda one: -one.explained)


def _slicing(name: str, values: NDArray[np.float64], wrong: NDArray[np.bool_]) -> Slicing:
    places = parts_of(values)
    inside = [places == place for place in np.unique(places)]
    parts = [
        Part(float(values[mask].min()), float(values[mask].max()), wilson(int(wrong[mask].sum()), int(mask.sum())))
        for mask in inside
    ]
    overall = float(wrong.mean())
    between = sum(part.error.total * (part.error.share - overall) ** 2 for part in parts)
    whole = len(wrong) * overall * (1 - overall)
    return Slicing(name, parts, between / whole if whole else 0.0, (len(parts) - 1) / max(len(wrong) - 1, 1))
