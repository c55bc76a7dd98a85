"""The digits of a number on one picture: connected ink, grouped into digits, ordered into lines."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from demo.ink import Grey, find_ink

Labels = NDArray[np.int32]  # (H, W): 0 is paper, each connected stroke has its number
Box = tuple[int, int, int, int]  # top, left, bottom, right in px, ends excluded

WORK_PX = 640  # longer side of the picture on which ink is searched
SPECK = 0.05  # of the tallest part's height: what is smaller in both directions is dirt
LOOSE = 0.3  # the same for what is near no digit
PIECE = 0.33  # of the tallest part's height: a lower part is no digit, and belongs to one that is near
SHORT = 0.5  # the same for a bare stroke, for a 1 is as tall as its neighbours,
STROKE = 0.3  # that is, for what is narrower than this share of its height
NEAR = 0.4  # of that digit's height
OVERLAP = 0.5  # of the narrower part's width: parts above each other are one digit from here on
INSIDE = 0.8  # the same for parts that share rows too, as crossing slants may
STACKED_GAP = 0.25  # of the taller part's height: paper between parts above each other that are one digit
WHOLE = 0.6  # of the tallest part's height: parts above each other that both reach it are two digits
FLAT = 5  # times as wide as high: a line, as people draw one below a number
UNDERLINE = 0.8  # of the tallest part's height: the shortest line below digits that is left out
OVERLINE = 1.2  # the same above them, where 5 and 7 have bars of their own
CLOSE = 0.06  # of the tallest digit's height: paper between parts side by side that may be one digit all the same
MARGIN = 0.25  # of a digit's longer side: paper left around it
MOST_DIGITS = 32  # more parts than this are a texture, not a number


@dataclass(frozen=True)
class Segment:
    """One digit's place and picture.

    box:    (top, left, bottom, right) in px of the picture, ends excluded.
    image:  (h, w) uint8, the digit with paper around it and without its neighbours.
    joined: this one and the next of its line as one, where they are so near that they may be one digit.
    lined:  whether a line above or below was left out of the picture, so that only `image` has the digit alone.
    """

    box: Box
    image: Grey
    joined: "Segment | None" = None
    lined: bool = False


@dataclass(frozen=True)
class _Part:
    """Strokes that are taken for one digit: their box and their numbers in the labels."""

    box: Box
    numbers: tuple[int, ...]

    @property
    def height(self) -> int:
        return self.box[2] - self.box[0]

    @property
    def width(self) -> int:
        return self.box[3] - self.box[1]

    def with_(self, other: "_Part") -> "_Part":
        return _Part(_around((self, other)), self.numbers + other.numbers)


def segments(image: Grey) -> list[list[Segment]]:
    """The digits of a picture (H, W) uint8 of either polarity: lines from top to bottom, each from left to right.

    An empty list where there is no ink, or more parts than a number has.
    """
    small, step = _shrink(image)
    ink = find_ink(small)
    if ink is None:
        return []
    labels, _ = ndimage.label(ink.mask, structure=np.ones((3, 3)))  # diagonals connect
    strokes = _strokes(labels)
    written = _without_lines(strokes)
    parts = _digits(written, labels)
    if len(parts) > MOST_DIGITS:
        return []
    nearest = _nearest(labels, parts)
    place = {part: at for at, part in enumerate(parts)}

    def alone(*kept: _Part) -> Segment:
        mine = np.isin(nearest, [place[part] for part in kept])
        alone = cut(np.where(mine, small, ink.paper), _around(kept), step)
        return replace(alone, lined=len(written) < len(strokes))

    return [_line(line, alone) for line in _lines(parts)]


def _shrink(image: Grey) -> tuple[Grey, float]:
    """The picture at most WORK_PX a side, and how many of its px one of the small one is."""
    step = max(1.0, max(image.shape) / WORK_PX)
    if step == 1.0:
        return image, step
    size = (max(1, round(image.shape[1] / step)), max(1, round(image.shape[0] / step)))
    return np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BOX)), step


def _strokes(labels: Labels) -> list[_Part]:
    """Connected strokes, dirt left out."""
    parts = [
        _Part((rows.start, columns.start, rows.stop, columns.stop), (number,))
        for number, (rows, columns) in enumerate(ndimage.find_objects(labels), start=1)
    ]
    tallest = max((part.height for part in parts), default=0)
    return [part for part in parts if max(part.height, part.width) >= max(2, SPECK * tallest)]


def _without_lines(parts: list[_Part]) -> list[_Part]:
    """Leave out lines below and above what is written."""
    written = [part for part in parts if not _is_flat(part)]
    tallest = max((part.height for part in written), default=0)
    return [part for part in parts if not _is_flat(part) or not _is_line(part, written, tallest)]


def _is_flat(part: _Part) -> bool:
    return part.width >= FLAT * part.height


def _is_line(flat: _Part, written: list[_Part], tallest: int) -> bool:
    met = [part for part in written if min(part.box[3], flat.box[3]) > max(part.box[1], flat.box[1])]
    below = all(part.box[0] + part.box[2] < flat.box[0] + flat.box[2] for part in met)
    return bool(met) and flat.width >= (UNDERLINE if below else OVERLINE) * tallest


def _digits(strokes: list[_Part], labels: Labels) -> list[_Part]:
    """Strokes, those of one digit put together."""
    if len(strokes) > 2 * MOST_DIGITS:
        return strokes
    tallest = max((part.height for part in strokes), default=0)
    return _attach(_stack(strokes, tallest), labels, tallest)


def _stack(parts: list[_Part], tallest: int) -> list[_Part]:
    """Put together parts that lie above each other with little between them, unless both are as tall as digits."""
    waiting = sorted(parts, key=lambda part: part.box[1])
    joined: list[_Part] = []
    while waiting:
        part = waiting.pop(0)
        mate = next((other for other in waiting if _same_digit(part, other, tallest)), None)
        if mate is None:
            joined.append(part)
        else:
            waiting.remove(mate)
            waiting.insert(0, part.with_(mate))
    return joined


def _same_digit(one: _Part, other: _Part, tallest: int) -> bool:
    shared = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    gap = max(one.box[0], other.box[0]) - min(one.box[2], other.box[2])
    narrower, lower = min(one.width, other.width), min(one.height, other.height)
    if gap < 0 and shared >= INSIDE * narrower:
        return True
    return (
        shared >= OVERLAP * narrower and gap < STACKED_GAP * max(one.height, other.height) and lower < WHOLE * tallest
    )


def _attach(parts: list[_Part], labels: Labels, tallest: int) -> list[_Part]:
    """Give each low part to the digit whose ink is nearest, where one is near, as the loose bar of a 5 is."""
    hosts = [part for part in parts if not _is_piece(part, tallest)]
    pieces = [part for part in parts if _is_piece(part, tallest)]
    if not pieces:
        return parts
    owner = _owners(labels, hosts)
    distance, (rows, columns) = ndimage.distance_transform_edt(owner < 0, return_indices=True)
    alone = []
    for piece in pieces:
        ink = np.isin(labels, piece.numbers)
        at = np.unravel_index(np.where(ink, distance, np.inf).argmin(), labels.shape)
        index = int(owner[rows[at], columns[at]])
        if distance[at] <= NEAR * hosts[index].height:
            hosts[index] = hosts[index].with_(piece)
        elif max(piece.height, piece.width) >= LOOSE * tallest:
            alone.append(piece)
    return hosts + alone


def _is_piece(part: _Part, tallest: int) -> bool:
    return part.height < (SHORT if part.width < STROKE * part.height else PIECE) * tallest


def _lines(parts: list[_Part]) -> list[list[_Part]]:
    """Lines from top to bottom: a part belongs to a line when its middle lies within the line's height."""
    lines: list[list[_Part]] = []
    for part in sorted(parts, key=lambda part: part.height, reverse=True):
        middle = (part.box[0] + part.box[2]) / 2
        for line in lines:
            if line[0].box[0] <= middle < line[0].box[2]:
                line.append(part)
                break
        else:
            lines.append([part])
    lines.sort(key=lambda line: line[0].box[0])
    return [sorted(line, key=lambda part: part.box[1]) for line in lines]


