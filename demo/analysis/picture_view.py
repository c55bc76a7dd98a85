"""One picture opened, as HTML: probabilities, what mattered, its like in the training set, the other model's answer."""

import numpy as np
from numpy.typing import NDArray

from demo import understand, understand_views
from demo.analysis import markup
from demo.analysis.address import Address
from demo.analysis.table import Table
from demo.message import data_url
from demo.mnist import DataError
from demo.neighbours import nearest
from demo.recognizer import Answer
from demo.understand import Reader
from demo.views import percent


def picture(table: Table, index: int, address: Address, reader: Reader, other: Table | None) -> str:
    """The content of the dialog.

    reader: the table's model, for the heat map.
    other:  the second model's table on the same data, if any.
    """
    truth, answer = int(table.truth[index]), int(table.answers[index])
    seen = table.predictions.seen[index]
    return (
        f'<p class="close">{markup.link(address.to(page=address.page), "Close", style="closing")}</p>'
        f'<h2 id="analysis-picture-name">Picture {index:,}: a {truth} read as {answer}</h2>'
        f'<div class="opened"><img class="enlarged" src="{data_url(seen)}" width="224" height="224" '
        f'alt="Picture {index}, enlarged">{_probabilities(table, index)}</div>'
        f"{_sentences(table, index, other)}"
        f"<h3>What mattered</h3>{_heat(table, index, reader)}"
        f"<h3>The most similar training pictures</h3>{_neighbours(seen)}"
    )


def _probabilities(table: Table, index: int) -> str:
    shares = table.predictions.probabilities[index]
    rows = [
        (
            str(digit),
            f'<svg class="bar-cell" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect class="bar" width="{100 * float(share):.1f}" height="12"/></svg>',
            percent(float(share)),
        )
        for digit, share in enumerate(shares)
    ]
    return markup.table("How likely was each digit?", ("Digit", "", "Probability"), rows)


def _sentences(table: Table, index: int, other: Table | None) -> str:
    words = f"Loss {table.loss[index]:.3f}, margin {percent(float(table.margin[index]), 1)}, digit score "
    words += f"{table.predictions.digit_score[index]:.3f}."
    if other is not None:
        words += f" The other model reads {other.answers[index]}, {percent(float(other.confidence[index]), 1)} sure."
    return f"<p>{words}</p>"


def _heat(table: Table, index: int, reader: Reader) -> str:
    seen = table.predictions.seen[index] / np.float32(255)
    if not seen.any():
        return "<p>There is no ink on it.</p>"
    told = Answer(
        int(table.answers[index]),
        table.predictions.probabilities[index],
        seen,
        float(table.predictions.digit_score[index]),
    )
    return understand_views.heat_map(seen, understand.occlusion(reader, told))


def _neighbours(seen: NDArray[np.uint8]) -> str:
    try:
        return understand_views.neighbours(nearest((seen / 255).astype(np.float32)))
    except DataError:
        return "<p>The training pictures are not on this server.</p>"
