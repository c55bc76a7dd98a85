"""Numbers as one hand writes them: a writer's pen strokes side by side, from apart to overlapping, or photographed."""

import gzip
import json
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Grey = NDArray[np.uint8]
Strokes = list[NDArray[np.float64]]  # each (P, 2), x before y, px
Digit = tuple[str, Strokes]

HEIGHT_PX, MARGIN_PX = 100, 60
PENS_PX = (6, 9, 13)
FEWEST = 20  # digits of a writer who may write numbers
GAPS = {"apart": (0.15, 0.45), "near": (0.03, 0.1), "photographed": (0.15, 0.45)}  # of the height, beside the pen
MEETS = {"touching": 0.7, "overlapping": 0.2}  # pen widths between the middles of two pens that meet
KINDS = ("apart", "near", "touching", "overlapping", "photographed")


def by_writer(path: Path) -> dict[str, list[Digit]]:
    """The digits of each writer of a set of pen strokes, by their names; those who wrote few are left out."""
    written: dict[str, list[Digit]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            written[row["writer"]].append((row["label"], [np.array(stroke, float) for stroke in row["strokes"]]))
    return {name: written[name] for name in sorted(written) if len(written[name]) >= FEWEST}


def writers(path: Path) -> list[list[Digit]]:
    """The same without their names."""
    return [*by_writer(path).values()]


def write_number(digits: list[Digit], kind: str, random: Generator) -> tuple[Grey, str]:
    """A picture (H, W) uint8 of 2 to 7 digits of one writer, of 2 where they are to meet, and what it says."""
    length = 2 if kind in MEETS else int(random.integers(2, 8))
    pen = int(random.choice(PENS_PX))
    chosen = [digits[index] for index in random.integers(len(digits), size=length)]
    page: Strokes = []
    for _, strokes in chosen:
        placed = _sized(strokes, random)
        page += _moved(placed, _left(page, placed, kind, pen, random))
    picture = _drawn(page, pen)
    return (_photographed(picture, random) if kind == "photographed" else picture), "".join(
        label for label, _ in chosen
    )


def write_alone(digits: list[Digit], random: Generator) -> tuple[list[Grey], str]:
    """As many digits as a number has, each on a picture of its own, and what they say together."""
    pen = int(random.choice(PENS_PX))
    chosen = [digits[index] for index in random.integers(len(digits), size=int(random.integers(2, 8)))]
    pages = [_moved(_sized(strokes, random), MARGIN_PX) for _, strokes in chosen]
    return [_drawn(page, pen) for page in pages], "".join(label for label, _ in chosen)


def _sized(strokes: Strokes, random: Generator) -> Strokes:
    """A digit about HEIGHT_PX high, its left edge at 0, near the line."""
    points = np.concatenate(strokes)
    low, (width, height) = points.min(0), np.ptp(points, axis=0)
    scale = HEIGHT_PX * random.uniform(0.85, 1.1) / max(height, 0.6 * width, 1e-6)
    down = MARGIN_PX + random.uniform(-8, 8)
    return [(stroke - low) * scale + np.array([0.0, down]) for stroke in strokes]


def _left(page: Strokes, placed: Strokes, kind: str, pen: int, random: Generator) -> float:
    """Where the next digit's left edge comes."""
    if not page:
        return MARGIN_PX
    right = float(np.concatenate(page)[:, 0].max())
    if kind in GAPS:
        return right + random.uniform(*GAPS[kind]) * HEIGHT_PX + pen
    before, after = (np.concatenate([_dense(stroke) for stroke in strokes]) for strokes in (page, placed))
    apart = np.abs(before[:, None] - after[None])  # (P, Q, 2), x before y
    for left in np.arange(right, right - 2 * HEIGHT_PX, -1.0):
        apart_x = np.abs(before[:, None, 0] - after[None, :, 0] - left)
        if np.maximum(apart_x, apart[..., 1]).min() < MEETS[kind] * pen:
            return float(left)
    return right


def _dense(stroke: NDArray[np.float64]) -> NDArray[np.float64]:
    """A stroke with points at most 2 px apart."""
    if len(stroke) < 2:
        return stroke
    pieces = [np.linspace(start, end, max(2, int(np.abs(end - start).max() / 2))) for start, end in pairwise(stroke)]
    return np.concatenate(pieces)


def _moved(strokes: Strokes, left: float) -> Strokes:
    return [stroke + np.array([left, 0.0]) for stroke in strokes]


def _drawn(page: Strokes, pen: int) -> Grey:
    right = np.concatenate(page)[:, 0].max()
    image = Image.new("L", (int(right) + MARGIN_PX, HEIGHT_PX + 2 * MARGIN_PX + 10), 255)
    pencil = ImageDraw.Draw(image)
    for stroke in page:
        points = [(float(x), float(y)) for x, y in stroke]
        if len(points) > 1:
            pencil.line(points, fill=0, width=pen, joint="curve")
        for x, y in points:
            pencil.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=0)
    return np.asarray(image)


def _photographed(picture: Grey, random: Generator) -> Grey:
    """The same on paper in uneven light, half of it squared, a little blurred, in ink of any darkness."""
    height, width = picture.shape
    y, x = np.mgrid[:height, :width]
    waves = np.sin(x / width * random.uniform(0.5, 2) + random.uniform(0, 6)) * np.cos(
        y / height * random.uniform(0.5, 2) + random.uniform(0, 6)
    )
    light = 150 + 60 * waves + random.normal(0, 4, (height, width))
    if random.random() < 0.5:
        light[:, :: int(random.integers(28, 45))] -= 25
        light[:: int(random.integers(28, 45))] -= 25
    blurred = Image.fromarray(255 - picture).filter(ImageFilter.GaussianBlur(1.2))
    ink = np.asarray(blurred, float) / 255
    return np.clip(light * (1 - ink * random.uniform(0.45, 0.8)), 0, 255).astype(np.uint8)