def _line(parts: list[_Part], alone: Callable[..., Segment]) -> list[Segment]:
    near = CLOSE * max(part.height for part in parts)
    rights = [*parts[1:], None]
    return [
        replace(alone(part), joined=alone(part, right) if right and right.box[1] - part.box[3] <= near else None)
        for part, right in zip(parts, rights, strict=True)
    ]


def _around(parts: Iterable[_Part]) -> Box:
    top, left, bottom, right = zip(*(part.box for part in parts), strict=True)
    return min(top), min(left), max(bottom), max(right)


def _nearest(labels: Labels, parts: list[_Part]) -> Labels:
    """(H, W): the place in `parts` of the one nearest to each pixel, so that soft edges and crumbs go with a digit."""
    owner = _owners(labels, parts)
    rows, columns = ndimage.distance_transform_edt(owner < 0, return_distances=False, return_indices=True)
    return np.asarray(owner[rows, columns])


def _owners(labels: Labels, parts: list[_Part]) -> Labels:
    """(H, W): the place in `parts` of the one that each pixel is ink of; -1 elsewhere."""
    owner = np.full(labels.max() + 1, -1, np.int32)
    for place, part in enumerate(parts):
        owner[list(part.numbers)] = place
    return owner[labels]


def cut(alone: Grey, box: Box, step: float) -> Segment:
    """What lies in a box of (H, W) uint8 on which no other ink is left, with paper around it.

    step: px of the whole picture in one px of this one; the segment's box is in the whole picture's.
    """
    top, left, bottom, right = box
    margin = max(2, round(MARGIN * max(bottom - top, right - left)))
    padded = np.pad(alone, margin, mode="edge")[top : bottom + 2 * margin, left : right + 2 * margin]
    top, left, bottom, right = (round(edge * step) for edge in box)
    return Segment((top, left, bottom, right), np.ascontiguousarray(padded))
