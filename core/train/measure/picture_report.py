"""What a recogniser makes of a set of pictures, as text and as a sheet of the misread ones."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from sklearn.metrics import roc_auc_score
from torch import Tensor

from core.files import write_atomic
from core.sets import Picture, PictureSet
from core.train.measure.metrics import Count, expected_calibration_error
from core.wording import counted

CELL_PX = 96
CAPTION_PX = 14
COLUMNS = 10


def report_pictures(
    answer: Callable[[Tensor], tuple[Tensor, Tensor]], found: PictureSet, sheet: Path | None = None
) -> str:
    """Read every picture and say how many are wrong, how well calibrated, and how well non-digits are told apart.

    Labels of one digit are digits, all others ("OTHER:a") are no digits.
    """
    if not found.pictures:
        raise ValueError("no picture of the set could be read: " + "; ".join(found.unreadable[:3]))
    results = [answer(torch.from_numpy(np.array(picture.image))[None]) for picture in found.pictures]
    probabilities = torch.cat([result[0] for result in results])
    scores = torch.cat([result[1] for result in results])
    is_digit = torch.tensor([is_digit_label(picture.label) for picture in found.pictures])
    lines = [f"could not read {sentence}" for sentence in found.unreadable]
    if is_digit.any():
        lines += _digit_lines(found.pictures, probabilities, is_digit, sheet)
    if is_digit.any() and not is_digit.all():
        lines.append(f"AUROC of digit_score {roc_auc_score(is_digit.numpy(), scores.numpy()):.3f}")
    if not is_digit.all():
        strangers = scores[~is_digit]
        lines.append(f"digit_score of {counted(len(strangers), 'non-digit')}: median {float(strangers.median()):.3f}")
    return "\n".join(lines)


def is_digit_label(label: str) -> bool:
    """Whether a label names one digit."""
    return len(label) == 1 and label in "0123456789"


def _digit_lines(pictures: list[Picture], probabilities: Tensor, is_digit: Tensor, sheet: Path | None) -> list[str]:
    digits = [picture for picture, keep in zip(pictures, is_digit.tolist(), strict=True) if keep]
    labels = torch.tensor([int(picture.label) for picture in digits])
    probabilities = probabilities[is_digit]
    answers = probabilities.argmax(1)
    wrong = (answers != labels).nonzero()[:, 0].tolist()
    lines = [
        f"error {Count(len(wrong), len(labels))}",
        f"expected calibration error {expected_calibration_error(probabilities, labels):.2%} (15 bins)",
    ]
    if sheet:
        captions = [f"{digits[index].label} read as {int(answers[index])}" for index in wrong]
        write_atomic(sheet, contact_sheet([digits[index] for index in wrong], captions))
        lines.append(f"wrote {counted(len(wrong), 'misread picture')} to {sheet}")
    return lines


def contact_sheet(pictures: list[Picture], captions: list[str], columns: int = COLUMNS) -> bytes:
    """Pictures in a grid, each with a caption below it, as the bytes of a PNG."""
    content = io.BytesIO()
    grid(pictures, captions, columns).save(content, format="png")
    return content.getvalue()


def grid(pictures: list[Picture], captions: list[str], columns: int = COLUMNS) -> Image.Image:
    """The same as a picture."""
    rows = max(1, -(-len(pictures) // columns))
    sheet = Image.new("L", (columns * CELL_PX, rows * (CELL_PX + CAPTION_PX)), 255)
    pencil = ImageDraw.Draw(sheet)
    for index, (picture, caption) in enumerate(zip(pictures, captions, strict=True)):
        left, top = index % columns * CELL_PX, index // columns * (CELL_PX + CAPTION_PX)
        small = Image.fromarray(picture.image)
        small.thumbnail((CELL_PX - 4, CELL_PX - 4))
        sheet.paste(small, (left + 2, top + 2))
        pencil.text((left + 2, top + CELL_PX), caption, fill=0)
    return sheet
