"""People's own pictures: read from every form, divided without leaks, and every unused one named."""

import dataclasses
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from core.sets import PicturesError
from core.train.pictures import training_set
from core.train.pictures.extra import extra_pictures, held_out_mask, read_set
from core.train.pictures.training_set import repeated
from core.train.presets import PRESETS
from core.train.synthetic.people import NO_DIGIT


def drawing(number):
    """A bar of its own length and slant on white paper, (60, 50) uint8."""
    image = np.full((60, 50), 255, np.uint8)
    for row in range(10, 30 + number):
        left = 10 + (row * (number % 7)) // 20
        image[row, left : left + 5] = 10
    return image


def folder_of(path, count=16):
    for number in range(count):
        (path / str(number % 2)).mkdir(parents=True, exist_ok=True)
        Image.fromarray(drawing(number)).save(path / str(number % 2) / f"{number}.png")
    return path


def config_of(path, **settings):
    return dataclasses.replace(PRESETS["finetune"], extra=str(path), **settings)


def test_a_folder_is_seen_divided_and_what_is_unreadable_named(tmp_path):
    folder_of(tmp_path)
    (tmp_path / "1" / "broken.png").write_bytes(b"\x89PNG no")
    (tmp_path / "x").mkdir()
    Image.fromarray(drawing(3)).save(tmp_path / "x" / "letter.png")
    extra = extra_pictures(config_of(tmp_path))
    assert extra.train[0].shape == (12, 28, 28)
    assert extra.train[0].dtype == torch.uint8
    assert extra.train[0].amax((1, 2)).min() > 200  # ink is light now, whatever it was
    assert sorted(extra.held_out[1].tolist()) == [0, 0, 1, 1]
    assert len(extra.held_out_names) == 4
    assert [sentence.split(":")[0] for sentence in extra.not_used] == ["1/broken.png", "x/letter.png"]


def test_one_damaged_picture_of_a_zip_is_named_and_the_others_read(tmp_path):
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder_of(tmp_path / "set").rglob("*.png")):
            archive.write(file, file.relative_to(tmp_path / "set"))
    content = bytearray(path.read_bytes())
    content[content.find(b"IDAT") + 8] ^= 1
    path.write_bytes(content)
    found = read_set(path)
    assert len(found.pictures) == 15
    assert found.unreadable == ["0/0.png: Bad CRC-32 for file '0/0.png'"]


def test_equal_pictures_are_used_once(tmp_path):
    folder_of(tmp_path)
    Image.fromarray(drawing(0)).save(tmp_path / "0" / "again.png")
    extra = extra_pictures(config_of(tmp_path))
    assert len(extra.train[1]) + len(extra.held_out[1]) == 16
    assert "looks like one before it" in extra.not_used[0]


@pytest.mark.parametrize(("ink", "learned"), [("people", {0, 1, NO_DIGIT}), ("mnist", {0, 1})])
def test_no_digits_are_learned_by_who_knows_such(tmp_path, ink, learned):
    folder_of(tmp_path)
    (tmp_path / "OTHER").mkdir()
    for number in range(20, 24):
        Image.fromarray(drawing(number)).save(tmp_path / "OTHER" / f"{number}.png")
    extra = extra_pictures(config_of(tmp_path, ink=ink))
    assert set(extra.train[1].tolist()) == learned


def test_an_npz_in_mnists_format_is_read(tmp_path):
    path = tmp_path / "corrections.npz"
    images = np.stack([drawing(number) for number in range(8)])
    np.savez_compressed(path, images=images, labels=np.arange(8, dtype=np.uint8))
    found = read_set(path)
    assert [picture.label for picture in found.pictures] == list("01234567")
    assert np.array_equal(found.pictures[3].image, images[3])


GOOD = np.zeros((2, 28, 28), np.uint8)
NPZ = {
    "pickled": {"images": np.array([{}, {}], dtype=object), "labels": np.zeros(2, int)},
    "no labels": {"images": GOOD},
    "float pictures": {"images": GOOD.astype(float), "labels": np.zeros(2, int)},
    "float labels": {"images": GOOD, "labels": np.zeros(2)},
    "fewer labels": {"images": GOOD, "labels": np.zeros(1, int)},
    "flat pictures": {"images": GOOD.reshape(2, -1), "labels": np.zeros(2, int)},
    "empty pictures": {"images": GOOD[:, :0], "labels": np.zeros(2, int)},
}


@pytest.mark.parametrize("content", NPZ.values(), ids=NPZ.keys())
def test_another_npz_is_refused(tmp_path, content):
    path = tmp_path / "set.npz"
    np.savez(path, **content)
    with pytest.raises(PicturesError, match=r"set\.npz: expected"):
        read_set(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x93NUMPY no"], ids=["empty", "half a zip", "half an array"])
def test_a_damaged_npz_is_refused(tmp_path, content):
    path = tmp_path / "set.npz"
    path.write_bytes(content)
    with pytest.raises(PicturesError, match=r"expected an \.npz with images.*damaged"):
        read_set(path)


def test_too_few_pictures_are_refused_with_the_reasons(tmp_path):
    folder_of(tmp_path, count=1)
    (tmp_path / "0" / "bad.png").write_bytes(b"no")
    with pytest.raises(PicturesError, match=r"needs 2 usable pictures or more, found 1 \(0/bad\.png"):
        extra_pictures(config_of(tmp_path))


def test_of_each_label_the_same_share_is_held_out():
    labels = torch.arange(80) % 4
    out = held_out_mask(labels, 0.25, seed=0)
    assert labels[out].bincount().tolist() == [5, 5, 5, 5]
    assert torch.equal(out, held_out_mask(labels, 0.25, seed=0))
    assert not torch.equal(out, held_out_mask(labels, 0.25, seed=1))
    assert int(held_out_mask(torch.tensor([1, 2]), 0.25, seed=0).sum()) == 1


def test_few_pictures_are_repeated_to_their_share():
    images, labels = repeated((torch.zeros(10, 28, 28), torch.zeros(10)), others=800, share=0.2)
    assert len(images) == len(labels) == 200


def test_what_cannot_be_learned_from_is_refused_before_any_other_picture_is_made(tmp_path, monkeypatch):
    """Drawing MNIST's pictures and pens anew takes minutes."""
    monkeypatch.setattr(training_set.data, "load", lambda part: pytest.fail(f"{part} was loaded"))
    with pytest.raises(PicturesError, match="needs 2 usable pictures"):
        training_set.training_set(config_of(folder_of(tmp_path, count=1)))
