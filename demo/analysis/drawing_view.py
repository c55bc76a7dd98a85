"""Mistakes like the visitor's drawing, as HTML."""

import numpy as np

from demo.analysis import counts
from demo.analysis.address import Address
from demo.analysis.drawing import nearest_misread
from demo.analysis.predictions import Predictions
from demo.analysis.projection import Projection
from demo.analysis.table import Table
from demo.rendering import render


def section(table: Table, told: Predictions, projection: Projection | None, address: Address) -> str:
    """The whole piece; says so when there is no ink.

    told: the model's answer to the drawing, one row.
    """
    if not told.seen.any():
        return render("drawing", told=None)
    digit = int(told.answers[0])
    matrix = counts.confusion(table)
    named = int(matrix[:, digit].sum())
    return render(
        "drawing",
        told=told,
        digit=digit,
        named=named,
        others=named - int(matrix[digit, digit]),
        mark=round(float(told.probabilities.max()), 4),
        spot=_spot(told, projection),
        pictures=table,
        like=nearest_misread(table, told.seen[0]).indices.tolist(),
        address=address,
    )


def _spot(told: Predictions, projection: Projection | None) -> str:
    """The drawing's place on the map, "" where there is no map."""
    if projection is None:
        return ""
    x, y = np.clip(projection.place(told.features[0]), 0, 1)
    return f"{x:.3f},{y:.3f}"
