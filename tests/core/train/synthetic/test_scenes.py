"""Scenes say of every cell what is on it."""

import dataclasses

import numpy as np
import pytest
from numpy.random import default_rng

from core.train.synthetic.scenes import layout, marks, scene
from core.train.synthetic.scenes.layout import MARK, NOBODY, Page
from core.train.synthetic.scenes.marks import Hand

PEN = Hand(pen=0.08, slant=0.0, strokes=True)


@pytest.fixture(scope="module")
def digits():
    """Ten classes of one picture each: a filled bar, wider for larger digits."""
    classes = []
    for digit in range(10):
        picture = np.zeros((28, 28), np.uint8)
        picture[4:24, 12 - digit // 2 : 16 + digit // 2] = 255
        classes.append([picture])
    return classes


def drawn(digits, canvas, count):
    return [scene.draw(digits, canvas, (5, index)) for index in range(count)]


def test_equal_seeds_draw_equal_pictures_and_others_do_not(digits):
    first, again, other = (scene.draw(digits, (64, 64), seed) for seed in ((1, 2), (1, 2), (1, 3)))
    names = [item.name for item in dataclasses.fields(scene.Truth)]
    assert all(np.array_equal(getattr(first, name), getattr(again, name)) for name in names)
    assert not np.array_equal(first.level, other.level)


@pytest.mark.parametrize("canvas", sorted(set(scene.CANVASES)))
def test_every_canvas_is_filled_as_it_says(digits, canvas):
    for truth in drawn(digits, canvas, 6):
        assert truth.level.shape == truth.inside.shape == truth.ink.shape == truth.owner.shape == canvas
        assert not truth.level[truth.inside == 0].any()
        assert not truth.ink[truth.inside == 0].any()


def test_each_owner_is_a_part_and_its_ink_lies_in_its_box(digits):
    parts = 0
    for truth in drawn(digits, (64, 192), 40):
        assert truth.owner.max() < (truth.labels >= 0).sum()
        for index in np.flatnonzero(truth.labels >= 0):
            mine = (truth.owner == index) & (np.maximum(truth.ink, truth.other) > 128)
            if not mine.any():
                continue  # hidden by others
            parts += 1
            top, left, bottom, right = truth.boxes[index]
            rows, columns = np.flatnonzero(mine.any(1)), np.flatnonzero(mine.any(0))
            assert top - 1.5 <= rows[0] <= rows[-1] <= bottom + 1
            assert left - 1.5 <= columns[0] <= columns[-1] <= right + 1
    assert parts > 60


def test_digits_own_digit_ink_and_marks_own_other_ink(digits):
    kinds = {"digit": 0, "mark": 0}
    for truth in drawn(digits, (64, 192), 40):
        for index in np.flatnonzero(truth.labels >= 0):
            mine = truth.owner == index
            kind = "mark" if truth.labels[index] == MARK else "digit"
            own = truth.other if kind == "mark" else truth.ink
            strong = mine & (np.maximum(truth.ink, truth.other) > 160)
            if strong.any():
                kinds[kind] += 1
                assert own[strong].mean() > 100
    assert min(kinds.values()) > 5


def test_a_digit_that_the_edge_cuts_is_nobody_s():
    page = Page.blank(40, 40)
    page.add_part(np.ones((20, 10), np.float32), 7, 10, 34)
    assert page.labels == []
    assert page.other[15, 36] == 1
    assert (page.owner == NOBODY).all()


def test_where_two_overlap_the_owner_is_left_open():
    page = Page.blank(40, 40)
    page.add_part(np.ones((20, 10), np.float32), 1, 10, 10)
    page.add_part(np.ones((20, 10), np.float32), 2, 10, 16)
    owner = scene._owners(page)
    assert owner[10, 6] == 0
    assert owner[10, 12] == 1
    assert owner[10, 8] == -2


def test_ink_that_is_to_touch_touches():
    before = (np.ones((10, 4), np.float32), 0, 3, 1)
    triangle = np.tril(np.ones((10, 10), np.float32))[:, ::-1]  # reaches furthest left in its last row
    assert layout.first_contact(before, triangle, 0) == 7
    assert layout.first_contact(before, triangle, 5) == pytest.approx(7 - 5)


@pytest.mark.parametrize("pen", [1 / 60, 0.08, 0.24])
@pytest.mark.parametrize("height", [7, 30, 120])
def test_a_stroke_is_as_high_and_about_as_broad_as_asked(pen, height):
    hand = Hand(pen, 0.0, strokes=True)
    ink = marks.pen_ink([np.array([[0.0, 0.0], [0.02, 1.0]])], hand, height, default_rng(0), wobble=0)
    assert ink.shape[0] == pytest.approx(height, abs=1)
    assert ink.sum(1).mean() == pytest.approx(max(pen * height, 0.3), rel=0.6)


@pytest.mark.parametrize("name", sorted(marks.SIGNS))
def test_signs_have_their_usual_size_beside_digits(name):
    ink = marks.sign(name, PEN, 60, default_rng(1))
    low = name in ".,-="
    assert (ink.shape[0] < 25) == low
    assert ink.shape[0] < 110
    assert ink.max() > 0.5


def test_letters_are_never_those_that_people_write_as_digits():
    assert len(marks.letter_strokes()) > 150
