"""MNIST's files with numpy alone, and sentences for damaged ones."""

import gzip
import hashlib

import numpy as np
import pytest

from demo import mnist
from demo.settings import MNIST


def test_the_test_pictures_are_read_as_published():
    data = mnist.load("test")
    assert (data.images.shape, data.images.dtype) == ((10000, 28, 28), np.uint8)
    assert np.bincount(data.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert data.labels[:5].tolist() == [7, 2, 1, 0, 4]


def test_equal_data_has_an_equal_name_and_other_data_another():
    images, labels = np.zeros((3, 28, 28), np.uint8), np.array([1, 2, 3], np.uint8)
    first, same = mnist.Labelled("a", images, labels), mnist.Labelled("b", images.copy(), labels.copy())
    other = mnist.Labelled("a", images, labels[::-1])
    assert first.sha256 == same.sha256 != other.sha256


def whole():
    return gzip.decompress((MNIST / "t10k-labels-idx1-ubyte.gz").read_bytes())


def changed():
    content = bytearray(whole())
    content[-1] ^= 1
    return gzip.compress(bytes(content), 1)


DAMAGED = {
    "missing": (None, "found none"),
    "not gzip": (b"hello", "damaged one"),
    "truncated": (gzip.compress(whole(), 1)[:2000], "damaged one"),
    "too short": (gzip.compress(whole()[:-1], 1), "expected 10008 bytes after unpacking, found 10007"),
    "one bit changed": (changed(), "expected MD5 27ae3e4e09519cfbb04c329615203637"),
}


@pytest.mark.parametrize(("content", "words"), DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_named(tmp_path, content, words):
    (tmp_path / "t10k-images-idx3-ubyte.gz").symlink_to(MNIST / "t10k-images-idx3-ubyte.gz")
    if content is not None:
        (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(content)
    with pytest.raises(mnist.DataError, match=words) as caught:
        mnist.load("test", tmp_path)
    assert "t10k-labels-idx1-ubyte.gz" in str(caught.value)


def test_the_stated_md5_is_that_of_the_shipped_file():
    assert hashlib.md5(whole(), usedforsecurity=False).hexdigest() == mnist.FILES["test"][1][2]
