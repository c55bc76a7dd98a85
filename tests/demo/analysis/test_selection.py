"""Which pictures a filter leaves, and in which order."""

import numpy as np
import pytest

from demo.analysis.address import Address, AddressError
from demo.analysis.selection import PER_PAGE, page_count, selected
from tests.demo.analysis.tiny import ROWS, tiny

VIEWS = {
    "misreads, most confident first, ties in order": (Address(), [2, 5, 0]),
    "a cell": (Address(truth=4, answer=9, only="all"), [5, 0]),
    "one digit's misreads": (Address(truth=9), [2]),
    "read right": (Address(only="right"), [3, 1, 4]),
    "all": (Address(only="all"), [3, 2, 5, 1, 4, 0]),
    "largest loss": (Address(sort="loss"), [2, 5, 0]),
    "closest call": (Address(sort="margin"), [0, 2, 5]),
    "none": (Address(truth=7), []),
}


@pytest.mark.parametrize(("address", "indices"), VIEWS.values(), ids=VIEWS.keys())
def test_a_view_has_its_pictures_in_its_order(address, indices):
    assert selected(tiny(), address).tolist() == indices


def test_fixed_and_broken_compare_two_models():
    better = [(4, 4, 0.6), (4, 4, 0.9), (9, 4, 0.95), (9, 4, 0.99), (0, 0, 0.7), (4, 9, 0.95)]
    assert selected(tiny(), Address(only="fixed"), tiny(better)).tolist() == [0]
    assert selected(tiny(), Address(only="broken"), tiny(better)).tolist() == [3]
    with pytest.raises(AddressError, match="second model"):
        selected(tiny(), Address(only="fixed"))


def test_a_further_condition_narrows():
    condition = np.arange(len(ROWS)) > 2
    assert selected(tiny(), Address(), extra=condition).tolist() == [5]


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (PER_PAGE, 1), (PER_PAGE + 1, 2)])
def test_pages_hold_every_picture(count, pages):
    assert page_count(np.arange(count)) == pages
