"""Two models on the same pictures: who is right where the other is wrong, and could that be chance?"""

from dataclasses import dataclass
from math import comb

import numpy as np

from demo.analysis.counts import Rate, wilson
from demo.analysis.table import Table


@dataclass(frozen=True)
class Comparison:
    """fixed: the first is wrong, the second right; broken: the other way round; agreement by digit 0..9.

    p_value: of McNemar's exact test, two-sided: how often a fair coin would split the differences at least so unevenly.
    """

    both_wrong: int
    fixed: int
    broken: int
    p_value: float
    agreement: list[Rate]


def compare(first: Table, second: Table) -> Comparison:
    """Compare two tables of one data set; ValueError when their data differ in length."""
    if len(first) != len(second):
        raise ValueError(f"expected answers to the same pictures, got {len(first)} and {len(second)}")
    fixed = int((first.wrong & ~second.wrong).sum())
    broken = int((~first.wrong & second.wrong).sum())
    equal = first.answers == second.answers
    agreement = [
        wilson(int((equal & (first.truth == digit)).sum()), int((first.truth == digit).sum())) for digit in range(10)
    ]
    both = int(np.count_nonzero(first.wrong & second.wrong))
    return Comparison(both, fixed, broken, mcnemar(fixed, broken), agreement)


def mcnemar(fixed: int, broken: int) -> float:
    """The two-sided exact p-value, in (0, 1].

    source: McNemar 1947, Note on the sampling error of the difference between correlated proportions.
    """
    count = fixed + broken
    tail = sum(comb(count, hits) for hits in range(min(fixed, broken) + 1))
    return min(1.0, 2 * tail / 2**count)
