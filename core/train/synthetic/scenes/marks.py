"""Ink of one digit, letter or sign as an array, from MNIST's pictures or from pen strokes, with any pen.

All marks are (h, w) float32 in [0, 1], 1 where ink covers the whole px, cut to their ink. Sizes are in px.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from HersheyFonts import HersheyFonts  # type: ignore[import-untyped]
from numpy.random import Generator
from numpy.typing import NDArray

from core.train.synthetic.penstrokes import DIGITS_TOO, FACES, LETTERS, LIKE_DIGITS
from core.train.synthetic.styles import STYLES

Ink = NDArray[np.float32]
Points = NDArray[np.float64]  # (P, 2), x to the right, y down

DRAWN = 2.5  # times their height, so large are strokes drawn before they are averaged down; and, that their
THINNEST_PX = 3  # width is drawn right, at least this wide,
DRAWN_PX = 56, 240  # within these limits
ENLARGED = 4  # of MNIST's px, before its digits are turned and their pens changed
CURVE_STEPS = 5  # straight pieces between two points of a curve
SIGNS: dict[str, list[list[tuple[float, float]]]] = {
    ".": [[(0, 0), (0.02, 0)]],
    ",": [[(0.05, 0), (0.05, 0.06), (0, 0.16)]],
    ":": [[(0, 0), (0.02, 0)], [(0, 0.4), (0.02, 0.4)]],
    "-": [[(0, 0), (0.45, 0)]],
    "=": [[(0, 0), (0.45, 0)], [(0, 0.2), (0.45, 0.2)]],
    "+": [[(0, 0.25), (0.5, 0.25)], [(0.25, 0), (0.25, 0.5)]],
    "/": [[(0.5, 0), (0, 1.15)]],
    "(": [[(0.25, 0), (0.05, 0.3), (0.05, 0.8), (0.25, 1.15)]],
    ")": [[(0, 0), (0.2, 0.3), (0.2, 0.8), (0, 1.15)]],
    "x": [[(0, 0), (0.4, 0.4)], [(0.4, 0), (0, 0.4)]],
    "%": [[(0.7, 0), (0, 1)], [(0.1, 0), (0, 0.1), (0.1, 0.25), (0.2, 0.1), (0.1, 0)],
          [(0.6, 0.7), (0.5, 0.85), (0.6, 1), (0.7, 0.85), (0.6, 0.7)]],
}  # fmt: skip
BASELINE = {".": 0.95, ",": 0.92, ":": 0.5, "-": 0.5, "=": 0.42, "+": 0.3, "/": -0.08, "(": -0.08, ")": -0.08,
            "x": 0.45, "%": 0.0}  # top of a sign, in heights of the digits beside it  # fmt: skip


@dataclass(frozen=True)
class Hand:
    """How one person writes: the pen's width as a share of a digit's height, slant, and whose digits.

    pen:     0.016 to 0.25.
    slant:   x by which a stroke leans for each y.
    strokes: whether digits are drawn from strokes, else MNIST's pictures are taken.
    """

    pen: float
    slant: float
    strokes: bool


def any_hand(random: Generator) -> Hand:
    """Mostly ordinary pens; some as thin as a hard pencil, some as broad as a marker."""
    kind = random.random()
    if kind < 0.25:
        pen = np.exp(random.uniform(np.log(1 / 60), np.log(1 / 22)))
    elif kind < 0.87:
        pen = random.uniform(0.045, 0.14)
    else:
        pen = random.uniform(0.14, 0.24)
    return Hand(float(pen), float(random.normal(0, 0.14)), bool(random.random() < 0.45))


def digit(label: int, images: list[NDArray[np.uint8]], hand: Hand, height: float, random: Generator) -> Ink:
    """One digit `height` px high, by strokes or from `images` (28, 28), MNIST's pictures of that digit."""
    if hand.strokes:
        styles = STYLES[str(label)]
        return pen_ink(style_strokes(styles[random.integers(len(styles))]), hand, height, random, wobble=0.03)
    return mnist_ink(images[random.integers(len(images))], hand, height, random)


