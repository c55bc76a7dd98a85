"""The map as SVG: every picture a point, misread ones are links; an area that is drawn around fills the gallery."""

import numpy as np
from numpy.typing import NDArray

from demo.analysis import area
from demo.analysis.address import COLOURS, Address
from demo.analysis.projection import Projection
from demo.analysis.table import Table
from demo.rendering import render

MOST_POINTS = 3000  # of the pictures that are read right; the misread ones are all drawn
MOST_LINKS = 400
WIDTH, HEIGHT, EDGE = 600, 440, 12  # of the map, in SVG units
DIGITS = {f"digit-{digit}": str(digit) for digit in range(10)}
ERRORS = {"read-right": "read right", "misread": "misread"}

Point = tuple[float, float]


def section(table: Table, projection: Projection | None, address: Address) -> str:
    """The whole section; a sentence for a model without features."""
    if projection is None:
        return render("map", there=False)
    right = np.flatnonzero(~table.wrong)
    right = right[:: -(-len(right) // MOST_POINTS) or 1]
    wrong = np.flatnonzero(table.wrong)
    wrong = wrong[np.argsort(-table.confidence[wrong], kind="stable")][:MOST_LINKS]
    styles = _styles(table, address)
    places = [_on_map(x, y) for x, y in projection.points.tolist()]
    clouds = {str(style): [places[one] for one in right[styles[right] == style]] for style in np.unique(styles[right])}
    return render(
        "map",
        there=True,
        pictures=table,
        right=len(right),
        misread=[(index, styles[index], places[index]) for index in wrong.tolist()],
        clouds=clouds,
        colours=[(title, address.to(colour=name), name == address.colour) for name, title in COLOURS.items()],
        legend=ERRORS if address.colour == "error" else DIGITS,
        area=[_on_map(x, y) for x, y in area.corners(address.area)] if address.area else [],
        spot=_on_map(*address.spot_at) if address.spot else None,
        width=WIDTH,
        height=HEIGHT,
        edge=EDGE,
        address=address,
    )


def _styles(table: Table, address: Address) -> NDArray[np.str_]:
    """(N,) the style of each picture's point."""
    if address.colour == "error":
        return np.where(table.wrong, "misread", "read-right")
    digits = table.truth if address.colour == "truth" else table.answers
    return np.char.add("digit-", digits.astype(str))


def _on_map(x: float, y: float) -> Point:
    """A point of the map in SVG units; the edge is free, so that the outermost points are whole."""
    return EDGE + (WIDTH - 2 * EDGE) * x, HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * y
