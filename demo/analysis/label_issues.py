"""Is it the label? Confident learning: pictures that look surely like another digit than the one they are filed as."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.analysis.table import Table


@dataclass(frozen=True)
class LabelIssues:
    """Candidates, the most doubtful label first: indices (K,) into the table, and the suggested digits (K,)."""

    indices: NDArray[np.intp]
    suggested: NDArray[np.intp]


def find(table: Table) -> LabelIssues:
    """Pictures that are confidently another digit than their label, ranked by normalised margin.

    A digit is confident for a picture when its probability is at least the mean probability that the digit gets on its
    own pictures. A candidate's likeliest confident digit is not its label.
    source: Northcutt, Jiang and Chuang 2021, Confident Learning: Estimating Uncertainty in Dataset Labels.
    """
    shares = table.predictions.probabilities.astype(np.float64)  # (N, 10)
    confident = np.where(shares >= _thresholds(shares, table.truth), shares, -1.0)
    suggested = confident.argmax(1)
    doubtful = np.flatnonzero((confident.max(1) > 0) & (suggested != table.truth))
    margin = shares[doubtful, table.truth[doubtful]] - shares[doubtful, suggested[doubtful]]
    order = doubtful[np.argsort(margin, kind="stable")]
    return LabelIssues(order, suggested[order])


def _thresholds(shares: NDArray[np.float64], truth: NDArray[np.intp]) -> NDArray[np.float64]:
    """(10,) mean probability of each digit on its own pictures; above 1 for a digit without pictures."""
    return np.array([shares[truth == digit, digit].mean() if (truth == digit).any() else np.inf for digit in range(10)])
