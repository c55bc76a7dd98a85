"""What goes wrong, counted by hand on a tiny set."""

import numpy as np
import pytest

from demo.analysis import analyse, wilson
from demo.mnist import Labelled
from demo.predictions import Predictions

# truth, answer, confidence
ROWS = [(4, 9, 0.6), (4, 4, 0.9), (9, 4, 0.95), (9, 9, 0.99), (0, 0, 0.7), (4, 9, 0.95)]


def tiny():
    labels = np.array([truth for truth, _, _ in ROWS], np.uint8)
    probabilities = np.full((len(ROWS), 10), 0.001, np.float32)
    for row, (_, answer, confidence) in enumerate(ROWS):
        probabilities[row, answer] = confidence
    score = np.array([0.9, 0.9, 0.2, 0.9, 0.5, 0.9], np.float32)
    return Labelled("tiny", np.zeros((len(ROWS), 28, 28), np.uint8), labels), Predictions(probabilities, score)


def test_every_picture_is_counted_where_it_belongs():
    analysis = analyse(*tiny(), threshold=0.4)
    expected = np.zeros((10, 10), int)
    expected[4, 9], expected[4, 4], expected[9, 4], expected[9, 9], expected[0, 0] = 2, 1, 1, 1, 1
    np.testing.assert_array_equal(analysis.confusion, expected)
    assert (analysis.error.hits, analysis.error.total) == (3, 6)
    assert analysis.refused == 1


def test_misreads_come_most_confident_first_and_ties_in_order():
    assert analyse(*tiny(), threshold=0).misreads.tolist() == [2, 5, 0]


def test_each_digit_has_its_rates():
    four = analyse(*tiny(), threshold=0).digits[4]
    assert (four.error.hits, four.error.total) == (2, 3)
    assert four.recall == pytest.approx(1 / 3)
    assert four.precision == pytest.approx(1 / 2)


def test_a_digit_that_never_occurs_has_no_rates():
    five = analyse(*tiny(), threshold=0).digits[5]
    assert (five.error.hits, five.error.total, five.recall, five.precision) == (0, 0, 0, 0)


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
