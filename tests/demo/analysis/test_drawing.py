"""Mistakes like a drawing."""

import numpy as np

from demo.analysis.address import Address
from demo.analysis.drawing import nearest_misread
from demo.analysis.drawing_view import section
from demo.analysis.predictions import Predictions
from demo.analysis.projection import project
from tests.demo.analysis.tiny import tiny


def drawn(level):
    """What the net saw of a drawing like the tiny set's pictures: a bar of one grey."""
    seen = np.zeros((28, 28), np.uint8)
    seen[6:22, 12:16] = level
    return seen


def told(seen):
    probabilities = np.full((1, 10), 0.02, np.float32)
    probabilities[0, 9] = 0.82
    return Predictions(probabilities, np.ones(1, np.float32), seen[None], np.array([[4, 9, 5]], np.float16))


def test_the_nearest_misread_pictures_come_first_and_no_others():
    found = nearest_misread(tiny(), drawn(105))  # misread are 0, 2 and 5, of grey 100, 102 and 105
    assert found.indices.tolist() == [5, 2, 0]
    np.testing.assert_allclose(found.distances, np.array([0, 3, 5]) / 255 * 8, atol=1e-5)  # 64 pixels


def test_the_drawings_column_and_its_mark_on_the_curves_are_linked():
    html = section(tiny(), told(drawn(105)), None, Address())
    assert "2 of 3</a> pictures are in truth another digit" in html
    assert "mark=0.82" in html
    assert "spot=" not in html


def test_the_drawing_has_its_place_on_the_map():
    projection = project(tiny().predictions.features)
    html = section(tiny(), told(drawn(105)), projection, Address())  # its features are those of picture 5
    x, y = projection.points[5]
    assert f"spot={x:.3f}%2C{y:.3f}" in html


def test_an_empty_drawing_is_a_kind_sentence():
    assert "draw a digit" in section(tiny(), told(np.zeros((28, 28), np.uint8)), None, Address())


def test_without_mistakes_there_is_none_like_the_drawing():
    perfect = tiny([(4, 4, 0.9), (9, 9, 0.8)])
    assert "None of these pictures is misread" in section(perfect, told(drawn(105)), None, Address())
