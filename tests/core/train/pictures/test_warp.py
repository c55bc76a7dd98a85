"""Warped extras: seeded, different, finite."""

import torch
from torch import Generator

from core.train.pictures import warp

IMAGES = torch.randint(0, 256, (50, 28, 28), generator=Generator().manual_seed(0), dtype=torch.uint8)
LABELS = torch.arange(50) % 10


def test_copies_are_warped_different_pictures_with_their_labels():
    images, labels = warp.warped_copies(IMAGES, LABELS, 50, seed=0)
    assert images.shape == (50, 28, 28)
    assert images.dtype == torch.uint8
    assert labels.bincount().tolist() == [5] * 10
    assert not any(bool((image == IMAGES).all((1, 2)).any()) for image in images)


def test_equal_seeds_give_equal_copies_and_leave_the_global_generator_alone():
    torch.manual_seed(9)
    before = torch.random.get_rng_state()
    first, _ = warp.warped_copies(IMAGES, LABELS, 20, seed=1)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(first, warp.warped_copies(IMAGES, LABELS, 20, seed=1)[0])
    assert not torch.equal(first, warp.warped_copies(IMAGES, LABELS, 20, seed=2)[0])


def test_degenerate_draw_that_gives_nan_is_drawn_again(monkeypatch):
    real, calls = warp.transforms.perspective, []

    def nan_first(picture, *corners):
        calls.append(1)
        return picture * float("nan") if len(calls) == 1 else real(picture, *corners)

    monkeypatch.setattr(warp.transforms, "perspective", nan_first)
    assert torch.isfinite(warp.warp(torch.rand(1, 28, 28))).all()
    assert len(calls) == 2


def test_picture_that_never_warps_stays_as_it_is(monkeypatch):
    monkeypatch.setattr(warp.transforms, "perspective", lambda picture, *_: picture * float("nan"))
    picture = torch.rand(1, 28, 28)
    assert torch.equal(warp.warp(picture), picture)
