"""Where digits, marks and frames lie on a picture, with exact truth: whose ink each px is."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.train.synthetic.scenes import marks
from core.train.synthetic.scenes.marks import Hand, Ink, coverage

INKED = 0.3  # coverage from which a px is part of a digit's body, for boxes and for ink that meets
NOBODY = -1
ONLY_A_ONE = 0.35  # width in heights below which no other digit fills a picture and can be told
MARK = 10  # the label of a letter or a sign
MANY_ONES = 0.4  # of the digits of some numbers: next to another stroke, a 1 is what is missed most

Digits = Sequence[list[NDArray[np.uint8]]]  # MNIST's training digits (28, 28) by label


@dataclass
class Page:
    """A page being written on, in px; everything (H, W) float32 in [0, 1] but the owner.

    ink:     coverage by digits.
    other:   coverage by all that is no digit: letters, signs, frames, lines, digits cut off at the edge.
    part:    coverage by what has an owner: digits, letters and signs.
    owner:   (H, W) int16, the part whose ink it is, NOBODY where there is none.
    second:  coverage by the part that covers a px second most: there, the owner is a matter of taste.
    boxes:   top, left, bottom, right of each part, in px, ends excluded.
    labels:  of each part, 0 to 9, MARK for letters and signs.
    """

    ink: Ink
    other: Ink
    part: Ink
    owner: NDArray[np.int16]
    second: Ink
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)

    @classmethod
    def blank(cls, height: int, width: int) -> "Page":
        """An empty page."""
        ink, other, part, second = (np.zeros((height, width), np.float32) for _ in range(4))
        return cls(ink, other, part, np.full((height, width), NOBODY, np.int16), second)

    def add_part(self, ink: Ink, label: int, top: int, left: int) -> None:
        """Write a digit or a mark; of what lies beyond the page only the ink that is left counts, and is nobody's."""
        part, place = self._clipped(ink, top, left)
        if part is None:
            return
        rows, columns = _extent(part > INKED)
        if part.sum() < 0.85 * ink.sum() or rows is None or columns is None:
            self.add_other(ink, top, left)
            return
        y, x = place[0].start, place[1].start
        before = self.part[place]
        mine = (part > before) & (part > 0.05)
        self.second[place] = np.maximum(self.second[place], np.minimum(part, before))
        self.owner[place] = np.where(mine, len(self.labels), self.owner[place])
        self.part[place] = np.maximum(before, part)
        layer = self.other if label == MARK else self.ink
        layer[place] = np.maximum(layer[place], part)
        self.boxes.append((y + rows[0], x + columns[0], y + rows[1], x + columns[1]))
        self.labels.append(label)

    def add_other(self, ink: Ink, top: int, left: int) -> None:
        """Write what is nobody's: frames, lines, the rest of a digit that the edge cuts."""
        part, place = self._clipped(ink, top, left)
        if part is not None:
            self.other[place] = np.maximum(self.other[place], part)

    def _clipped(self, ink: Ink, top: int, left: int) -> tuple[Ink | None, tuple[slice, slice]]:
        height, width = self.ink.shape
        y0, x0 = max(top, 0), max(left, 0)
        y1, x1 = min(top + ink.shape[0], height), min(left + ink.shape[1], width)
        place = (slice(y0, y1), slice(x0, x1))
        return (None if y1 <= y0 or x1 <= x0 else ink[y0 - top : y1 - top, x0 - left : x1 - left]), place


def _extent(inked: NDArray[np.bool_]) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    rows, columns = np.flatnonzero(inked.any(1)), np.flatnonzero(inked.any(0))
    if not len(rows):
        return None, None
    return (int(rows[0]), int(rows[-1]) + 1), (int(columns[0]), int(columns[-1]) + 1)


