"""The map as SVG: every picture a point coloured by its answer, misread ones are links to their picture."""

import numpy as np
from numpy.typing import NDArray

from demo.analysis import markup
from demo.analysis.address import Address
from demo.analysis.projection import Projection
from demo.analysis.table import Table

MOST_POINTS = 3000  # of the pictures that are read right; the misread ones are all drawn
MOST_LINKS = 400

Indices = NDArray[np.intp]


def section(table: Table, projection: Projection, address: Address) -> str:
    """The whole section."""
    right = np.flatnonzero(~table.wrong)
    right = right[:: max(len(right) // MOST_POINTS, 1)]
    clouds = "".join(_cloud(projection, right[table.answers[right] == digit], digit) for digit in range(10))
    wrong = np.flatnonzero(table.wrong)
    wrong = wrong[np.argsort(-table.confidence[wrong], kind="stable")][:MOST_LINKS]
    links = "".join(_misread(table, projection, int(index), address) for index in wrong)
    legend = "".join(f'<li><span class="swatch digit-{digit}"></span>{digit}</li>' for digit in range(10))
    return (
        "<h2>Where do the misread pictures lie?</h2><p>Each point is a picture, placed by the two directions in which "
        "the pictures differ most, coloured by its answer. Rings are misread: choose one to open it. "
        f"Drawn are {len(right):,} pictures that are read right and {len(wrong):,} misread ones."
        f'</p><ul class="legend">{legend}</ul>{markup.chart("Map of the pictures", clouds + links, "", "")}'
        f"{_table(table, wrong, address)}"
    )


def _at(projection: Projection, index: int) -> tuple[float, float]:
    x, y = projection.points[index]
    return markup.x_at(float(x)), markup.y_at(float(y))


def _cloud(projection: Projection, indices: Indices, digit: int) -> str:
    places = (_at(projection, int(index)) for index in indices)
    return f'<path class="cloud digit-{digit}" d="{"".join(f"M{x:.0f} {y:.0f}h0" for x, y in places)}"/>'


def _misread(table: Table, projection: Projection, index: int, address: Address) -> str:
    x, y = _at(projection, index)
    ring = f'<circle class="ring digit-{table.answers[index]}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
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
