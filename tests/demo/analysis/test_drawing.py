"""Mistakes like a drawing."""

import numpy as np

from demo.analysis.address import Address
from demo.analysis.drawing import nearest_misread
from demo.analysis.drawing_view import section
from demo.recognizer import Answer
from tests.demo.analysis.tiny import tiny


def drawn(level):
    """What the net saw of a drawing like the tiny set's pictures: a bar of one grey."""
    seen = np.zeros((28, 28), np.float32)
    seen[6:22, 12:16] = level / 255
    return seen


def answer(seen):
    probabilities = np.full(10, 0.02, np.float32)
    probabilities[9] = 0.82
    return Answer(9, probabilities, seen, 1.0)


def test_the_nearest_misread_pictures_come_first_and_no_others():
    found = nearest_misread(tiny(), drawn(105))  # misread are 0, 2 and 5, of grey 100, 102 and 105
    assert found.indices.tolist() == [5, 2, 0]
    np.testing.assert_allclose(found.distances, np.array([0, 3, 5]) / 255 * 8, atol=1e-5)  # 64 pixels


def test_the_drawings_column_and_its_mark_on_the_curves_are_linked():
    html = section(tiny(), answer(drawn(105)), Address())
    assert "2 of 3</a> pictures are in truth another digit" in html
    assert "mark=0.82" in html


def test_an_empty_drawing_is_a_kind_sentence():
    assert "draw a digit" in section(tiny(), answer(np.zeros((28, 28), np.float32)), Address())
