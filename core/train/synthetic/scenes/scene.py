"""Pictures of digits, numbers and of what is neither, on the finder's working canvas, with the truth of every cell."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from core.train.synthetic.scenes import camera, layout, marks
from core.train.synthetic.scenes.camera import Levels
from core.train.synthetic.scenes.layout import NOBODY, Digits, Page

FINE = 2  # px that are drawn for each cell, along each side
SHARED = -2  # owner where two parts cover a cell alike
MOST = 40  # digits and marks on one picture
NARROWEST = 0.12  # width of a picture in widths of its canvas, as of a 1 that is cut to its ink

# Canvases in cells, each as often: mostly the two sizes that the reader looks at.
CANVASES = ((64, 64),) * 6 + ((64, 192),) * 5 + ((96, 96), (80, 80), (48, 144), (64, 128), (112, 80))


@dataclass(frozen=True)
class Truth:
    """One picture and its truth, on a canvas of h x w cells.

    level:   (h, w) uint8 brightness, as the picture shows it; 0 outside.
    inside:  (h, w) uint8 0 to 255, what share of a cell the picture fills.
    ink:     (h, w) uint8, share that digits cover.
    other:   (h, w) uint8, share that other marks cover.
    owner:   (h, w) int8, the part that owns the cell's ink, -1 for nobody's, -2 where two could.
    boxes:   (MOST, 4) float32 top, left, bottom, right in cells, ends excluded; 0 beyond the parts there are.
    labels:  (MOST,) int8, 0 to 9, 10 for a letter or a sign, -1 beyond the parts there are.
    """

    level: NDArray[np.uint8]
    inside: NDArray[np.uint8]
    ink: NDArray[np.uint8]
    other: NDArray[np.uint8]
    owner: NDArray[np.int8]
    boxes: NDArray[np.float32]
    labels: NDArray[np.int8]


def draw(digits: Digits, canvas: tuple[int, int], seed: tuple[int, ...]) -> Truth:
    """One picture on a canvas of (h, w) cells; equal seeds give equal pictures."""
    random = default_rng(seed)
    height, width = _inside(canvas, random)
    page = Page.blank(height * FINE, width * FINE)
    kind = _write(page, digits, canvas, random)
    level = camera.drawing(page, random) if kind == "bitmap" or random.random() < 0.4 else camera.photo(page, random)
    if random.random() < 0.2:
        level, page = camera.bars(level, page, random)
    level = _handed_over(level, page, kind, random)
    return _on_canvas(page, level, canvas)


def _inside(canvas: tuple[int, int], random: Generator) -> tuple[int, int]:
    """Height and width of the picture in cells: one of them fills the canvas, but for a rounding."""
    height, width = canvas
    if random.random() < 0.5:
        return height, width
    if random.random() < 0.6:
        return height, max(round(width * random.uniform(NARROWEST, 1)), 8)
    return max(round(height * random.uniform(0.35, 1)), 8), width


def _write(page: Page, digits: Digits, canvas: tuple[int, int], random: Generator) -> str:
    """Fill a page; returns "bitmap" for what programs hand over as it is, else "page"."""
    hand = marks.any_hand(random)
    square = canvas[0] == canvas[1] == 64
    share = random.random()
    if share < 0.07:
        _nothing(page, hand, random)
        return "page"
    if square and share < 0.3:
        layout.tight_digit(page, digits, hand, random)
        return "bitmap" if random.random() < 0.6 else "page"
    if (square and share < 0.8) or share < 0.15:
        fill = (0.5, 1.0) if random.random() < 0.5 else (0.12, 0.6)
        layout.one_digit(page, digits, hand, random, fill)
    elif share < 0.9 or not square:
        height = canvas[0]
        lines = 1 if height <= 64 else int(random.integers(1, 4))
        layout.numbers(page, digits, hand, random, lines)
    else:
        layout.letters(page, hand, random, int(random.integers(1, 4)))
    _around(page, digits, hand, random)
    return "page"


def _nothing(page: Page, hand: marks.Hand, random: Generator) -> None:
    """No digit: an empty page, an empty cell or ring, letters."""
    kind = random.random()
    if kind < 0.35:
        layout.cell(page, random)
    elif kind < 0.55:
        layout.ring(page, random)
    elif kind < 0.85:
        layout.letters(page, hand, random, int(random.integers(1, 3)))


def _around(page: Page, digits: Digits, hand: marks.Hand, random: Generator) -> None:
    """What lies around digits: cells, rings, lines, digits that the edge cuts."""
    kind = random.random()
    if kind < 0.16:
        layout.cell(page, random)
    elif kind < 0.32:
        layout.ring(page, random)
    elif kind < 0.42:
        layout.neighbours(page, digits, hand, random)
    elif kind < 0.48:
        layout.underline(page, hand, random)


def _handed_over(level: Levels, page: Page, kind: str, random: Generator) -> Levels:
    """Another resolution, down to digits a few px high, JPEG, and rounding to 8 bits."""
    lowest = min((box[2] - box[0] for box in page.boxes), default=level.shape[0] / 2)
    if random.random() < (0.5 if kind == "bitmap" else 0.25):
        coarsest = min((6 if kind == "bitmap" else 9) / max(lowest, 1), 0.9 / FINE)
        level = camera.at_resolution(level, float(np.exp(random.uniform(np.log(coarsest), np.log(0.9 / FINE)))))
    if random.random() < 0.25:
        level = camera.jpeg(level, int(random.integers(10, 80)))
    return np.clip(level, 0, 1)


def _on_canvas(page: Page, level: NDArray[np.float32], canvas: tuple[int, int]) -> Truth:
    height, width = level.shape[0] // FINE, level.shape[1] // FINE
    top, left = (canvas[0] - height) // 2, (canvas[1] - width) // 2

    def cells(values: NDArray[np.float32]) -> NDArray[np.uint8]:
        mean = cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA)
        return _padded((mean * 255).round().astype(np.uint8), canvas, top, left, 0)

    ink = cells(page.ink)
    boxes, labels = np.zeros((MOST, 4), np.float32), np.full(MOST, -1, np.int8)
    count = min(len(page.labels), MOST)
    if count:
        boxes[:count] = np.array(page.boxes[:count]) / FINE + [top, left, top, left]
        labels[:count] = page.labels[:count]
    owner = _owners(page)
    return Truth(cells(level), _padded(np.full((height, width), 255, np.uint8), canvas, top, left, 0), ink,
                 cells(page.other), _padded(owner, canvas, top, left, NOBODY), boxes, labels)  # fmt: skip


def _owners(page: Page) -> NDArray[np.int8]:
    """The digit with the most ink in each cell; -2 where a second has nearly as much of it."""
    ink, second, owner = (_by_place(values) for values in (page.part, page.second, page.owner))
    found = np.take_along_axis(owner, ink.argmax(0)[None], 0)[0].astype(np.int8)
    bodies = np.where(ink > layout.INKED, owner, found)
    shared = (second.max(0) > 0.5 * ink.max(0)) | (bodies.min(0) != bodies.max(0))
    found[shared & (found >= 0)] = SHARED
    return found


def _by_place(values: NDArray[Any]) -> NDArray[Any]:
    """(h FINE, w FINE) -> (FINE FINE, h, w): each cell's px along the first axis."""
    return np.stack([values[y::FINE, x::FINE] for y in range(FINE) for x in range(FINE)])


def _padded(values: NDArray[Any], canvas: tuple[int, int], top: int, left: int, fill: int) -> NDArray[Any]:
    height, width = values.shape
    return cv2.copyMakeBorder(
        values, top, canvas[0] - height - top, left, canvas[1] - width - left, cv2.BORDER_CONSTANT, value=fill
    )
