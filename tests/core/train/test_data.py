"""MNIST as tensors: what is missing is fetched, and the split is always the same."""

import shutil

import pytest
import torch

from core import mnist
from core.train import data

IMAGES = "train-images-idx3-ubyte"


@pytest.fixture
def lacking(tmp_path):
    """A folder of MNIST's files but for the training pictures."""
    raw = tmp_path / "MNIST" / "raw"
    shutil.copytree(mnist.FOLDER, raw, ignore=shutil.ignore_patterns("*ubyte", f"{IMAGES}.gz"))
    return raw


@pytest.mark.parametrize(("split", "count"), [("train", 60_000), ("test", 10_000)])
def test_shipped_files_hold_all_of_mnist(split, count):
    images, labels = data.load(split)
    assert images.shape == (count, 28, 28)
    assert images.dtype == torch.uint8
    assert labels.shape == (count,)
    assert labels.bincount().min() > count / 12


def test_mean_and_deviation_are_the_published_ones():
    level = data.load("train")[0].float() / 255
    assert round(float(level.mean()), 4) == 0.1307
    assert round(float(level.std()), 4) == 0.3081


def test_missing_file_is_fetched_by_torchvision(lacking, monkeypatch):
    def fetch(self):
        shutil.copy(mnist.FOLDER / f"{IMAGES}.gz", self.raw_folder)

    monkeypatch.setattr(data.MNIST, "download", fetch)
    monkeypatch.setattr(data.MNIST, "_check_exists", lambda _: True)  # asks for the unpacked files, which nobody needs
    monkeypatch.setattr(data.MNIST, "_load_data", lambda _: (None, None))
    assert len(data.load("train", lacking)[0]) == 60_000


def test_missing_file_without_a_network_gets_a_sentence(lacking, monkeypatch):
    def offline(_self):
        raise RuntimeError("no route")

    monkeypatch.setattr(data.MNIST, "download", offline)
    with pytest.raises(mnist.DataError, match=r"missing and could not be fetched \(no route\); put .*\.gz"):
        data.load("train", lacking)


def test_the_held_out_pictures_are_the_last_ones():
    images, labels = torch.arange(10)[:, None, None], torch.arange(10)
    train, val = data.hold_out((images, labels), 3)
    assert train[1].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert val[1].tolist() == [7, 8, 9]


@pytest.mark.parametrize("count", [0, 10, 11])
def test_impossible_split_is_refused(count):
    with pytest.raises(ValueError, match=f"hold out {count} of 10"):
        data.hold_out((torch.zeros(10, 1, 1), torch.zeros(10)), count)
