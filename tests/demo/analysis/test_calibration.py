"""Calibration, counted by hand and in another way."""

import re

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from demo.analysis import calibration, calibration_view
from demo.analysis.address import Address
from tests.demo.analysis.tiny import random_table, tiny


def test_the_error_of_calibration_is_the_weighted_gap():
    rows = [(1, 1, 0.95), (2, 3, 0.95), (4, 4, 0.5), (5, 5, 0.5)]  # a bin half right at 0.95, a bin all right at 0.5
    assert calibration.expected_calibration_error(tiny(rows)) == pytest.approx(0.5 * 0.45 + 0.5 * 0.5)


def test_bins_agree_with_scikit_learn():
    table = random_table(3)
    right, confidence = calibration_curve(~table.wrong, table.confidence, n_bins=calibration.BINS)
    bins = calibration.reliability(table)
    np.testing.assert_allclose([one.right.share for one in bins], right)
    np.testing.assert_allclose([one.confidence for one in bins], confidence)
    assert sum(one.right.total for one in bins) == len(table)


def test_refusing_the_least_confident_leaves_what_is_counted():
    table = random_table(4)
    half = calibration.refusals(table)[-1]
    kept = table.confidence >= np.sort(table.confidence)[::-1][249]
    assert (half.answered, half.error.hits) == (250, int(table.wrong[kept].sum()))


def test_answering_all_has_the_whole_error():
    whole = calibration.refusals(random_table(5))[0]
    assert (whole.answered, whole.error.hits) == (500, int(random_table(5).wrong.sum()))


def test_the_drawing_is_marked_on_the_diagram():
    html = calibration_view.section(random_table(6), Address(mark=0.8))
    assert 'class="mark"' in html
    assert "Your drawing, 80.0% sure" in html
    assert 'class="mark"' not in calibration_view.section(random_table(6), Address())


def test_the_table_beside_the_diagram_has_every_bin():
    table = random_table(7)
    rows = re.findall(r'<th scope="row">[\d.]+% to', calibration_view.section(table, Address()))
    assert len(rows) == len(calibration.reliability(table))
