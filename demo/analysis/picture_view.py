"""One picture opened, as HTML: probabilities, what mattered, its like in the training set, the other model's answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.mnist import DataError
from demo.analysis.address import Address
from demo.analysis.table import Table
from demo.answers import understand, understand_views
from demo.answers.neighbours import Neighbours, nearest_of_each
from demo.answers.recognizer import Answer
from demo.answers.understand import Reader
from demo.rendering import render


@dataclass(frozen=True)
class Explained:
    """What the model looked at, and what is like it.

    tinted: (28, 28, 3) uint8, the ink that mattered in colour; None where there is no ink.
    near:   None where the training pictures are not on this server.
    """

    tinted: NDArray[np.uint8] | None
    near: Neighbours | None


def explain(table: Table, indices: Sequence[int], reader: Reader) -> list[Explained]:
    """What explains each of some pictures of a table. reader: the table's model."""
    seen = table.predictions.seen[list(indices)]
    tinted = [_tinted(table, index, reader) if one.any() else None for index, one in zip(indices, seen, strict=True)]
    return [Explained(*pair) for pair in zip(tinted, _nearest(seen), strict=True)]


def picture(table: Table, index: int, address: Address, explained: Explained | None, other: Table | None) -> str:
    """The content of the dialog. explained: None where nothing can be; other: the second model's table, if any."""
    return render(
        "picture",
        called=table.called(index),
        truth=table.truth[index],
        answer=table.answers[index],
        seen=table.predictions.seen[index],
        shares=table.predictions.probabilities[index].tolist(),
        loss=table.loss[index],
        margin=table.margin[index],
        digit_score=table.predictions.digit_score[index],
        other=other and (other.answers[index], other.confidence[index]),
        explained=explained,
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
    return understand_views.tinted(seen, understand.heat_map(reader, told))


def _nearest(seen: NDArray[np.uint8]) -> Sequence[Neighbours | None]:
    """For each of (N, 28, 28), as in Explained."""
    try:
        return nearest_of_each((seen / 255).astype(np.float32))
    except DataError:
        return [None] * len(seen)