def one_digit(page: Page, digits: Digits, hand: Hand, random: Generator, fill: tuple[float, float]) -> None:
    """A single digit whose longer side takes a share `fill` of the page, anywhere on it."""
    height, width = page.ink.shape
    label = int(random.integers(10))
    ink = marks.digit(label, digits[label], hand, height, random)
    share = random.uniform(*fill) * min(height / ink.shape[0], width / ink.shape[1])
    ink = resized(ink, share, share)
    room_y, room_x = height - ink.shape[0], width - ink.shape[1]
    place = random.random(2) if random.random() < 0.4 else np.clip(random.normal(0.5, 0.12, 2), 0, 1)
    page.add_part(ink, label, round(room_y * place[0]), round(room_x * place[1]))


def tight_digit(page: Page, digits: Digits, hand: Hand, random: Generator) -> None:
    """A digit that is the page: cut to its ink, or to a few px around it, sometimes squeezed into another shape."""
    height, width = page.ink.shape
    label = int(random.integers(10)) if width > ONLY_A_ONE * height else 1
    ink = marks.digit(label, digits[label], hand, height, random)
    margin = random.integers(0, 4, 4) * (random.random() < 0.5)
    inner = max(height - margin[0] - margin[1], 3), max(width - margin[2] - margin[3], 3)
    ink = cv2.resize(ink, inner[::-1], interpolation=cv2.INTER_LINEAR)
    page.add_part(ink, label, int(margin[0]), int(margin[2]))


