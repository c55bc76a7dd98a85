"""MNIST's files with numpy alone, and sentences for damaged ones."""

import gzip
import hashlib

import numpy as np
import pytest

from core import mnist


@pytest.mark.parametrize(("split", "count"), [("train", 60_000), ("test", 10_000)])
def test_the_pictures_are_read_as_published(split, count):
    images, labels = mnist.read(split)
    assert (images.shape, images.dtype) == ((count, 28, 28), np.uint8)
    assert (labels.shape, labels.dtype) == ((count,), np.uint8)


def test_the_labels_are_the_published_ones():
    labels = mnist.read("test")[1]
    assert np.bincount(labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert labels[:5].tolist() == [7, 2, 1, 0, 4]


def whole():
    return gzip.decompress(mnist.files("test")[1].read_bytes())


def changed():
    content = bytearray(whole())
    content[-1] ^= 1
    return gzip.compress(bytes(content), 1)


DAMAGED = {
    "missing": (None, "found none"),
    "not gzip": (b"hello", "damaged one"),
    "truncated": (gzip.compress(whole(), 1)[:2000], "damaged one"),
    "too short": (gzip.compress(whole()[:-1], 1), "expected MD5 27ae3e4e09519cfbb04c329615203637"),
    "another picture set": (gzip.compress(bytes(100)), "expected MD5 27ae3e4e09519cfbb04c329615203637"),
    "empty": (b"", "expected MD5 27ae3e4e09519cfbb04c329615203637"),
    "one bit changed": (changed(), "expected MD5 27ae3e4e09519cfbb04c329615203637"),
}


@pytest.mark.parametrize(("content", "words"), DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_named(tmp_path, content, words):
    images, labels = mnist.files("test", folder=tmp_path)
    images.symlink_to(mnist.files("test")[0])
    if content is not None:
        labels.write_bytes(content)
    with pytest.raises(mnist.DataError, match=words) as caught:
        mnist.read("test", tmp_path)
    assert "t10k-labels-idx1-ubyte.gz" in str(caught.value)


def test_the_stated_md5_is_that_of_the_shipped_file():
    assert hashlib.md5(whole(), usedforsecurity=False).hexdigest() == mnist.MD5["t10k-labels-idx1-ubyte"]
