"""The reader's graph: two looks, parts in reading order, cut-outs; with a finder that is told what to find."""

import pytest
import torch

from core.net.cut_outs import cut_outs
from core.net.finder import Finder, places
from core.net.looks import SECOND, look
from core.net.model import EdgeNet
from core.net.parts import MOST, find_parts, reading_order
from core.net.reader import MARK, NOTHING, Reader, around, is_one, is_sign
from core.net.recognizer import Calibration

WHOLE = torch.tensor([31.5, 95.5]).view(1, 2, 1, 1)  # middle of a picture as large as the second look's canvas
ONE = torch.ones(1, 1, 1, 1)
INSIDE = torch.ones(1, 1, *SECOND)


@pytest.fixture(scope="module")
def untrained():
    torch.manual_seed(0)
    return Reader(Finder(), EdgeNet(), Calibration()).eval()


def found(boxes, marks=()):
    """What a perfect finder says of dark bars at these boxes (top, left, bottom, right) on the second canvas."""
    height, width = SECOND
    shape = height // 2, width // 2
    says = {name: torch.full((1, 1, height, width), -20.0) for name in ("ink", "other")}
    says |= {"heat": torch.full((1, 2, *shape), -20.0)}
    says |= {name: torch.zeros(1, 2, *shape) for name in ("offset", "size")}
    spots = places(*shape, torch.zeros(1))
    for index, (top, left, bottom, right) in enumerate(boxes):
        kind = int(index in marks)
        says["other" if kind else "ink"][0, 0, top:bottom, left:right] = 20.0
        centre = torch.tensor([(top + bottom - 1) / 2, (left + right - 1) / 2])
        near = (slice(top // 2, (bottom + 1) // 2), slice(left // 2, (right + 1) // 2))
        says["offset"][0][:, *near] = centre[:, None, None] - spots[:, *near]
        says["size"][0][:, *near] = torch.tensor([bottom - top, right - left]).float().log2()[:, None, None]
        says["heat"][0, kind, int(centre[0]) // 2, int(centre[1]) // 2] = 20.0
    return says


def page(boxes):
    """A white picture with dark bars, (1, 1, 64, 192), and all of it inside."""
    level = torch.full((1, 1, *SECOND), 0.9)
    for top, left, bottom, right in boxes:
        level[..., top:bottom, left:right] = 0.1
    return level, torch.ones_like(level)


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 28, 28), (1, 40, 300), (3, 200, 31)])
@torch.no_grad()
def test_any_pictures_are_answered_by_the_contract(untrained, shape):
    digits, probabilities, score, boxes, line, seen, more = untrained(torch.randint(0, 256, shape, dtype=torch.uint8))
    n = shape[0]
    assert digits.shape == score.shape == line.shape == (n, MOST)
    assert probabilities.shape == (n, MOST, 10)
    assert seen.shape == (n, MOST, 28, 28)
    assert more.shape == (n,)
    assert ((line == NOTHING) == (digits == NOTHING)).all()
    assert seen.min() >= 0
    assert seen.max() <= 1
    assert (boxes[..., 2] <= shape[1]).all()
    assert (boxes[..., 3] <= shape[2]).all()


def test_a_look_at_the_picture_itself_is_the_picture():
    raw = torch.rand(1, 1, *SECOND)
    level, inside = look(raw, WHOLE, ONE, SECOND)
    assert torch.allclose(level, raw, atol=1e-6)
    assert (inside == 1).all()


def test_beyond_the_picture_a_look_sees_nothing():
    level, inside = look(torch.ones(1, 1, 10, 10), torch.full((1, 2, 1, 1), 4.5), ONE, (16, 16))
    assert inside[0, 0, :, 0].sum() == 0
    assert inside.sum() == 100
    assert level.sum() == 100


