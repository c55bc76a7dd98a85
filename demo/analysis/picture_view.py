"""One picture opened, as HTML: probabilities, what mattered, its like in the training set, the other model's answer."""

import numpy as np
from numpy.typing import NDArray

from core.mnist import DataError
from demo.analysis.address import Address
from demo.analysis.table import Table
from demo.answers import understand, understand_views
from demo.answers.neighbours import Neighbours, nearest
from demo.answers.recognizer import Answer
from demo.answers.understand import Reader
from demo.rendering import render


def picture(table: Table, index: int, address: Address, reader: Reader, other: Table | None) -> str:
    """The content of the dialog.

    reader: the table's model, for the heat map.
    other:  the second model's table on the same data, if any.
    """
    seen = table.predictions.seen[index]
    return render(
        "picture",
        called=table.called(index),
        truth=table.truth[index],
        answer=table.answers[index],
        seen=seen,
        shares=table.predictions.probabilities[index].tolist(),
        loss=table.loss[index],
        margin=table.margin[index],
        digit_score=table.predictions.digit_score[index],
        other=other and (other.answers[index], other.confidence[index]),
        tinted=_tinted(table, index, reader) if seen.any() else None,
        near=_nearest(seen),
        address=address,
    )


def _tinted(table: Table, index: int, reader: Reader) -> NDArray[np.uint8]:
    seen = table.predictions.seen[index] / np.float32(255)
    told = Answer(
        int(table.answers[index]),
        table.predictions.probabilities[index],
        seen,
        float(table.predictions.digit_score[index]),
    )
    return understand_views.tinted(seen, understand.occlusion(reader, told))


def _nearest(seen: NDArray[np.uint8]) -> Neighbours | None:
    """None where the training pictures are not on this server."""
    try:
        return nearest((seen / 255).astype(np.float32))
    except DataError:
        return None
