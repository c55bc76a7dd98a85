"""What lies inside an area of the map, against the rules of a rectangle and of a circle, and sentences for no area."""

import numpy as np
import pytest

from demo.analysis.address import AddressError
from demo.analysis.area import corners, inside

POINTS = np.random.default_rng(0).random((2000, 2))


def test_a_rectangle_holds_what_its_sides_say():
    found = inside(POINTS, corners("0.2,0.1;0.7,0.1;0.7,0.6;0.2,0.6"))
    x, y = POINTS.T
    np.testing.assert_array_equal(found, (x > 0.2) & (x < 0.7) & (y > 0.1) & (y < 0.6))


def test_a_polygon_of_many_corners_holds_nearly_a_circle():
    angles = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    circle = np.stack([0.5 + 0.4 * np.cos(angles), 0.5 + 0.4 * np.sin(angles)], 1)
    distance = np.hypot(*(POINTS - 0.5).T)
    clear = np.abs(distance - 0.4) > 0.001  # the sides lie up to 0.0003 inside the circle
    np.testing.assert_array_equal(inside(POINTS, circle)[clear], (distance < 0.4)[clear])


def test_the_whole_map_holds_its_outermost_points():
    edge = np.array([[0, 0], [1, 1], [0, 1], [1, 0], [0.5, 1], [1, 0.5]])
    assert inside(edge, corners("0,0;1,0;1,1;0,1")).all()


def test_a_dent_is_outside():
    arrow = corners("0,0;1,0;0.5,0.4;1,1;0,1")
    assert inside(np.array([[0.9, 0.5], [0.2, 0.5]]), arrow).tolist() == [False, True]


@pytest.mark.parametrize(
    "text", ["0,0;1,1", "0,0;1,1;x,1", "0,0;1,1;2,1", "0,0;1,1;nan,1", "0;1;2", "0,0;1", ";;", "9"]
)
def test_what_is_no_area_is_a_sentence(text):
    with pytest.raises(AddressError, match="expected 3 to 100 corners"):
        corners(text)
