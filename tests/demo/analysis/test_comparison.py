"""Two models, counted by hand; McNemar's test against SciPy's binomial test."""

import pytest
from scipy.stats import binomtest

from demo.analysis import comparison_view
from demo.analysis.address import Address
from demo.analysis.comparison import compare, mcnemar
from tests.demo.analysis.tiny import random_table, tiny

SECOND = [(4, 4, 0.6), (4, 4, 0.9), (9, 4, 0.95), (9, 4, 0.99), (0, 0, 0.7), (4, 9, 0.95)]


def test_fixed_and_broken_pictures_are_counted():
    found = compare(tiny(), tiny(SECOND))
    assert (found.both_wrong, found.fixed, found.broken) == (2, 1, 1)
    assert (found.agreement[4].hits, found.agreement[4].total) == (2, 3)
    assert (found.agreement[9].hits, found.agreement[9].total) == (1, 2)


@pytest.mark.parametrize(("fixed", "broken"), [(0, 0), (1, 0), (5, 5), (3, 11), (40, 20), (300, 250)])
def test_the_p_value_is_the_binomial_tests(fixed, broken):
    expected = binomtest(fixed, fixed + broken).pvalue if fixed + broken else 1.0
    assert mcnemar(fixed, broken) == pytest.approx(expected)


def test_other_data_cannot_be_compared():
    with pytest.raises(ValueError, match="6 and 500"):
        compare(tiny(), random_table(0))


def test_without_a_second_model_the_section_asks_for_one():
    assert "Choose a second model" in comparison_view.section(tiny(), None, Address())


def test_the_sentence_leads_to_the_pictures():
    html = comparison_view.section(tiny(), tiny(SECOND), Address(other="b.onnx"))
    assert "only=fixed" in html
    assert "could well be chance" in html
