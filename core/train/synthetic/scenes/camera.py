"""A written page -> the picture that a person sends of it: paper, light, bars, another resolution, noise, JPEG."""

from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.train.synthetic.scenes.layout import Page
from core.train.synthetic.scenes.marks import Ink, coverage

Levels = NDArray[np.float32]  # (H, W) brightness, 0 to 1


def drawing(page: Page, random: Generator) -> Levels:
    """A drawing program's picture or a clean bitmap: even paper, even ink, any two levels with enough between them."""
    ink = np.maximum(page.ink, page.other * random.uniform(0.5, 1.0))
    if random.random() < 0.15:
        ink = (ink > random.uniform(0.25, 0.65)).astype(np.float32)
    if random.random() < 0.55:
        paper, mark = 1.0, 0.0
    else:
        paper = random.uniform(0.4, 1.0)
        mark = paper - random.uniform(0.06 if random.random() < 0.3 else 0.25, 1.0) * paper
    level = paper + (mark - paper) * ink
    return (1 - level if random.random() < 0.5 else level).astype(np.float32)


def photo(page: Page, random: Generator) -> Levels:
    """A photo or scan of paper, sometimes squared or ruled, in any light, with ink from faint pencil to marker."""
    darkness = float(np.exp(random.uniform(np.log(0.07), np.log(0.95))))
    height, width = page.ink.shape
    coarse = random.random((max(height // 6, 2), max(width // 6, 2)), np.float32)
    pencil = 1 - random.uniform(0, 0.45) * cv2.resize(coarse, (width, height))
    other = page.other * random.uniform(0.4, 1.1)
    marks = np.maximum(page.ink, other) * pencil * darkness
    marks = np.maximum(marks, ruling(height, width, random) * darkness * random.uniform(0.15, 0.7))
    marks = np.maximum(marks, specks(height, width, random) * darkness)
    level = light(height, width, random) * (1 - np.clip(marks, 0, 1))
    blur = random.uniform(0, 0.04) * min((box[2] - box[0] for box in page.boxes), default=height / 3)
    if blur > 0.4:
        level = cv2.GaussianBlur(level, (0, 0), blur)
    grain = np.exp(random.uniform(np.log(0.002), np.log(0.05))) * (0.25 + 0.75 * darkness)
    level = level + grain * random.standard_normal((height, width), np.float32)
    return (1 - level if random.random() < 0.08 else level).astype(np.float32)


def ruling(height: int, width: int, random: Generator) -> Ink:
    """Squared or ruled paper in half of the pictures: straight lines at even distances, a little turned."""
    canvas = np.zeros((height, width), np.uint8)
    if random.random() < 0.55:
        return coverage(canvas)
    pitch, thickness = random.uniform(0.08, 0.5) * height, max(round(random.uniform(0.002, 0.02) * height), 1)
    tilt, start = random.normal(0, 0.02), random.uniform(0, pitch)
    for y in np.arange(start - pitch, height + pitch, pitch):
        cv2.line(canvas, (0, round(y)), (width, round(y + tilt * width)), 255, thickness, cv2.LINE_AA)
    if random.random() < 0.6:
        for x in np.arange(random.uniform(0, pitch) - pitch, width + pitch, pitch):
            cv2.line(canvas, (round(x), 0), (round(x - tilt * height), height), 255, thickness, cv2.LINE_AA)
    return coverage(canvas)


def specks(height: int, width: int, random: Generator) -> Ink:
    """Dust: a few tiny dots in a third of the pictures."""
    canvas = np.zeros((height, width), np.uint8)
    for _ in range(random.integers(1, 12) if random.random() < 0.35 else 0):
        place = int(random.integers(width)), int(random.integers(height))
        cv2.circle(
            canvas, place, max(round(random.uniform(0.003, 0.014) * height), 1), int(random.integers(90, 256)), -1
        )
    return coverage(canvas)


def light(height: int, width: int, random: Generator) -> Levels:
    """Brightness of the empty page: exposure, a slope, a vignette, slow waves, a shadow's edge, the desk beside it."""
    rows, columns = height // 2 + 1, width // 2 + 1  # light is smooth: half the resolution will do
    y, x = np.linspace(-1, 1, rows, dtype=np.float32)[:, None], np.linspace(-1, 1, columns, dtype=np.float32)[None]
    level = np.full((rows, columns), random.uniform(0.35, 1.0), np.float32)
    angle = random.uniform(0, 6.28)
    level *= 1 - random.uniform(0, 0.4) * (1 + np.cos(angle) * x + np.sin(angle) * y) / 2
    if random.random() < 0.4:
        level *= 1 - random.uniform(0, 0.35) * (x**2 + y**2) / 2
    if random.random() < 0.3:
        fx, fy, px, py = random.uniform(0.5, 3, 2).tolist() + random.uniform(0, 6.28, 2).tolist()
        level *= 1 + random.uniform(0.05, 0.25) * np.sin(fx * x + px) * np.cos(fy * y + py)
    if random.random() < 0.3:
        level *= _edge(x, y, random, random.uniform(0.02, 0.5), random.uniform(0.5, 0.95))
    if random.random() < 0.12:
        level *= _edge(x, y, random, 0.02, random.uniform(0.1, 0.7), random.uniform(0.7, 1.1))
    return cv2.resize(level, (width, height))


def _edge(
    x: Levels, y: Levels, random: Generator, softness: float, beyond: float, where: float | None = None
) -> Levels:
    """1 on one side of a straight edge, `beyond` on the other."""
    angle = random.uniform(0, 6.28)
    place = random.uniform(-0.8, 0.8) if where is None else where
    share = np.clip((np.cos(angle) * x + np.sin(angle) * y - place) / softness, 0, 1)
    return (1 + (beyond - 1) * share).astype(np.float32)


def bars(level: Levels, page: Page, random: Generator) -> tuple[Levels, Page]:
    """Bars or a frame of one level around the picture, as screens, scanners and croppers leave them."""
    height, width = level.shape
    shares = (
        random.uniform(0.01, 0.3, 4) * (random.random(4) < 0.5)
        if random.random() < 0.6
        else np.full(4, random.uniform(0.01, 0.15))
    )
    if random.random() < 0.3:
        shares[:2] = 0
    top, bottom, left, right = (
        round(share * side) for share, side in zip(shares, (height, height, width, width), strict=True)
    )
    value = float(random.choice([0.0, 1.0, random.random()], p=[0.45, 0.4, 0.15]))
    size = max(width - left - right, 8), max(height - top - bottom, 8)

    def inner(values: NDArray[Any], fill: float, how: int) -> NDArray[Any]:
        small = cv2.resize(values, size, interpolation=how)
        return cv2.copyMakeBorder(
            small, top, height - top - size[1], left, width - left - size[0], cv2.BORDER_CONSTANT, value=fill
        )

    area = cv2.INTER_AREA
    framed = Page(
        inner(page.ink, 0, area),
        inner(page.other, 0, area),
        inner(page.part, 0, area),
        inner(page.owner, -1, cv2.INTER_NEAREST),
        inner(page.second, 0, area),
    )
    scale_y, scale_x = size[1] / height, size[0] / width
    framed.boxes = [
        (box[0] * scale_y + top, box[1] * scale_x + left, box[2] * scale_y + top, box[3] * scale_x + left)
        for box in page.boxes
    ]
    framed.labels = page.labels
    return inner(level, value, area), framed


def at_resolution(level: Levels, px: float) -> Levels:
    """The picture as `px` px of its own for each px here would show it: coarser ones lose their detail."""
    if px >= 1:
        return level
    size = max(round(level.shape[1] * px), 1), max(round(level.shape[0] * px), 1)
    small = cv2.resize(level, size, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, level.shape[::-1], interpolation=cv2.INTER_LINEAR)


def jpeg(level: Levels, quality: int) -> Levels:
    """What JPEG leaves of a picture."""
    _, content = cv2.imencode(
        ".jpg", (np.clip(level, 0, 1) * 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    left = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE)
    assert left is not None
    return coverage(left)
