"""The finder answers for every place of any canvas, whatever the picture's brightness."""

import pytest
import torch

from core.net import checkpoint, finder
from core.net.finder import Finder, load_finder, places, split, standardised


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return Finder().eval()


@pytest.mark.parametrize(("height", "width"), [(16, 16), (64, 64), (48, 208)])
@torch.no_grad()
def test_it_answers_for_every_place_of_any_canvas(net, height, width):
    found = split(net(torch.rand(2, 1, height, width), torch.ones(2, 1, height, width)))
    assert found["ink"].shape == found["other"].shape == (2, 1, height, width)
    assert found["heat"].shape == found["offset"].shape == found["size"].shape == (2, 2, height // 2, width // 2)


@torch.no_grad()
def test_exposure_does_not_matter():
    level, inside = torch.rand(1, 1, 32, 32), torch.ones(1, 1, 32, 32)
    assert torch.allclose(standardised(level, inside), standardised(0.4 + 0.5 * level, inside), atol=0.05)


@torch.no_grad()
def test_what_lies_outside_the_picture_is_not_seen(net):
    level, inside = torch.rand(1, 1, 32, 32), torch.ones(1, 1, 32, 32)
    inside[..., 20:] = 0
    other = torch.where(inside > 0, level, 0.77)
    assert torch.allclose(net(level, inside), net(other, inside), atol=1e-5)


@torch.no_grad()
def test_an_empty_page_gives_finite_numbers(net):
    assert net(torch.full((1, 1, 32, 32), 0.5), torch.ones(1, 1, 32, 32)).isfinite().all()


def test_places_lie_in_the_middle_of_their_cells():
    spots = places(2, 3, torch.zeros(1))
    assert spots[0].tolist() == [[0.5] * 3, [2.5] * 3]
    assert spots[1].tolist() == [[0.5, 2.5, 4.5]] * 2


def test_weights_of_another_net_are_refused_with_a_sentence(tmp_path):
    checkpoint.save(tmp_path / "x.safetensors", {"a": torch.zeros(1)}, "EdgeNet", {})
    with pytest.raises(checkpoint.CheckpointError, match="holds net 'EdgeNet'; known: Finder"):
        load_finder(tmp_path / "x.safetensors")


def test_weights_come_back(net, tmp_path):
    checkpoint.save(tmp_path / "x.safetensors", net.state_dict(), finder.NAME, {})
    back = load_finder(tmp_path / "x.safetensors")
    assert all(torch.equal(mine, its) for mine, its in zip(net.parameters(), back.parameters(), strict=True))
