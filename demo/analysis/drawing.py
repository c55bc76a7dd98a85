"""From the visitor's own drawing: mistakes like this one, and where it would stand in the confusion matrix."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.analysis.table import Table


@dataclass(frozen=True)
class LikeThis:
    """The misread pictures most like a drawing, the nearest first: indices (K,) into the table, distances (K,)."""

    indices: NDArray[np.intp]
    distances: NDArray[np.float64]


def nearest_misread(table: Table, seen: NDArray[np.uint8], most: int = 12) -> LikeThis:
    """The misread pictures nearest to what the net saw of a drawing, (28, 28) uint8.

    Distance is Euclidean over pixels with ink in [0, 1].
    """
    wrong = np.flatnonzero(table.wrong)
    pictures = table.predictions.seen[wrong].reshape(len(wrong), seen.size).astype(np.float64) / 255
    distances = np.sqrt(((pictures - seen.reshape(-1) / 255) ** 2).sum(1))
    order = np.argsort(distances, kind="stable")[:most]
    return LikeThis(wrong[order], distances[order])
