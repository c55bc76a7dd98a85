"""Digits of a number are found whole, in reading order, with their neighbours taken away."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from demo.segment import segments


def page(draw, size=(400, 200), paper=255):
    image = Image.new("L", size, paper)
    draw(ImageDraw.Draw(image))
    return np.asarray(image)


def bars(*places, ink=0):
    """Upright strokes 100 px high at (left, top)."""
    return lambda pencil: [pencil.rectangle((x, y, x + 14, y + 100), fill=ink) for x, y in places]


def lines(pencil, *rows, right=200):
    """Lines 8 px high from (40, row)."""
    for row in rows:
        pencil.rectangle((40, row, right, row + 8), fill=0)


def boxes(image):
    return [[segment.box for segment in line] for line in segments(image)]


CASES = {
    "nothing": (page(lambda _: None), []),
    "one": (page(bars((50, 50))), [1]),
    "three in a row": (page(bars((300, 40), (50, 50), (180, 60))), [3]),
    "light on dark": (page(bars((50, 50), (180, 50), ink=255), paper=0), [2]),
    "faint": (page(bars((50, 50), (180, 50), ink=215), paper=240), [2]),
    "two lines": (page(bars((50, 20), (150, 30), (60, 190), (170, 180), (280, 190)), (400, 320)), [2, 3]),
    "specks beside it": (page(lambda p: (bars((50, 50))(p), p.ellipse((200, 90, 205, 95), fill=0))), [1]),
    "a five whose bar hangs loose": (
        page(lambda p: (p.rectangle((50, 40, 110, 52), fill=0), p.rectangle((48, 60, 64, 150), fill=0))),
        [1],
    ),
    "a five whose bar flies off to the right": (
        page(lambda p: (bars((50, 50), (250, 50))(p), p.rectangle((72, 50, 110, 60), fill=0))),
        [2],
    ),
    "a nine whose arc holds its stem": (
        page(lambda p: (p.arc((50, 40, 130, 120), 100, 360, fill=0, width=10), p.rectangle((85, 75, 92, 160), fill=0))),
        [1],
    ),
    "underlined twice": (page(lambda p: (bars((50, 20), (90, 20))(p), lines(p, 130, 150))), [2]),
    "under a line": (page(lambda p: (bars((50, 60), (90, 60))(p), lines(p, 40))), [2]),
    "a line above another number": (page(lambda p: (bars((50, 10), (60, 220))(p), lines(p, 150)), (400, 330)), [1, 1]),
    "a minus in front of it": (page(lambda p: (bars((250, 50))(p), lines(p, 100))), [2]),
    "a line alone": (page(lambda p: lines(p, 100)), [1]),
    "a single pixel": (np.zeros((1, 1), np.uint8), []),
    "a thin strip": (np.tile(np.array([0, 255], np.uint8), 500)[None], []),
}


@pytest.mark.parametrize(("image", "counts"), CASES.values(), ids=CASES.keys())
def test_digits_are_counted_line_by_line(image, counts):
    assert [len(line) for line in segments(image)] == counts


def test_order_is_left_to_right_and_top_to_bottom():
    found = boxes(CASES["two lines"][0])
    assert [[box[1] for box in line] for line in found] == [[50, 150], [60, 170, 280]]


def test_boxes_of_a_large_picture_are_in_its_own_pixels():
    small = page(bars((50, 50), (180, 50)))
    large = np.kron(small, np.ones((5, 5), np.uint8))
    for one, five in zip(boxes(small)[0], boxes(large)[0], strict=True):
        assert np.allclose(np.array(five) / 5, one, atol=2)


def test_picture_of_a_digit_holds_none_of_its_neighbour():
    slanted = page(
        lambda p: (p.line((60, 150, 160, 50), fill=0, width=10), p.line((100, 160, 200, 60), fill=0, width=10))
    )
    for segment in segments(slanted)[0]:
        columns_of_ink_in_a_row = [np.count_nonzero(np.diff((row < 128).astype(int)) == 1) for row in segment.image]
        assert max(columns_of_ink_in_a_row) == 1


def test_light_that_falls_off_to_one_side_leaves_no_ink():
    light = np.linspace(120, 250, 400)[None].repeat(200, 0)
    shaded = (light * page(bars((50, 50), (300, 50))) / 255).astype(np.uint8)
    assert [len(line) for line in segments(shaded)] == [2]


def test_a_line_below_a_digit_is_not_in_its_picture():
    (digit,) = segments(page(lambda p: (bars((80, 20))(p), lines(p, 130))))[0]
    assert digit.lined
    assert digit.image.shape[0] > 2 * np.count_nonzero((digit.image < 128).any(0))
    assert not segments(page(bars((80, 20))))[0][0].lined
