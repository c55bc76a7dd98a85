"""Writers of the development half, their digits as the net sees them, and which of them are given to learn from."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Generator, Tensor

from core.sets import Picture, PicturesError, draw
from core.train.data import Pictures
from core.train.pictures.extra import Extra, held_out_mask, see
from proof.numbers import pens
from proof.numbers.run import HALVES

FEWEST = 70  # digits of a writer: most are left to read when 30 are given
FEWEST_LEFT = 20
STROKES_MISSING = "ibm/"  # of these writers' digits many lack strokes: a bar with the label 4, a ring with the label 8
PEN_PX, CANVAS_PX = 16, 280  # as the page's own sketches


@dataclass(frozen=True)
class Writer:
    """One writer's digits: images (N, 28, 28) uint8, ink 255; labels (N,) int64. Its name is a number, no person's."""

    name: str
    images: Tensor
    labels: Tensor


def writers(path: Path) -> list[Writer]:
    """Those of the development half who wrote enough; PicturesError when there are none."""
    half = [*pens.by_writer(path).items()][HALVES["development"] :: 2]
    enough = [number for number, (name, digits) in enumerate(half) if len(digits) >= FEWEST and is_whole(name)]
    if not enough:
        raise PicturesError(
            f"{path}: no writer of {FEWEST} digits or more; expected pen strokes with writers, .jsonl.gz"
        )
    return [seen(f"writer {number}", half[number][1]) for number in enough]


def is_whole(name: str) -> bool:
    """Whether a writer's digits have all their strokes."""
    return not name.startswith(STROKES_MISSING)


def seen(name: str, digits: list[pens.Digit]) -> Writer:
    """A writer's digits, drawn as on the page and preprocessed."""
    drawn = [Picture("", label, draw([*map(list, strokes)], PEN_PX, CANVAS_PX)) for label, strokes in digits]
    return Writer(name, see(drawn), torch.tensor([int(label) for label, _ in digits]))


def given(writer: Writer, count: int, turn: int, held_out: float) -> tuple[Extra, Pictures]:
    """`count` of a writer's digits to learn from, others at each turn, and all the others, which nobody learns.

    held_out: the share of what is given that a fine-tuning holds out for its report, as it does for people.
    """
    order = torch.randperm(len(writer.labels), generator=Generator().manual_seed(0)).roll(-turn * count)
    images, labels = writer.images[order], writer.labels[order]
    out = held_out_mask(labels[:count], held_out, seed=0)
    learned, aside = ((images[:count][mask], labels[:count][mask]) for mask in (~out, out))
    return Extra(learned, aside, [""] * int(out.sum()), []), (images[count:], labels[count:])


def gives(writer: Writer, count: int) -> bool:
    """Whether enough others are left when so many digits are given."""
    return len(writer.labels) >= count + FEWEST_LEFT
