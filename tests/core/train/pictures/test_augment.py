"""Augmentation: seeded, the identity at zero strength, and what it says it does."""

from dataclasses import replace

import pytest
import torch
from torch import Generator

from core.train.pictures.augment import augment, erase, thicken
from core.train.presets import PRESETS

OFF = replace(PRESETS["default"], shift_px=0, angle_deg=0, scale=0, shear=0, elastic_px=0, thickness=0, erase=0)


@pytest.fixture
def images():
    blob = torch.zeros(16, 28, 28, dtype=torch.uint8)
    blob[:, 10:18, 11:16] = torch.randint(1, 256, (16, 8, 5), generator=Generator().manual_seed(0), dtype=torch.uint8)
    return blob


def seeded(seed=0):
    return Generator().manual_seed(seed)


def test_zero_strength_is_the_identity(images):
    assert torch.equal(augment(images, OFF, seeded()), images[:, None].float() / 255)


def test_equal_seeds_give_equal_batches(images):
    config = PRESETS["default"]
    assert torch.equal(augment(images, config, seeded(3)), augment(images, config, seeded(3)))
    assert not torch.equal(augment(images, config, seeded(3)), augment(images, config, seeded(4)))


STRENGTHS = [
    {"shift_px": 4.0},
    {"angle_deg": 45.0},
    {"scale": 0.5},
    {"shear": 0.5},
    {"elastic_px": 3.0},
    {"thickness": 1.0},
    {"erase": 1.0},
]


@pytest.mark.parametrize("strength", STRENGTHS, ids=lambda s: next(iter(s)))
def test_each_strength_alone_changes_pictures_and_stays_in_range(images, strength):
    bent = augment(images, replace(OFF, **strength), seeded())
    assert bent.shape == (16, 1, 28, 28)
    assert bent.min() >= 0
    assert bent.max() <= 1 + 1e-6
    assert not torch.allclose(bent, images[:, None].float() / 255, atol=0.05)


def test_shift_of_whole_pixels_equals_a_roll(images, monkeypatch):
    monkeypatch.setattr(
        "core.train.pictures.augment.uniform", lambda count, limit, _g, _like: torch.full((count,), limit)
    )
    bent = augment(images, replace(OFF, shift_px=3), seeded())
    assert torch.allclose(bent[:, 0], images.float().div(255).roll((-3, -3), (1, 2)), atol=1e-5)


def test_thickness_moves_the_amount_of_ink_both_ways(images):
    ink = images[:, None].float() / 255
    assert torch.equal(thicken(ink, torch.zeros(16)), ink)
    assert (thicken(ink, torch.full((16,), 1.0)) >= ink).all()
    assert (thicken(ink, torch.full((16,), -1.0)) <= ink).all()
    assert thicken(ink, torch.full((16,), 0.5)).sum() > ink.sum() > thicken(ink, torch.full((16,), -0.5)).sum()


def test_erasing_blanks_one_rectangle_and_leaves_the_rest():
    ink = torch.ones(200, 1, 28, 28)
    erased = erase(ink, 0.5, seeded())
    holes = (erased == 0).sum((1, 2, 3))
    assert 60 < int((holes > 0).sum()) < 140
    assert int(holes.max()) <= 81
    for picture in erased[holes > 0, 0]:
        rows, columns = (picture == 0).any(1), (picture == 0).any(0)
        assert (picture[rows][:, columns] == 0).all()