def test_parts_are_read_line_by_line():
    boxes = [(4, 100, 24, 112), (36, 20, 56, 32), (6, 20, 26, 32), (34, 100, 54, 112)]
    parts = find_parts(found(boxes), torch.ones(1, 1, *SECOND))
    order = reading_order(parts)
    centres = parts["centre"][0][order["order"][0][:4]]
    expected = torch.tensor([[15.5, 25.5], [13.5, 105.5], [45.5, 25.5], [43.5, 105.5]])
    assert (centres - expected).abs().max() <= 1  # a peak lies on the finder's places, two cells apart
    assert order["line"][0, :4].tolist() == [0, 0, 1, 1]
    assert order["there"][0].sum() == 4


def test_a_slanted_line_stays_one_line():
    boxes = [(4 + 6 * index, 10 + 40 * index, 28 + 6 * index, 20 + 40 * index) for index in range(4)]
    parts = find_parts(found(boxes), torch.ones(1, 1, *SECOND))
    assert reading_order(parts)["line"][0, :4].tolist() == [0, 0, 0, 0]


def test_a_point_hangs_on_its_line():
    parts = find_parts(found([(10, 20, 50, 40), (46, 60, 54, 66), (10, 80, 50, 100)], marks=(1,)), INSIDE)
    order = reading_order(parts)
    assert order["line"][0, :3].tolist() == [0, 0, 0]
    assert parts["centre"][0, order["order"][0, :3], 1].tolist() == pytest.approx([29.5, 62.5, 89.5], abs=1)


def test_of_two_in_one_column_the_upper_goes_first():
    parts = find_parts(found([(8, 20, 24, 40), (24, 20, 36, 40)]), INSIDE)
    order = reading_order(parts)
    tops = parts["centre"][0, order["order"][0, :2], 0]
    assert tops[0] < tops[1]


def alone(part_sure, whole_sure, boxes):
    """Whether a picture of parts at these boxes, each so sure, is told to be one digit, being so sure as a whole."""
    there = torch.zeros(1, MOST, dtype=torch.bool)
    there[0, : len(boxes)] = True
    slots = {"sure": torch.zeros(1, MOST), "boxes": torch.zeros(1, MOST, 4)}
    slots["sure"][0, : len(boxes)] = part_sure
    slots["boxes"][0, : len(boxes)] = torch.tensor(boxes)
    whole = {"sure": torch.full((1, 1), whole_sure), "boxes": around(slots["boxes"], there, WHOLE * 2)}
    return is_one(slots, whole, there).item()


def test_pieces_that_lie_close_are_one_digit_where_the_whole_is_surer():
    pieces = [[0.0, 0.0, 10.0, 10.0], [11.0, 0.0, 20.0, 10.0]]
    assert alone(0.5, 0.9, pieces)
    assert not alone(0.9, 0.5, pieces)
    assert not alone(0.9, 0.92, pieces)  # rounding shall not decide
    assert not alone(0.5, 0.9, [[0.0, 0.0, 10.0, 10.0], [0.0, 30.0, 10.0, 40.0]])


@pytest.mark.parametrize(
    ("height", "digit", "sign"), [(30, 0.3, False), (50, 0.3, True), (10, 0.3, True), (50, 0.9, False)]
)
def test_a_sign_is_lower_or_higher_than_digits(height, digit, sign):
    there = torch.zeros(1, MOST, dtype=torch.bool)
    there[0, :3] = True
    boxes = torch.zeros(1, MOST, 4)
    boxes[0, :3, 2] = torch.tensor([30.0, 30.0, height])
    slots = {"boxes": boxes, "digit": torch.tensor([[1.0, 1.0, digit]]).expand(1, 3)}
    slots["digit"] = torch.nn.functional.pad(slots["digit"], (0, MOST - 3))
    assert is_sign(slots, there)[0, 2].item() == sign


def test_where_nothing_is_found_only_a_sure_digit_is_read_and_fills_the_picture():
    there = torch.zeros(1, MOST, dtype=torch.bool)
    slots = {"sure": torch.zeros(1, MOST), "boxes": torch.zeros(1, MOST, 4)}
    boxes = around(slots["boxes"], there, WHOLE * 2)
    assert boxes.tolist() == [[[0, 0, *SECOND]]]
    for sure, read in [(0.99, True), (0.4, False)]:
        assert is_one(slots, {"sure": torch.full((1, 1), sure), "boxes": boxes}, there).item() == read


