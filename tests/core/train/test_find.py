"""The finder's losses are small for the truth and larger for anything else."""

import pytest
import torch

from core.net.finder import REACH, places, split
from core.train import find


@pytest.fixture
def truth():
    """Two bars beside one another, 20 cells high; the second is a mark."""
    ink, other = torch.zeros(1, 32, 48), torch.zeros(1, 32, 48)
    owner = torch.full((1, 32, 48), -1, dtype=torch.int8)
    ink[0, 6:26, 8:14], owner[0, 6:26, 8:14] = 1, 0
    other[0, 6:26, 30:34], owner[0, 6:26, 30:34] = 1, 1
    boxes, labels = torch.zeros(1, 4, 4), torch.full((1, 4), -1)
    boxes[0, 0], boxes[0, 1] = torch.tensor([6.0, 8, 26, 14]), torch.tensor([6.0, 30, 26, 34])
    labels[0, 0], labels[0, 1] = 1, find.MARK
    inside = torch.ones(1, 32, 48)
    return {"ink": ink, "other": other, "owner": owner, "boxes": boxes, "labels": labels, "inside": inside}


@pytest.fixture
def right(truth):
    """The output that says exactly that."""
    shuffle = torch.nn.functional.pixel_unshuffle
    ink, other = (shuffle((truth[name][:, None] - 0.5) * 30, 2) for name in ("ink", "other"))
    spots = places(16, 24, torch.zeros(1))
    centres = torch.tensor([[15.5, 10.5], [15.5, 31.5]])
    nearest = (spots[1] > 21).long()
    offset = (centres[nearest].permute(2, 0, 1) - spots) / REACH
    heat = torch.full((1, 2, 16, 24), -12.0)
    heat[0, 0, 8, 5], heat[0, 1, 8, 16] = 12.0, 12.0
    size = torch.stack([torch.full((16, 24), 20.0), torch.where(nearest == 0, 6.0, 4.0)]).log2() - 4
    return torch.cat([ink, other, heat, offset[None], size[None]], dim=1)


def test_the_truth_costs_nothing(truth, right):
    assert all(value < 0.02 for value in find.losses(right, truth).values())


@pytest.mark.parametrize(
    ("part", "first", "end"),
    [("ink", 0, 4), ("other", 4, 8), ("heat", 8, 10), ("offset", 10, 12), ("size", 12, 14)],
)
def test_each_part_sees_its_own_fault(truth, right, part, first, end):
    wrong, channels = right.clone(), slice(first, end)
    wrong[:, channels] = -wrong[:, channels] + 0.5
    before, after = find.losses(right, truth), find.losses(wrong, truth)
    assert after[part] > before[part] + 0.2
    others = set(before) - {part} - ({"owner"} if part == "offset" else set())
    assert all(after[name] == pytest.approx(float(before[name]), abs=1e-5) for name in others)


def test_ink_that_votes_for_its_neighbour_s_centre_costs(truth, right):
    wrong = right.clone()
    wrong[:, 11] = wrong[:, 11] + 21 / REACH * (places(16, 24, torch.zeros(1))[1] < 21)
    assert find.losses(wrong, truth)["owner"] > 1


def test_cells_that_two_could_own_are_not_judged(truth, right):
    truth["owner"][truth["owner"] == 0] = -2
    wrong = right.clone()
    wrong[:, 10:12, :, :10] += 3
    assert find.losses(wrong, truth)["offset"] == pytest.approx(float(find.losses(right, truth)["offset"]), abs=1e-5)


def test_a_page_without_parts_has_a_finite_loss(truth, right):
    truth |= {"labels": torch.full((1, 4), -1), "owner": torch.full((1, 32, 48), -1, dtype=torch.int8)}
    assert torch.isfinite(find.total(find.losses(right, truth)))


def test_the_output_is_taken_apart_in_cells(right):
    assert float(split(right)["size"][0, 0].exp2().mean()) == pytest.approx(20, rel=1e-4)
