"""The picture of a fine-tuning shows each picture that changed, with both answers and the verdict."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from core.train.measure import finetune_sheet
from core.train.measure.change import change
from core.train.measure.finetune_sheet import HEADING_PX, Compared, caption, changed_sheet, verdict
from core.train.measure.picture_report import CAPTION_PX, CELL_PX, COLUMNS

ROW_PX = CELL_PX + CAPTION_PX


def compared(fixed, broken, n=100):
    """A set of zeros of which the first are fixed, once read as 1, and the last broken, now no digit."""
    before, after = torch.zeros(n, dtype=torch.int64), torch.zeros(n, dtype=torch.int64)
    before[:fixed], after[n - broken :] = 1, 10
    images = torch.full((n, 28, 28), 255, dtype=torch.uint8)
    return Compared(images, before, after, change("a set", before, after, torch.zeros(n, dtype=torch.int64)))


def drawn(*sets):
    return np.asarray(Image.open(io.BytesIO(changed_sheet("what came of it", list(sets)))))


CASES = {  # fixed, broken -> headings and rows of pictures below the conclusion
    "nothing changed": ((0, 0), 1, 0),
    "fixed only": ((3, 0), 2, 1),
    "both": ((COLUMNS + 1, 2), 3, 3),
    "more than are shown": ((finetune_sheet.SHOWN + 1, 0), 2, finetune_sheet.SHOWN // COLUMNS),
}


@pytest.mark.parametrize(("counts", "headings", "rows"), CASES.values(), ids=CASES.keys())
def test_every_changed_picture_has_its_place(counts, headings, rows):
    assert drawn(compared(*counts)).shape[0] == (1 + headings) * HEADING_PX + rows * ROW_PX


def test_the_changed_pictures_are_drawn_and_no_others():
    sheet = drawn(compared(2, 1))
    top = 3 * HEADING_PX  # the conclusion, the verdict, "fixed"
    ink = [bool((sheet[top + 40, CELL_PX * place + 40]) < 128) for place in range(4)]
    assert ink == [True, True, False, False]


def test_both_sets_follow_each_other():
    one, two = compared(1, 0), compared(0, 1)
    assert drawn(one, two).shape[0] == drawn(one).shape[0] + drawn(two).shape[0] - HEADING_PX


def test_the_title_has_mcnemars_verdict():
    assert verdict(compared(8, 0).change) == ("A set, 100 pictures: 8 fixed, 0 broken; McNemar's p = 0.0078: better")


def test_both_answers_stand_below_a_picture():
    assert caption(1, 7) == "was 1, now 7"
    assert caption(10, 7) == "was none, now 7"
