"""The map as SVG: every picture a point, misread ones are links; an area that is drawn around fills the gallery."""

import numpy as np
from numpy.typing import NDArray

from demo.analysis import area, markup
from demo.analysis.address import COLOURS, Address
from demo.analysis.projection import Projection
from demo.analysis.table import Table

MOST_POINTS = 3000  # of the pictures that are read right; the misread ones are all drawn
MOST_LINKS = 400
WIDTH, HEIGHT, EDGE = 600, 440, 12  # of the map, in SVG units
FRAME = (
    f'<rect class="map-frame" width="{WIDTH}" height="{HEIGHT}" rx="8"/>'
    f'<rect class="plot" data-plot x="{EDGE}" y="{EDGE}" width="{WIDTH - 2 * EDGE}" height="{HEIGHT - 2 * EDGE}"/>'
)
NO_MAP = "<p>This model's file names no layer before its answer, so there is nothing to place the pictures by.</p>"

Indices = NDArray[np.intp]


def section(table: Table, projection: Projection | None, address: Address) -> str:
    """The whole section; a sentence for a model without features."""
    title = "<h2>Where do the misread pictures lie?</h2>"
    if projection is None:
        return title + NO_MAP
    right = np.flatnonzero(~table.wrong)
    right = right[:: -(-len(right) // MOST_POINTS) or 1]
    wrong = np.flatnonzero(table.wrong)
    wrong = wrong[np.argsort(-table.confidence[wrong], kind="stable")][:MOST_LINKS]
    styles = _styles(table, address)
    drawn = (
        "".join(_cloud(projection, right[styles[right] == style], style) for style in np.unique(styles[right]))
        + "".join(_misread(table, projection, int(index), styles[index], address) for index in wrong)
        + _drawn_area(address)
        + _spot(address)
    )
    chart = (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="Map of the pictures; the table has the '
        f'misread ones">'
        f"{FRAME}{drawn}</svg>"
    )
    return (
        f"{title}<p>Each point is a picture, placed by the two directions in which the net's last features differ "
        "most: what lies together looks alike to the net. Rings are misread: choose one to open it. "
        f"Drawn are {len(right):,} pictures that are read right and {len(wrong):,} misread ones.</p>"
        f'{_colours(address)}{_legend(address)}<figure class="curves map" data-map data-testid="map">{chart}</figure>'
        f"{_selecting(address)}{_table(table, wrong, address)}"
    )


def _styles(table: Table, address: Address) -> NDArray[np.str_]:
    """(N,) the style of each picture's point."""
    if address.colour == "error":
        return np.where(table.wrong, "misread", "read-right")
    digits = table.truth if address.colour == "truth" else table.answers
    return np.char.add("digit-", digits.astype(str))


def _colours(address: Address) -> str:
    return markup.choices(
        "Colour", [(title, address.to(colour=name), name == address.colour) for name, title in COLOURS.items()]
    )


def _legend(address: Address) -> str:
    names = {f"digit-{digit}": str(digit) for digit in range(10)}
    if address.colour == "error":
        names = {"read-right": "read right", "misread": "misread"}
    items = "".join(f'<li><span class="swatch {style}"></span>{name}</li>' for style, name in names.items())
    return f'<ul class="legend">{items}</ul>'


def _selecting(address: Address) -> str:
    """Draw around an area, or say it in numbers; and let go of it again."""
    fields = "".join(
        f'<label>{name} (%) <input type="number" name="{name.lower()}" min="0" max="100" value="{value}"></label>'
        for name, value in (("Left", 0), ("Right", 50), ("Lower", 0), ("Upper", 50))
    )
    clear = markup.link(address.to(area=""), "Let go of the area", style="button") if address.area else ""
    return (
        '<div class="selecting"><p class="tools"><button type="button" data-lasso aria-pressed="false">Draw around '
        f"pictures</button> {clear}</p><p>With a mouse, draw on the map at once. The pictures inside fill the gallery "
        "below.</p><details><summary>Choose an area by numbers</summary>"
        f'<form class="numbers" data-area>{fields}<button type="submit">Show these pictures</button></form>'
        "</details></div>"
    )


def _drawn_area(address: Address) -> str:
    if not address.area:
        return ""
    points = " ".join("{:.1f},{:.1f}".format(*_on_map(x, y)) for x, y in area.corners(address.area))
    return f'<polygon class="area" points="{points}"/>'


def _spot(address: Address) -> str:
    """Where the visitor's drawing lies; at the nearest edge where it is unlike all pictures."""
    if not address.spot:
        return ""
    x, y = _on_map(*address.spot_at)
    anchor = "start" if x < WIDTH / 2 else "end"
    return (
        f'<path class="spot" data-testid="spot" d="M{x - 8:.1f} {y:.1f}h16M{x:.1f} {y - 8:.1f}v16"/>'
        f'<text class="spot-name" x="{x + (12 if anchor == "start" else -12):.1f}" y="{y - 10:.1f}" '
        f'text-anchor="{anchor}">your drawing</text>'
    )


def _at(projection: Projection, index: int) -> tuple[float, float]:
    return _on_map(*projection.points[index])


def _on_map(x: float, y: float) -> tuple[float, float]:
    """A point of the map in SVG units; the edge is free, so that the outermost points are whole."""
    return EDGE + (WIDTH - 2 * EDGE) * x, HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * y


def _cloud(projection: Projection, indices: Indices, style: str) -> str:
    places = (_at(projection, int(index)) for index in indices)
    return f'<path class="cloud {style}" d="{"".join(f"M{x:.0f} {y:.0f}h0" for x, y in places)}"/>'


def _misread(table: Table, projection: Projection, index: int, style: str, address: Address) -> str:
    x, y = _at(projection, index)
    ring = f'<circle class="ring {style}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
    label = f"Picture {index}: a {table.truth[index]} read as {table.answers[index]}"
    return markup.link(address.to(picture=index), ring, label=label)


def _table(table: Table, wrong: Indices, address: Address) -> str:
    rows = [
        (
            markup.link(address.to(picture=int(index)), f"{index:,}"),
            str(table.truth[index]),
            str(table.answers[index]),
            f"{table.confidence[index]:.3f}",
        )
        for index in wrong
    ]
    return markup.folded(
        "The misread pictures of the map", markup.table("Misread", ("Picture", "Truth", "Answer", "Confidence"), rows)
    )
