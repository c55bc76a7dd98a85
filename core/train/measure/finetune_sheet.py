"""The pictures that a fine-tuning fixed and broke, with the answers before and after, as one PNG."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from core.pictures import Grey
from core.sets import Picture
from core.train.measure.change import Change
from core.train.measure.picture_report import CELL_PX, COLUMNS, grid
from core.train.synthetic.people import NO_DIGIT
from core.wording import counted

SHOWN = 40  # pictures of a kind: four rows
LARGER = 3  # times the 28 px of what the net sees
HEADING_PX, MARGIN_PX = 26, 6


@dataclass(frozen=True)
class Compared:
    """A set's pictures (N, 28, 28) uint8, ink 255; the answers before and after (N,); and what changed between them."""

    images: Tensor
    before: Tensor
    after: Tensor
    change: Change


def changed_sheet(conclusion: str, sets: list[Compared]) -> bytes:
    """The conclusion, and for each set McNemar's verdict, then what was fixed and what was broken: a PNG's bytes."""
    bands = [_heading(conclusion)]
    for one in sets:
        bands.append(_heading(verdict(one.change)))
        for kind, indexes in (("fixed", one.change.fixed), ("broken", one.change.broken)):
            if indexes:
                bands += [_heading(f"    {kind}{_of(len(indexes))}"), _pictures(one, indexes[:SHOWN])]
    sheet = Image.new("L", (COLUMNS * CELL_PX, sum(band.height for band in bands)), 255)
    top = 0
    for band in bands:
        sheet.paste(band, (0, top))
        top += band.height
    content = io.BytesIO()
    sheet.save(content, format="png")
    return content.getvalue()


def verdict(change: Change) -> str:
    """What changed on a set, in one line."""
    return (
        f"{change.name[:1].upper()}{change.name[1:]}, {counted(change.after.n, 'picture')}: {len(change.fixed)} fixed, "
        f"{len(change.broken)} broken; McNemar's p = {change.p:.2g}: {change.verdict}"
    )


def caption(before: int, after: int) -> str:
    """Both answers to one picture."""
    was, now = ("none" if answer == NO_DIGIT else str(answer) for answer in (before, after))
    return f"was {was}, now {now}"


def _of(count: int) -> str:
    return f", the first {SHOWN} of {count}" if count > SHOWN else ""


def _pictures(one: Compared, indexes: list[int]) -> Image.Image:
    said = [caption(int(one.before[index]), int(one.after[index])) for index in indexes]
    return grid([Picture("", "", _paper(one.images[index])) for index in indexes], said)


def _paper(image: Tensor) -> Grey:
    """Ink (28, 28) as black on white, large enough to look at."""
    return np.asarray((255 - image).numpy().repeat(LARGER, 0).repeat(LARGER, 1))


def _heading(text: str) -> Image.Image:
    band = Image.new("L", (COLUMNS * CELL_PX, HEADING_PX), 255)
    ImageDraw.Draw(band).text((MARGIN_PX, MARGIN_PX), text, fill=0, font=ImageFont.load_default(14))
    return band