def resized(ink: Ink, scale_y: float, scale_x: float) -> Ink:
    """Ink at another size, averaged where it becomes smaller."""
    size = max(round(ink.shape[1] * scale_x), 1), max(round(ink.shape[0] * scale_y), 1)
    shrinks = scale_y * scale_x < 1
    return cv2.resize(ink, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def numbers(page: Page, digits: Digits, hand: Hand, random: Generator, lines: int) -> None:
    """One to three lines of digits by one hand, apart, near, touching or overlapping, some with signs or letters."""
    pitch = page.ink.shape[0] / lines
    style = Style(
        size=pitch * random.uniform(0.3, 0.85 if lines > 1 else 0.97),
        spacing=int(random.choice(4, p=[0.27, 0.3, 0.26, 0.17])),
        slope=random.normal(0, 0.02),
        signs=random.random() < 0.3,
        ones=MANY_ONES if random.random() < 0.2 else 0.1,
    )
    for line in range(lines):
        middle = (line + 0.5) * pitch + random.normal(0, 0.04) * (pitch - style.size)
        _write_line(page, digits, hand, random, middle, style)


@dataclass(frozen=True)
class Style:
    """How the lines of a page are written.

    size:    height of a digit in px.
    spacing: 0 apart, 1 near, 2 touching, 3 overlapping.
    slope:   px down for each px to the right.
    signs:   whether points, slashes and their like stand among the digits.
    ones:    what share of the digits is a 1.
    """

    size: float
    spacing: int
    slope: float
    signs: bool
    ones: float


def _write_line(page: Page, digits: Digits, hand: Hand, random: Generator, middle: float, style: Style) -> None:
    size, signs = style.size, style.signs
    width = page.ink.shape[1]
    x = random.uniform(0.02, 0.3) * size
    wanted = int(
        random.choice([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], p=[0.06, 0.24, 0.18, 0.14, 0.1, 0.08, 0.06, 0.06, 0.04, 0.04])
    )
    placed: list[tuple[Ink, int, int, int]] = []  # ink, top, left, label
    while len(placed) < wanted + 3 * signs:
        is_sign = signs and random.random() < (0.3 if placed else 0.2)  # a minus goes before the first digit
        ink, label, lift = _next_mark(digits, hand, random, style, is_sign)
        height = lift * size + style.slope * x + (0 if is_sign else random.normal(0, 0.05) * size)
        top = round(middle - size / 2 + height)
        left = round(_beside(placed[-1] if placed else None, ink, top, x, style, hand, random))
        if left + ink.shape[1] > width - 1:
            break
        placed.append((ink, top, left, label))
        x = max(x, left + ink.shape[1])
    spare = width - x
    shift = round(random.uniform(0, max(spare, 0)))
    for ink, top, left, label in placed:
        page.add_part(ink, label, top, left + shift)


def _next_mark(digits: Digits, hand: Hand, random: Generator, style: Style, is_sign: bool) -> tuple[Ink, int, float]:
    """Ink, its label (MARK for what is no digit) and how far below the line's top it hangs, in heights."""
    size = style.size
    if is_sign and random.random() < 0.8:
        name = str(random.choice(list(marks.SIGNS)))
        return marks.sign(name, hand, size, random), MARK, marks.BASELINE[name]
    if is_sign:
        share = random.uniform(0.6, 1.1)
        return marks.letter(hand, size * share, random), MARK, 1 - share
    label = 1 if random.random() < style.ones else int(random.choice([0, 2, 3, 4, 5, 6, 7, 8, 9]))
    share = float(np.clip(random.normal(0.95, 0.08), 0.65, 1.15))
    return marks.digit(label, digits[label], hand, size * share, random), label, (1 - share) * random.random()


def _beside(before: tuple[Ink, int, int, int] | None, ink: Ink, top: int, x: float, style: Style,
            hand: Hand, random: Generator) -> float:  # fmt: skip
    """Where the next ink begins: by boxes when apart or near, by the ink itself when it is to touch or overlap."""
    if before is None:
        return x
    size, spacing = style.size, style.spacing
    pen = hand.pen * size
    if spacing == 0 or before[3] == MARK or random.random() < 0.15:
        return x + random.uniform(0.12, 0.5) * size
    if spacing == 1:
        return x + random.uniform(0.0, 0.12) * size + 1
    meets = first_contact(before, ink, top)
    deep = (
        random.uniform(-0.4, 0.6) * pen
        if spacing == 2
        else random.uniform(0.3, 1.4) * pen + random.uniform(0, 0.12) * size
    )
    return meets - deep


def first_contact(before: tuple[Ink, int, int, int], ink: Ink, top: int) -> float:
    """The left place at which `ink`, coming from the right, first meets the ink before it in some row."""
    old, old_top, old_left, _ = before
    first, last = max(top, old_top), min(top + ink.shape[0], old_top + old.shape[0])
    if last <= first:
        return old_left + old.shape[1]
    left_rows, right_rows = old[first - old_top : last - old_top] > INKED, ink[first - top : last - top] > INKED
    both = left_rows.any(1) & right_rows.any(1)
    if not both.any():
        return old_left + old.shape[1]
    ends = old.shape[1] - left_rows[both][:, ::-1].argmax(1)
    return old_left + float((ends - right_rows[both].argmax(1)).max())


def letters(page: Page, hand: Hand, random: Generator, count: int) -> None:
    """Letters and scribbles anywhere on the page."""
    height, width = page.ink.shape
    for _ in range(count):
        size = random.uniform(0.25, 0.8) * height
        ink = marks.letter(hand, size, random)
        if ink.shape[1] > width:
            ink = resized(ink, width / ink.shape[1], width / ink.shape[1])
        page.add_part(ink, MARK, *_anywhere(page, ink, random))


def _anywhere(page: Page, ink: Ink, random: Generator) -> tuple[int, int]:
    rooms = page.ink.shape[0] - ink.shape[0], page.ink.shape[1] - ink.shape[1]
    top, left = (round(random.random() * max(room, 0)) for room in rooms)
    return top, left


def neighbours(page: Page, digits: Digits, hand: Hand, random: Generator) -> None:
    """Digits of which the page's edge leaves a part: what remains is no digit."""
    height, width = page.ink.shape
    for _ in range(random.integers(1, 3)):
        label = int(random.integers(10))
        ink = marks.digit(label, digits[label], hand, height * random.uniform(0.5, 1.0), random)
        seen = random.uniform(0.06, 0.45)
        side = random.integers(4)
        along_y = round(random.uniform(-0.2, 0.8) * height)
        along_x = round(random.uniform(-0.2, 0.8) * width)
        cut_y, cut_x = round(seen * ink.shape[0]), round(seen * ink.shape[1])
        top, left = [(along_y, cut_x - ink.shape[1]), (along_y, width - cut_x),
                     (cut_y - ink.shape[0], along_x), (height - cut_y, along_x)][side]  # fmt: skip
        room = page.ink[max(top, 0) : max(top + ink.shape[0], 0), max(left, 0) : max(left + ink.shape[1], 0)]
        if room.size and room.max() < INKED:
            page.add_other(ink, top, left)


def ring(page: Page, random: Generator) -> None:
    """A ring, an ellipse or a box around what is written, or alone."""
    height, width = page.ink.shape
    line = max(round(random.uniform(0.015, 0.09) * height), 1)
    middle_y, middle_x, half_y, half_x = height / 2, width / 2, 0.46 * height, 0.46 * width
    if page.boxes:
        top, left, bottom, right = np.array(page.boxes).T
        middle_y, middle_x = (top.min() + bottom.max()) / 2, (left.min() + right.max()) / 2
        half_y = (bottom.max() - top.min()) / 2 * random.uniform(1.15, 1.7) + line
        half_x = (right.max() - left.min()) / 2 * random.uniform(1.15, 1.9) + line
    canvas = np.zeros((height, width), np.uint8)
    if random.random() < 0.6:
        half_y, half_x = (
            (np.hypot(half_y, half_x) * random.uniform(0.85, 1.0),) * 2
            if random.random() < 0.6
            else (half_y * 1.2, half_x * 1.3)
        )
        middle, half = (round(middle_x * 16), round(middle_y * 16)), (round(half_x * 16), round(half_y * 16))
        end = 360 if random.random() < 0.7 else random.uniform(330, 385)
        cv2.ellipse(
            canvas,
            middle,
            half,
            random.uniform(-20, 20),
            random.uniform(0, 30) if end != 360 else 0,
            end,
            255,
            line,
            cv2.LINE_AA,
            4,
        )
    else:
        corners = np.array([[-half_x, -half_y], [half_x, -half_y], [half_x, half_y], [-half_x, half_y]])
        corners = corners + np.array([middle_x, middle_y]) + random.normal(0, 0.01 * height, (4, 2))
        cv2.polylines(canvas, [(corners * 16).round().astype(np.int32)], True, 255, line, cv2.LINE_AA, 4)
    page.add_other(coverage(canvas), 0, 0)


def cell(page: Page, random: Generator) -> None:
    """A form's cell: lines along some or all edges of the page, a little inside it or on its very edge."""
    height, width = page.ink.shape
    line = max(round(random.uniform(0.006, 0.05) * min(height, width)), 1)
    inset = round(random.uniform(0, 0.07) * min(height, width)) if random.random() < 0.6 else 0
    canvas = np.zeros((height, width), np.float32)
    sides = np.ones(4) if random.random() < 0.7 else random.random(4) < 0.5
    a, b = inset, inset + line
    spans = [(slice(a, b), slice(None)), (slice(height - b, height - a), slice(None)),
             (slice(None), slice(a, b)), (slice(None), slice(width - b, width - a))]  # fmt: skip
    for wanted, span in zip(sides, spans, strict=True):
        if wanted:
            canvas[span] = 1
    if inset and random.random() < 0.6:  # a closed rectangle, lines do not cross its corners
        canvas[:a], canvas[height - a :], canvas[:, :a], canvas[:, width - a :] = 0, 0, 0, 0
    page.add_other(canvas, 0, 0)


def underline(page: Page, hand: Hand, random: Generator) -> None:
    """A line below or above what is written, or through the page."""
    height, width = page.ink.shape
    line = max(round(hand.pen * height * random.uniform(0.3, 0.9)), 1)
    bottom = max((box[2] for box in page.boxes), default=0.8 * height)
    y = bottom + random.uniform(0.03, 0.2) * height
    canvas = np.zeros((height, width), np.uint8)
    ends = [
        (random.uniform(-0.1, 0.3) * width, y),
        (random.uniform(0.7, 1.1) * width, y + random.normal(0, 0.03) * height),
    ]
    cv2.polylines(canvas, [(np.array(ends) * 16).round().astype(np.int32)], False, 255, line, cv2.LINE_AA, 4)
    page.add_other(coverage(canvas), 0, 0)
