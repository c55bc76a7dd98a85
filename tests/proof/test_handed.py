"""A digit as other programs hand it over is still a picture of it, and what is read otherwise is counted."""

import numpy as np
import pytest

from proof.handed import kinds, run


@pytest.fixture
def bar():
    """A bar with a foot."""
    digit = np.zeros((28, 28), np.uint8)
    digit[4:24, 12:16] = digit[20:24, 8:20] = 255
    return digit


@pytest.mark.parametrize("kind", kinds.KINDS.values(), ids=kinds.KINDS.keys())
def test_every_kind_is_a_picture_with_ink(bar, kind):
    picture = kind(bar)
    assert (picture.dtype, picture.ndim) == (np.uint8, 2)
    assert picture.min() < picture.max()


def test_a_cut_leaves_no_margin(bar):
    assert kinds.cut(bar).shape == (20, 12)


class Says:
    """A model that always gives this output."""

    def __init__(self, *output):
        self.output = np.array([output])

    def run(self, *_):
        return [self.output]


def test_a_reader_is_right_with_one_digit_alone(bar):
    assert not run.read_otherwise(Says(1, -1, -1), bar, 1)
    for wrong in [(7, -1), (1, 1), (10, -1), (-1, -1)]:
        assert run.read_otherwise(Says(*wrong), bar, 1)


def test_a_recogniser_is_right_with_the_likeliest(bar):
    assert not run.recognised_otherwise(Says(0.1, 0.9), bar, 1)
    assert run.recognised_otherwise(Says(0.9, 0.1), bar, 1)
