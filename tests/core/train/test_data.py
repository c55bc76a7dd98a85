"""Data files: sound ones are read, damaged ones named, nothing is left half-written."""

import gzip
import shutil

import pytest
import torch

from core.train import data

IMAGES = "train-images-idx3-ubyte"


@pytest.fixture
def shipped_copy(tmp_path):
    shutil.copytree(data.ROOT / "MNIST" / "raw", tmp_path / "MNIST" / "raw", ignore=shutil.ignore_patterns("*ubyte"))
    return tmp_path


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


DAMAGE = {
    "truncated": lambda content: content[:-100],
    "one byte flipped inside": lambda content: content[:5000] + bytes([content[5000] ^ 1]) + content[5001:],
    "not gzip": lambda content: b"<html>" + content,
    "another picture set": lambda content: gzip.compress(b"\0" * 100),  # noqa: ARG005
    "empty": lambda content: b"",  # noqa: ARG005
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damaged_file_gets_a_sentence_and_leaves_nothing(shipped_copy, damage):
    path = shipped_copy / "MNIST" / "raw" / f"{IMAGES}.gz"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(data.DataError, match=rf"{IMAGES}\.gz: expected .* found"):
        data.load("train", shipped_copy)
    assert not [file.name for file in path.parent.iterdir() if file.name.startswith((".", IMAGES + "."))
                and file != path]  # fmt: skip
    assert not path.with_suffix("").exists()


def test_damaged_unpacked_file_is_unpacked_again(shipped_copy):
    data.load("test", shipped_copy)
    unpacked = shipped_copy / "MNIST" / "raw" / "t10k-labels-idx1-ubyte"
    unpacked.write_bytes(unpacked.read_bytes()[:-1])
    assert len(data.load("test", shipped_copy)[1]) == 10_000


def test_missing_file_is_fetched_by_torchvision(shipped_copy, monkeypatch):
    raw = shipped_copy / "MNIST" / "raw"
    content = (raw / f"{IMAGES}.gz").read_bytes()
    (raw / f"{IMAGES}.gz").unlink()

    def download(_self):  # as torchvision does: fetches what is missing and unpacks everything
        (raw / f"{IMAGES}.gz").write_bytes(content)
        for path in raw.glob("*.gz"):
            path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))

    monkeypatch.setattr(data.MNIST, "download", download)
    assert len(data.load("train", shipped_copy)[0]) == 60_000


def test_missing_file_without_a_network_gets_a_sentence(shipped_copy, monkeypatch):
    def offline(_self):
        raise RuntimeError("no route")

    (shipped_copy / "MNIST" / "raw" / f"{IMAGES}.gz").unlink()
    monkeypatch.setattr(data.MNIST, "download", offline)
    with pytest.raises(data.DataError, match=r"missing and could not be fetched \(no route\); put .*\.gz"):
        data.load("train", shipped_copy)


def test_the_held_out_pictures_are_the_last_ones():
    images, labels = torch.arange(10)[:, None, None], torch.arange(10)
    train, val = data.hold_out((images, labels), 3)
    assert train[1].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert val[1].tolist() == [7, 8, 9]


@pytest.mark.parametrize("count", [0, 10, 11])
def test_impossible_split_is_refused(count):
    with pytest.raises(ValueError, match=f"hold out {count} of 10"):
        data.hold_out((torch.zeros(10, 1, 1), torch.zeros(10)), count)
