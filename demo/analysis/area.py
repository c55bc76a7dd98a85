"""A part of the map that a visitor drew around: a polygon written in the address, and what lies inside it."""

import numpy as np
from numpy.typing import NDArray

from demo.analysis.address import AddressError

Floats = NDArray[np.float64]
LEAST_CORNERS, MOST_CORNERS = 3, 100
WITHIN = 1e-9
ACCEPTED = f"{LEAST_CORNERS} to {MOST_CORNERS} corners as x,y;x,y;..., each number from 0 to 1"


def corners(text: str) -> Floats:
    """(K, 2) corners in map units from "x,y;x,y;..."; AddressError with a sentence for anything else."""
    try:
        found = np.array([[float(number) for number in corner.split(",")] for corner in text.split(";")])
    except ValueError:  # a number that is none, or rows of other lengths
        found = np.zeros((0, 0))
    fits = found.ndim == 2 and found.shape[1:] == (2,) and LEAST_CORNERS <= len(found) <= MOST_CORNERS
    if not fits or not ((found >= 0) & (found <= 1)).all():
        raise AddressError(f"This address has area={text[:40]!r}; expected {ACCEPTED}.")
    return found


def inside(points: Floats, polygon: Floats) -> NDArray[np.bool_]:
    """(N,) whether each of (N, 2) points lies in a polygon of (K, 2) corners, by the even-odd rule."""
    x, y = np.clip(points, WITHIN, 1 - WITHIN).T  # the outermost points are inside of the map's own edge
    odd = np.zeros(len(points), np.bool_)
    for (x1, y1), (x2, y2) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        crosses = (y1 > y) != (y2 > y)
        if y1 != y2:
            odd ^= crosses & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    return odd
