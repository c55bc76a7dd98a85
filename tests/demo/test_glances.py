"""A second look shows the same ink leaning and stretched, and does not open the ring of a 0."""

import numpy as np

from demo.glances import glances
from demo.segment import segments
from demo.split import halves


def ring():
    """A ring, 80 px high, on paper."""
    rows, columns = np.ogrid[:120, :120]
    away = np.hypot(rows - 60, columns - 60)
    return np.where((away > 30) & (away < 40), 0, 255).astype(np.uint8)


def test_the_picture_itself_is_among_nine_views_of_it():
    views = glances(ring())
    assert views.shape == (9, 120, 120)
    assert (views[4] == ring()).all()
    assert len({view.tobytes() for view in views}) == 9


def test_a_cut_does_not_open_a_ring_where_it_is_told_of_one():
    piece = segments(ring())[0][0]
    assert halves(piece)
    assert not halves(piece, ring=True)
