"""Equal pictures have an equal name."""

import numpy as np

from demo import mnist


def test_equal_data_has_an_equal_name_and_other_data_another():
    images, labels = np.zeros((3, 28, 28), np.uint8), np.array([1, 2, 3], np.uint8)
    first, same = mnist.Labelled("a", images, labels), mnist.Labelled("b", images.copy(), labels.copy())
    other = mnist.Labelled("a", images, labels[::-1])
    assert first.sha256 == same.sha256 != other.sha256
