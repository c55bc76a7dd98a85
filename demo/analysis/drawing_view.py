"""Mistakes like the visitor's drawing, as HTML."""

from demo.analysis import counts, markup
from demo.analysis.address import Address
from demo.analysis.drawing import nearest_misread
from demo.analysis.table import Table
from demo.message import data_url
from demo.recognizer import Answer


def section(table: Table, answer: Answer, address: Address) -> str:
    """The whole piece; says so when there is no ink."""
    if answer.blank:
        return "<p>Your drawing is empty: draw a digit in the first tab, then come back.</p>"
    digit, sure = int(answer.probabilities.argmax()), float(answer.probabilities.max())
    matrix = counts.confusion(table)
    named, right = int(matrix[:, digit].sum()), int(matrix[digit, digit])
    column = markup.link(address.to(answer=digit, truth=None, only="wrong"), f"{named - right} of {named:,}")
    curve = markup.link(address.to(show="calibration", mark=round(sure, 4)), "See it on the calibration curves")
    like = nearest_misread(table, answer.seen)
    cards = "".join(
        f"<li>{markup.link(address.to(picture=int(index)), _image(table, int(index)))}"
        f"<span>{table.truth[index]} → {table.answers[index]}</span></li>"
        for index in like.indices
    )
    return (
        f"<h2>Mistakes like your drawing</h2><p>It is read as {digit}: it stands in column {digit} of the confusion "
        f"matrix, where {column} pictures are in truth another digit. {curve}.</p>"
        f'<ol class="neighbours" data-testid="like-drawing">{cards}</ol>'
    )


def _image(table: Table, index: int) -> str:
    url = data_url(table.predictions.seen[index])
    name = f"Picture {index}: a {table.truth[index]} read as {table.answers[index]}"
    return f'<img class="enlarged" src="{url}" width="56" height="56" alt="{name}">'
