"""Synthetic pictures look like people's: any pen, paper and polarity, the same again from the same seed."""

import pytest
import torch

from core.net.preprocess import Preprocess
from core.train.synthetic import paper, realink
from core.train.synthetic.penstrokes import letter_shapes, pen_digits, pen_letters, pen_scribbles, style_shape
from core.train.synthetic.styles import STYLES


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


DIGITS, LABELS = pen_digits(40, seeded())

MAKERS = {
    "digits": lambda g: pen_digits(5, g)[0],
    "letters": lambda g: pen_letters(5, g),
    "scribbles": lambda g: pen_scribbles(5, g),
    "photos": lambda g: realink.photograph(DIGITS, g, 72),
    "small sketches": lambda g: realink.photograph(DIGITS, g, 20),
    "another size": lambda g: realink.at_another_size(DIGITS, g),
    "odd sides": lambda g: realink.photograph(DIGITS, g, 61),
    "non-digits": lambda g: realink.non_digits(9, DIGITS, g, 64),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_equal_seeds_give_equal_pictures(make):
    first, again, other = make(seeded(1)), make(seeded(1)), make(seeded(2))
    assert first.dtype == torch.uint8
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("side", [16, 28, 61, 96])
def test_pictures_have_the_side_asked_for(side):
    assert realink.photograph(DIGITS, seeded(), side).shape == (40, side, side)
    assert realink.non_digits(7, DIGITS, seeded(), side).shape == (7, side, side)


def test_at_another_size_a_digit_is_the_same():
    shown = [realink.at_another_size(DIGITS, seeded(seed)) for seed in range(5)]
    assert len({picture.shape for picture in shown}) == 5
    seen = [Preprocess()(picture)[0] for picture in (DIGITS, *shown)]
    assert max(float((other - seen[0]).abs().mean()) for other in seen) < 0.03


def test_pen_digits_fill_mnists_box():
    assert DIGITS.shape == (40, 28, 28)
    assert LABELS.min() >= 0
    assert LABELS.max() <= 9
    inked = DIGITS > 127
    height = inked.any(2).sum(1)
    width = inked.any(1).sum(1)
    longest = torch.maximum(height, width)
    assert longest.min() >= 16
    assert longest.max() <= 25


def test_every_digit_has_styles_and_every_style_has_strokes():
    assert sorted(STYLES) == [str(digit) for digit in range(10)]
    for styles in STYLES.values():
        for style in styles:
            points, segments = style_shape(style)
            assert points.amax() == 1
            assert segments.max() == len(points) - 1


def test_a_style_may_lift_the_pen():
    _, segments = style_shape("- 0,0 0,1 - 1,0 1,1")
    assert segments.tolist() == [[0, 1], [2, 3]]


def test_letters_that_look_like_digits_are_no_examples_of_non_digits():
    assert len(letter_shapes(like_digits=False)) > 150


def test_most_pictures_are_dark_on_light_and_some_are_not():
    pictures = realink.photograph(DIGITS.repeat(5, 1, 1), seeded(), 64)
    blank = realink.photograph(torch.zeros(200, 28, 28, dtype=torch.uint8), seeded(), 64)
    darker = pictures.float().mean((1, 2)) < blank.float().mean((1, 2))
    assert 0.6 < darker.float().mean() < 0.95


def test_block_noise_is_gone_where_the_steps_are_fine():
    level = torch.rand(2, 1, 20, 20, generator=seeded()).round()
    flat = torch.full((2, 1, 20, 20), 0.5)
    assert paper.block_noise(flat, seeded()).sub(flat).abs().max() < 0.01
    assert paper.block_noise(level, seeded()).sub(level).abs().mean() < 0.2


@pytest.mark.parametrize("draw", [paper.ruled_lines, paper.specks])
def test_marks_are_shares_of_ink(draw):
    marks = draw(torch.zeros(60, 1, 48, 48), seeded())
    assert marks.min() == 0
    assert 0 < marks.max() <= 1
    assert (marks.amax((1, 2, 3)) == 0).any()