def test_two_peaks_of_one_digit_are_one_part():
    says = found([(10, 20, 50, 40)])
    says["heat"][0, 0, 15, 17] = 5.0
    assert find_parts(says, torch.ones(1, 1, *SECOND))["there"].sum() == 1


def test_ink_whose_centre_was_missed_is_a_part_of_its_own():
    boxes = [(12, 20, 52, 40), (12, 80, 52, 100)]
    level, inside = page(boxes)
    says = found(boxes)
    says["heat"][..., 44] = -20.0  # of the second
    parts = find_parts(says, inside)
    assert parts["there"].sum() == 2
    assert (parts["centre"][0, MOST] - torch.tensor([31.5, 89.5])).abs().max() <= 1
    order = reading_order(parts)
    cut = cut_outs(level, inside, says, parts, order, torch.tensor([0, 1]))
    assert cut["box"].round().tolist() == [list(map(float, box)) for box in boxes]


def test_a_few_cells_that_nobody_claims_are_no_part():
    says = found([(12, 20, 52, 40)])
    says["ink"][0, 0, 2:6, 150:154] = 20.0
    assert find_parts(says, torch.ones(1, 1, *SECOND))["there"].sum() == 1


def test_each_part_is_cut_out_without_its_neighbour():
    boxes = [(12, 20, 52, 30), (12, 31, 52, 61)]
    level, inside = page(boxes)
    says = found(boxes)
    parts = find_parts(says, inside)
    order = reading_order(parts)
    cut = cut_outs(level, inside, says, parts, order, torch.tensor([0, 1]))
    assert cut["box"].round().tolist() == [list(map(float, box)) for box in boxes]
    inked = [(picture > 0.5).any(0).sum().item() for picture in cut["seen"]]
    assert inked == pytest.approx([5, 15], abs=1)  # of 20 px for 40 cells; with its neighbour's ink it would be 20


def test_a_part_with_nearly_no_ink_of_its_own_has_a_box_with_its_edges_in_order():
    level, inside = page([(12, 20, 52, 30)])
    says = found([(12, 20, 52, 30)])
    parts = find_parts(says, inside)
    parts["mine"] = parts["mine"] * 0.1
    cut = cut_outs(level, inside, says, parts, reading_order(parts), torch.tensor([0]))
    top, left, bottom, right = cut["box"][0].tolist()
    assert top <= bottom
    assert left <= right


def test_a_mark_is_cut_out_too_and_called_one():
    boxes = [(12, 20, 52, 40), (46, 60, 52, 66)]
    level, inside = page(boxes)
    says = found(boxes, marks=(1,))
    parts = find_parts(says, inside)
    order = reading_order(parts)
    cut = cut_outs(level, inside, says, parts, order, torch.tensor([0, 1]))
    assert cut["digit"].round().tolist() == [1, 0]
    assert (cut["seen"][1] > 0.5).sum() > 200
    assert MARK == 10


@torch.no_grad()
def test_polarity_does_not_matter_to_a_cut_out():
    boxes = [(12, 20, 52, 40)]
    level, inside = page(boxes)
    says = found(boxes)
    parts = find_parts(says, inside)
    order = reading_order(parts)
    light, dark = (cut_outs(x, inside, says, parts, order, torch.tensor([0]))["seen"] for x in (level, 1 - level))
    assert torch.allclose(light, dark, atol=1e-5)


def test_the_graph_takes_any_number_of_pictures_of_any_size(untrained):
    """`len()` of a tensor is a number to the tracer, and ties the graph to the example's batch."""
    free = ({axis: torch.export.Dim(name) for axis, name in enumerate("NHW")},)
    program = torch.export.export(
        untrained, (torch.zeros(3, 37, 41, dtype=torch.uint8),), dynamic_shapes=free, strict=False
    )
    image = torch.randint(0, 256, (1, 28, 50), dtype=torch.uint8)
    for traced, answer in zip(program.module()(image), untrained(image), strict=True):
        assert torch.equal(traced, answer)
