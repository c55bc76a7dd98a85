"""What goes wrong, counted by hand on a tiny set and by scikit-learn on a larger one."""

import numpy as np
import pytest
from sklearn import metrics

from demo.analysis import counts
from demo.analysis.counts import wilson
from tests.demo.analysis.tiny import random_table, tiny


def test_every_picture_is_counted_where_it_belongs():
    expected = np.zeros((10, 10), int)
    expected[4, 9], expected[4, 4], expected[9, 4], expected[9, 9], expected[0, 0] = 2, 1, 1, 1, 1
    np.testing.assert_array_equal(counts.confusion(tiny()), expected)
    error = counts.error_rate(tiny())
    assert (error.hits, error.total) == (3, 6)


def test_each_digit_has_its_rates():
    four = counts.digit_rows(counts.confusion(tiny()))[4]
    assert (four.error.hits, four.error.total) == (2, 3)
    assert (four.recall.hits, four.recall.total) == (1, 3)
    assert (four.precision.hits, four.precision.total) == (1, 2)
    assert four.f1[0] == pytest.approx(2 / 5)


def test_a_digit_that_never_occurs_has_no_rates():
    five = counts.digit_rows(counts.confusion(tiny()))[5]
    assert (five.error.hits, five.error.total, five.recall.total, five.precision.total) == (0, 0, 0, 0)


@pytest.mark.parametrize("seed", [0, 1])
def test_rates_agree_with_scikit_learn(seed):
    table = random_table(seed)
    matrix = counts.confusion(table)
    np.testing.assert_array_equal(matrix, metrics.confusion_matrix(table.truth, table.answers, labels=range(10)))
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(table.truth, table.answers, zero_division=0)
    rows = counts.digit_rows(matrix)
    np.testing.assert_allclose([row.precision.share for row in rows], precision)
    np.testing.assert_allclose([row.recall.share for row in rows], recall)
    np.testing.assert_allclose([row.f1[0] for row in rows], f1)
    assert all(low <= value <= high for value, low, high in (row.f1 for row in rows))


def test_the_top_confusions_are_the_most_frequent_mistakes():
    found = counts.top_confusions(counts.confusion(tiny()))
    assert [(one.truth, one.answer, one.count, one.total) for one in found] == [(4, 9, 2, 3), (9, 4, 1, 2)]


# hits, total -> low, high: worked out apart, with scipy.stats.binomtest(hits, total).proportion_ci(0.95, "wilson")
WILSON = {
    "a typical test error": (42, 10000, 0.003108877, 0.005671896),
    "none": (0, 10, 0.0, 0.277532800),
    "all": (10, 10, 0.722467200, 1.0),
    "half": (5, 10, 0.236593091, 0.763406909),
}


@pytest.mark.parametrize(("hits", "total", "low", "high"), WILSON.values(), ids=WILSON.keys())
def test_the_interval_is_wilsons(hits, total, low, high):
    rate = wilson(hits, total)
    assert (rate.low, rate.high) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))
    assert rate.low <= rate.share <= rate.high


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="got 3 of 2"):
        wilson(3, 2)
