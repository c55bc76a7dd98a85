"""Where the ink is on a picture of either polarity, however the light falls, and the paper without it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]

PAPER_WINDOW = 0.12  # side of the opening that finds the paper, as a share of the longer side
INK_LEVEL = 0.4  # of the strongest ink: what counts as ink
FAINTEST = 12  # grey levels that the strongest ink must stand out


@dataclass(frozen=True)
class Ink:
    """A picture taken apart: mask (H, W) is True on ink; paper (H, W) uint8 is what lies below it."""

    mask: Mask
    paper: Grey


def find_ink(image: Grey) -> Ink | None:
    """The ink of (H, W) uint8; None where nothing stands out."""
    level = image.astype(np.float32)
    light_paper = np.median(_border(level)) > (level.min() + level.max()) / 2
    if light_paper:
        level = 255 - level  # ink counts upwards
    paper = _paper(level)
    raised = level - paper
    strongest = np.quantile(raised, 0.999)
    if strongest < FAINTEST:
        return None
    mask: Mask = raised > INK_LEVEL * strongest
    return Ink(mask, (255 - paper if light_paper else paper).round().astype(np.uint8))


def _paper(level: NDArray[np.float32]) -> NDArray[np.float32]:
    window = max(3, int(PAPER_WINDOW * max(level.shape)))
    paper = ndimage.uniform_filter(ndimage.minimum_filter(level, window), window)
    border = _border(level)
    even = np.ptp(border) < FAINTEST  # on an even page the window would fall into thick strokes
    return np.full_like(level, np.median(border)) if even else paper


def _border(level: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([level[0], level[-1], level[:, 0], level[:, -1]])
