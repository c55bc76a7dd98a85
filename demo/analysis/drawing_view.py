"""Mistakes like the visitor's drawing, as HTML."""

import numpy as np

from demo.analysis import counts, markup
from demo.analysis.address import Address
from demo.analysis.drawing import nearest_misread
from demo.analysis.projection import Projection
from demo.analysis.table import Table
from demo.message import data_url
from demo.predictions import Predictions

NO_MISTAKE = "<p>None of these pictures is misread, so there is no mistake like it.</p>"


def section(table: Table, told: Predictions, projection: Projection | None, address: Address) -> str:
    """The whole piece; says so when there is no ink.

    told: the model's answer to the drawing, one row.
    """
    if not told.seen.any():
        return "<p>Your drawing is empty: draw a digit in the first tab, then come back.</p>"
    digit, sure = int(told.answers[0]), float(told.probabilities.max())
    matrix = counts.confusion(table)
    named, right = int(matrix[:, digit].sum()), int(matrix[digit, digit])
    column = markup.link(address.to(answer=digit, truth=None, only="wrong"), f"{named - right} of {named:,}")
    like = nearest_misread(table, told.seen[0])
    cards = "".join(
        f"<li>{markup.link(address.to(picture=int(index)), _image(table, int(index)))}"
        f"<span>{table.truth[index]} → {table.answers[index]}</span></li>"
        for index in like.indices
    )
    return (
        f"<h2>Mistakes like your drawing</h2><p>It is read as {digit}: it stands in column {digit} of the confusion "
        f"matrix, where {column} pictures are in truth another digit. {_elsewhere(told, projection, address, sure)}</p>"
        + (f'<ol class="neighbours" data-testid="like-drawing">{cards}</ol>' if cards else NO_MISTAKE)
    )


def _elsewhere(told: Predictions, projection: Projection | None, address: Address, sure: float) -> str:
    """Links to the drawing's place on the calibration curves and on the map."""
    address = address.to(mark=round(sure, 4))
    curve = markup.link(address.to(show="calibration"), "the calibration curves")
    if projection is None:
        return f"See it on {curve}."
    x, y = np.clip(projection.place(told.features[0]), 0, 1)
    there = markup.link(address.to(show="map", spot=f"{x:.3f},{y:.3f}"), "the map")
    return f"See it on {curve} and on {there}."


def _image(table: Table, index: int) -> str:
    url = data_url(table.predictions.seen[index])
    name = f"Picture {index}: a {table.truth[index]} read as {table.answers[index]}"
    return f'<img class="enlarged" src="{url}" width="56" height="56" alt="{name}">'
