"""Sets of pictures are counted right, and what cannot be read is said."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from core.sets import Picture, PictureSet
from core.train.measure.picture_report import contact_sheet, report_pictures


def picture(label, level):
    return Picture(f"{label}.png", label, np.full((5, 7), level, np.uint8))


def size_of(content):
    with Image.open(io.BytesIO(content)) as image:
        return image.size


def answer(images):
    """Reads the digit that the grey level names; anything above 9 is scored as no digit."""
    level = int(images[0, 0, 0])
    probabilities = torch.nn.functional.one_hot(torch.tensor([level % 10]), 10).float()
    return probabilities, torch.tensor([1.0 if level < 10 else 0.1])


def test_wrong_digits_are_counted_and_drawn(tmp_path):
    found = PictureSet([picture("1", 1), picture("2", 2), picture("3", 4), picture("OTHER:a", 20)], ["x.png: broken"])
    text = report_pictures(answer, found, tmp_path / "sheet.png")
    assert "33.33% (1 of 3;" in text
    assert "could not read x.png: broken" in text
    assert "AUROC of digit_score 1.000" in text
    assert "wrote 1 misread picture to " in text
    assert size_of((tmp_path / "sheet.png").read_bytes())[0] > 0


def test_a_set_without_a_readable_picture_is_refused():
    with pytest.raises(ValueError, match=r"no picture .* a\.png: broken"):
        report_pictures(answer, PictureSet([], ["a.png: broken"]))


def test_sheet_grows_by_rows():
    sizes = [
        Image.open(io.BytesIO(contact_sheet([picture("1", 0)] * n, ["1 read as 7"] * n))).size for n in (1, 10, 11)
    ]
    assert sizes[0] == sizes[1]
    assert sizes[2][1] == 2 * sizes[1][1]