def mnist_ink(image: NDArray[np.uint8], hand: Hand, height: float, random: Generator) -> Ink:
    """One of MNIST's digits (28, 28), its strokes made as wide as the hand's pen, `height` px high."""
    large = cv2.resize(image, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)
    large = cv2.copyMakeBorder(large, 24, 24, 24, 24, cv2.BORDER_CONSTANT)
    wanted = hand.pen * 20 * ENLARGED  # MNIST's ink is 20 px high
    change = wanted - 2.6 * ENLARGED * random.uniform(0.75, 1.2)  # from MNIST's usual stroke
    if abs(change) > 1 and random.random() < 0.75:
        size = min(int(abs(change)) + 1, 9 if change < 0 else 17)
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
        changed = cv2.dilate(large, kernel) if change > 0 else cv2.erode(large, kernel)
        large = changed if changed.max() > 127 else large
    level = _turned(large, hand, random)
    if random.random() < 0.6:
        edge, steepness = random.uniform(80, 165), np.exp(random.uniform(0.0, 2.0))
        level = np.clip((level.astype(np.float32) - edge) * steepness + 127, 0, 255).astype(np.uint8)
    return to_height(level, height)


def _turned(large: NDArray[np.uint8], hand: Hand, random: Generator) -> NDArray[np.uint8]:
    angle, stretch = random.normal(0, 0.06), np.exp(random.normal(0, 0.12))
    slant = hand.slant * 0.5  # MNIST's digits lean already
    matrix = np.array([[stretch * np.cos(angle), -np.sin(angle) - slant], [np.sin(angle), np.cos(angle)]])
    middle = np.array([large.shape[1], large.shape[0]]) / 2
    shift = middle - matrix @ middle
    return cv2.warpAffine(large, np.column_stack([matrix, shift]), large.shape[::-1])


def pen_ink(strokes: list[Points], hand: Hand, height: float, random: Generator, wobble: float) -> Ink:
    """Strokes in a box of height 1 drawn by a pen and a hand that wobbles, `height` px high."""
    bent = _bent(strokes, hand, random, wobble)
    extent = _box_of(bent)
    share = (extent[1, 1] - extent[0, 1]) or 1e-3
    return draw([(stroke - extent[0]) / max(share, 1e-3) for stroke in bent], hand.pen, height)


def draw(strokes: list[Points], pen: float, height: float) -> Ink:
    """Strokes whose box is 1 high and begins at (0, 0), as ink `height` px high with the pen's width."""
    side = int(np.clip(max(DRAWN * height, THINNEST_PX / pen), *DRAWN_PX))
    scale = side / (1 + pen)
    thickness = max(round(pen * scale), 1)
    width = int(max(stroke[:, 0].max() for stroke in strokes) * scale) + thickness + 4
    canvas = np.zeros((side + 4, min(width, 6 * side)), np.uint8)
    for stroke in strokes:
        points = ((stroke * scale + thickness / 2 + 2) * 16).round().astype(np.int32)
        cv2.polylines(canvas, [points], False, 255, thickness, shift=4)
    return to_height(canvas, height)


