"""The recogniser's training set: every digit there, labels right, drawn the same way for the same seed."""

import torch
from torch import Generator

from core.train.synthetic.people import NO_DIGIT, people_pictures

DIGITS = (
    torch.randint(0, 256, (40, 28, 28), generator=Generator().manual_seed(0), dtype=torch.uint8),
    torch.arange(40) % 10,
)


def test_each_digit_comes_once_and_once_for_each_copy_with_its_label():
    images, labels = people_pictures(DIGITS, copies=2, strangers=0.5, seed=0)
    assert images.shape == (40 + 80 + 20, 28, 28)
    assert images.dtype == torch.uint8
    assert torch.equal(labels[:120], DIGITS[1].repeat(3))
    assert (labels[120:] == NO_DIGIT).all()


def test_equal_seeds_draw_equal_sets():
    first, second, third = (people_pictures(DIGITS, copies=1, strangers=0.2, seed=seed)[0] for seed in (1, 1, 2))
    assert torch.equal(first, second)
    assert not torch.equal(first, third)


def test_a_set_is_drawn_once_and_then_read(tmp_path, monkeypatch):
    cache = tmp_path / "pictures.safetensors"
    first = people_pictures(DIGITS, 1, 0.2, seed=0, cache=cache)
    monkeypatch.setattr("core.train.synthetic.people.through", None)
    second = people_pictures(DIGITS, 1, 0.2, seed=0, cache=cache)
    assert torch.equal(first[0], second[0])
    assert torch.equal(first[1], second[1])
