"""Ink in one piece that may be two digits which touch: where it could be cut, and what lies on either side."""

import numpy as np
from numpy.typing import NDArray

from demo.ink import Mask, find_ink
from demo.segment import Box, Segment, cut

Ints = NDArray[np.int64]

SLANTS = 2  # cuts lean to either side by 0, 1 .. SLANTS quarters of a px in each px of height
OUTER = 0.2  # of the width, on either side: too little for a digit
CROSSED = 0.4  # of the height: a cut that crosses more ink than this goes through a digit
APART = 0.12  # of the width: cuts nearer to each other are one
MOST_CUTS = 3  # the ones that cross the least ink
LOWEST = 0.5  # of the height: a lower side is a stroke of the other


def halves(segment: Segment, *, ring: bool = False) -> list[tuple[Segment, Segment]]:
    """What lies left and right of each likely cut of one piece of ink, the likeliest cut first; often nothing.

    ring: the ink looks like one, so leave out cuts that cross it more than once, as the two arcs of a 0.
    """
    image = segment.image
    ink = find_ink(image)
    if ink is None:
        return []
    whole = _extent(ink.mask)
    mask = ink.mask[whole[0] : whole[2], whole[1] : whole[3]]
    rows = np.arange(image.shape[0]) - whole[0]
    columns = np.arange(image.shape[1]) - whole[1]
    found = []
    for column, slant in _cuts(mask, ring):
        left = columns < column + _lean(rows, len(mask), slant)[:, None]
        sides = [side for side in (left, ~left) if (ink.mask & side).any()]
        parts = [cut(np.where(side, image, ink.paper), _extent(ink.mask & side), 1.0) for side in sides]
        if len(parts) == 2 and all(part.box[2] - part.box[0] >= LOWEST * len(mask) for part in parts):
            one, other = (Segment(_placed(part.box, whole, segment.box), part.image) for part in parts)
            found.append((one, other))
    return found


def _extent(mask: Mask) -> Box:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def _lean(rows: Ints, height: int, slant: int) -> Ints:
    """How far a leaning cut lies right of its middle in each of these rows, in px."""
    return (height - 2 * rows) * slant // 8


def _cuts(mask: Mask, ring: bool) -> list[tuple[int, int]]:
    """(column at half the height, slant) of the cuts that cross the least ink, of equal ones the middle one first."""
    height, width = mask.shape
    outer = int(OUTER * width)
    columns = np.arange(outer, width - outer)
    found: list[tuple[int, int, int]] = []
    for slant in range(-SLANTS, SLANTS + 1):
        at = columns + _lean(np.arange(height), height, slant)[:, None]
        ink = np.take_along_axis(mask, np.clip(at, 0, width - 1), 1) & (at >= 0) & (at < width)
        if ring:
            ink[:, ink[0] + (ink[1:] & ~ink[:-1]).sum(0) > 1] = True  # full of ink: too much for a cut
        found += zip(ink.sum(0).tolist(), columns.tolist(), [slant] * len(columns), strict=True)
    found.sort(key=lambda one: (one[0], abs(2 * one[1] - width), abs(one[2])))
    chosen: list[tuple[int, int]] = []
    for crossed, column, slant in found:
        if crossed > CROSSED * height or len(chosen) == MOST_CUTS:
            break
        if all(abs(column - other) > APART * width for other, _ in chosen):
            chosen.append((column, slant))
    return chosen


def _placed(box: Box, whole: Box, place: Box) -> Box:
    """A box, given the one of all ink on the same picture and where on another picture that one lies."""
    rows, columns = ((place[i + 2] - place[i]) / (whole[i + 2] - whole[i]) for i in (0, 1))
    top, left, bottom, right = (
        round((box[i] - whole[i % 2]) * (rows, columns)[i % 2]) + place[i % 2] for i in range(4)
    )
    return top, left, bottom, right
