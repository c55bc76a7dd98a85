"""Pictures made worse: nothing at strength 0, more with each step, the same for the same seed."""

from itertools import pairwise

import numpy as np
import pytest

from demo.analysis.corruptions import CHANGES, STRENGTHS, corrupt
from demo.mnist import load


@pytest.fixture(scope="module")
def images():
    return load("test").images[:50]


@pytest.mark.parametrize("change", CHANGES)
def test_each_step_changes_more(images, change):
    distances = [
        np.abs(corrupt(images, change, strength, seed=0).astype(int) - images).mean() for strength in (0, *STRENGTHS)
    ]
    assert distances[0] == 0
    assert all(lower < higher for lower, higher in pairwise(distances))


@pytest.mark.parametrize("change", CHANGES)
def test_equal_seeds_give_equal_pictures_and_the_originals_stay(images, change):
    before = images.copy()
    np.testing.assert_array_equal(corrupt(images, change, 3, seed=1), corrupt(images, change, 3, seed=1))
    np.testing.assert_array_equal(images, before)