def to_height(level: NDArray[np.uint8], height: float) -> Ink:
    """Ink 0 to 255 cut to its box and scaled to `height` px, averaged where it becomes smaller."""
    inked = level > 40
    rows, columns = np.flatnonzero(inked.any(1)), np.flatnonzero(inked.any(0))
    if not len(rows):
        return np.zeros((1, 1), np.float32)
    cut = level[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = height / cut.shape[0]
    size = max(round(cut.shape[1] * scale), 1), max(round(height), 1)
    resized = cv2.resize(cut, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return coverage(resized)


def coverage(canvas: NDArray[Any]) -> Ink:
    """Levels 0 to 255 as coverage in [0, 1]."""
    return (canvas / np.float32(255)).astype(np.float32)


def letter(hand: Hand, height: float, random: Generator) -> Ink:
    """A letter that does not look like a digit, in one of Hershey's faces or as a random scribble."""
    if random.random() < 0.15:
        return scribble(hand, height, random)
    shapes = letter_strokes()
    return pen_ink(shapes[random.integers(len(shapes))], hand, height, random, wobble=0.03)


def scribble(hand: Hand, height: float, random: Generator) -> Ink:
    """One to three curves through random points."""
    strokes = [curve(random.random((random.integers(3, 11), 2))) for _ in range(random.integers(1, 4))]
    return pen_ink(strokes, hand, height, random, wobble=0)


def sign(name: str, hand: Hand, height: float, random: Generator) -> Ink:
    """One of SIGNS beside digits `height` px high; its own size follows from that."""
    strokes = [curve(np.array(stroke)) for stroke in SIGNS[name]]
    size = np.exp(random.normal(0, 0.15))
    strokes = [stroke * size + random.normal(0, 0.015, stroke.shape) for stroke in strokes]
    extent = _box_of(strokes)
    own = extent[1, 1] - extent[0, 1] + hand.pen * random.uniform(1.0, 1.6 if name in ".,:" else 1.0)
    pen = min(hand.pen / own, 1.0)
    unit = max(extent[1, 1] - extent[0, 1], 1e-3)
    if pen > 0.6:  # a dot, a dash: drawn as what the pen leaves
        return _dash(extent[1, 0] - extent[0, 0], own, height)
    return draw([(stroke - extent[0]) / unit for stroke in strokes], pen, own * height)


def _dash(length: float, thickness: float, height: float) -> Ink:
    canvas = np.zeros((48, 48 + int(48 * length / thickness)), np.uint8)
    cv2.line(canvas, (24, 24), (canvas.shape[1] - 24, 24), 255, 40, cv2.LINE_AA)
    return to_height(canvas, max(thickness * height, 1))


def _bent(strokes: list[Points], hand: Hand, random: Generator, wobble: float) -> list[Points]:
    """Bend the plane a little, slant and stretch it: every drawing comes out differently."""
    swings = [(f, random.random(2) * 6.28, random.normal(0, wobble * 2 / f**0.5, 2)) for f in (2.0, 5.0)]
    turn, stretch = random.normal(0, 0.06), np.exp(random.normal(0, 0.15))
    bent = []
    for stroke in strokes:
        for frequency, phase, swing in swings:
            stroke = stroke + swing * np.sin(frequency * stroke[:, ::-1] + phase)
        x, y = stroke[:, 0] * stretch, stroke[:, 1]
        bent.append(np.stack([x - (hand.slant + turn) * y, y + turn * x], axis=1))
    return bent


def _box_of(strokes: list[Points]) -> Points:
    points = np.concatenate(strokes)
    return np.stack([points.min(0), points.max(0)])


def curve(points: Points) -> Points:
    """A smooth line through points (P, 2): Catmull-Rom, `CURVE_STEPS` straight pieces between neighbours."""
    if len(points) < 3:
        return points
    padded = np.concatenate([points[:1] * 2 - points[1:2], points, points[-1:] * 2 - points[-2:-1]])
    before, start, end, after = padded[:-3, None], padded[1:-2, None], padded[2:-1, None], padded[3:, None]
    t = np.linspace(0, 1, CURVE_STEPS + 1)[:-1][None, :, None]
    path = 0.5 * (2 * start + (end - before) * t + (2 * before - 5 * start + 4 * end - after) * t**2
                  + (3 * start - before - 3 * end + after) * t**3)  # fmt: skip
    return np.concatenate([path.reshape(-1, 2), points[-1:]])


@cache
def style_strokes(style: str) -> list[Points]:
    """A style's text (see core/train/synthetic/styles.py) -> its strokes."""
    strokes = []
    for stroke in style.replace("~", "|~").replace(" - ", " |- ").strip("|").split("|"):
        kind, *words = stroke.split()
        points = np.array([[float(number) for number in word.split(",")] for word in words])
        strokes.append(curve(points) if kind.endswith("~") else points)
    return strokes


@cache
def letter_strokes() -> list[list[Points]]:
    """The letters and signs of Hershey's faces that do not look like digits, each in a box of height 1."""
    wanted = [c for c in LETTERS + "#$&*<>?@^{}~" if c not in DIGITS_TOO and c not in LIKE_DIGITS]
    font, shapes = HersheyFonts(), []
    for face in FACES:
        font.load_default_font(face)
        for name in wanted:
            strokes = [np.array(stroke, np.float64) for stroke in font.strokes_for_text(name)]
            strokes = [stroke for stroke in strokes if len(stroke) > 1]
            if strokes:
                extent = _box_of(strokes)
                size = (extent[1] - extent[0]).max()
                shapes.append([(stroke - extent[0]) / size for stroke in strokes])
    return shapes
