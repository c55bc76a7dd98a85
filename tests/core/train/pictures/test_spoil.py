"""Spoiling: share 0 is the identity, equal seeds agree, every change does what it says and stays in [0, 1]."""

import pytest
import torch

from core.train.pictures import spoil
from core.train.pictures.spoil import CHANGES


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


INK = torch.zeros(40, 1, 28, 28)
INK[:, :, 4:24, 12:16] = 0.9


def test_nothing_is_spoilt_at_share_0():
    assert spoil.spoil(INK, 0, seeded()) is INK


def test_equal_seeds_spoil_alike_and_about_the_share_is_changed():
    first, again, other = (spoil.spoil(INK, 0.5, seeded(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    changed = (first != INK).flatten(1).any(1).sum()
    assert 8 <= changed <= 32
    assert first.min() >= 0
    assert first.max() <= 1


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_every_change_changes_pictures_and_keeps_their_shape(change):
    changed = change(INK, seeded())
    assert changed.shape == INK.shape
    assert torch.isfinite(changed).all()
    assert (changed != INK).flatten(1).any(1).float().mean() > 0.1


def test_the_original_is_left_alone():
    before = INK.clone()
    spoil.spoil(INK, 1, seeded())
    assert torch.equal(INK, before)


def test_gaps_take_ink_away_and_lines_add_it():
    assert (spoil.interrupt(INK, seeded()) <= INK).all()
    assert (spoil.rule(INK, seeded()) >= INK).all()
