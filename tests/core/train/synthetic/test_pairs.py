"""Pairs of digits stand in MNIST's box, nearly always touch, and show what both of them were."""

import torch
from scipy import ndimage

from core.train.synthetic.pairs import two_at_once


def digits() -> torch.Tensor:
    """A bar, as a 1, and a frame, as a 0, (2, 28, 28) uint8."""
    images = torch.zeros(2, 28, 28, dtype=torch.uint8)
    images[0, 4:24, 12:16] = 255
    images[1, 4:24, 6:22] = 255
    images[1, 8:20, 10:18] = 0
    return images


def pairs(count: int, seed: int = 0) -> torch.Tensor:
    return two_at_once(count, digits(), torch.Generator().manual_seed(seed))


def test_equal_seeds_give_equal_pairs():
    assert torch.equal(pairs(9), pairs(9))
    assert not torch.equal(pairs(9), pairs(9, seed=1))


def test_none_are_none():
    assert pairs(0).shape == (0, 28, 28)


def test_the_longer_side_fills_the_box():
    inked = pairs(100) > 100
    longest = torch.maximum(inked.any(2).sum(1), inked.any(1).sum(1))
    assert 18 <= longest.min() <= longest.max() <= 22


def test_more_than_half_touch_and_some_do_not():
    parts = [ndimage.label(pair > 60, structure=torch.ones(3, 3))[1] for pair in pairs(200).numpy()]
    assert 0.5 < sum(count == 1 for count in parts) / len(parts) < 0.9


def test_a_pair_has_the_strokes_of_both():
    across = (pairs(200)[:, 14] > 60).int()
    strokes = across[:, 0] + (across.diff(dim=1) == 1).sum(1)
    assert strokes.max() == 4  # two frames: their four sides
    assert strokes.min() <= 2
