"""The digits of a number on one picture: connected ink, grouped into digits, ordered into lines."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]

WORK_PX = 640  # longer side of the picture on which ink is searched
PAPER_WINDOW = 0.12  # side of the opening that finds the paper, as a share of the longer side
INK_LEVEL = 0.4  # of the strongest ink: what counts as ink
FAINTEST = 12  # grey levels that the strongest ink must stand out
SPECK = 0.12  # of the tallest part's height: smaller parts in both directions are dirt
OVERLAP = 0.5  # of the narrower part's width: parts above each other are one digit from here on
MARGIN = 0.25  # of a digit's longer side: paper left around it
MOST_DIGITS = 32  # more parts than this are a texture, not a number


@dataclass(frozen=True)
class Segment:
    """One digit's place and picture.

    box:   (top, left, bottom, right) in px of the picture, ends excluded.
    image: (h, w) uint8, the digit with paper around it and without its neighbours.
    """

    box: tuple[int, int, int, int]
    image: Grey


def segments(image: Grey) -> list[list[Segment]]:
    """The digits of a picture (H, W) uint8 of either polarity: lines from top to bottom, each from left to right.

    An empty list where there is no ink, or more parts than a number has.
    """
    small, step = _shrink(image)
    ink = _ink(small)
    if ink is None:
        return []
    parts = _parts(ink)
    if len(parts) > MOST_DIGITS:
        return []
    level = np.where(ink, np.median(small[~ink]), small).astype(np.uint8)  # the picture with all ink removed
    lines = _lines(_join(parts))
    return [[_cut(small, level, part, step) for part in line] for line in lines]


def _shrink(image: Grey) -> tuple[Grey, float]:
    """The picture at most WORK_PX a side, and how many of its px one of the small one is."""
    step = max(1.0, max(image.shape) / WORK_PX)
    if step == 1.0:
        return image, step
    size = (max(1, round(image.shape[1] / step)), max(1, round(image.shape[0] / step)))
    return np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BOX)), step


def _ink(image: Grey) -> Mask | None:
    """Where ink is, whichever polarity; None where nothing stands out."""
    level = image.astype(np.float32)
    if np.median(_border(level)) > (level.min() + level.max()) / 2:
        level = 255 - level  # ink counts upwards
    window = max(3, int(PAPER_WINDOW * max(image.shape)))
    paper = ndimage.uniform_filter(ndimage.minimum_filter(level, window), window)
    even = np.median(_border(level))  # on an even page the window would fall into thick strokes
    paper = np.maximum(paper, even) if np.ptp(_border(level)) < FAINTEST else paper
    raised = level - paper
    strongest = np.quantile(raised, 0.999)
    if strongest < FAINTEST:
        return None
    mask: Mask = raised > INK_LEVEL * strongest
    return mask


def _border(level: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([level[0], level[-1], level[:, 0], level[:, -1]])


@dataclass
class _Part:
    box: tuple[int, int, int, int]
    mask: Mask  # of the whole picture

    @property
    def height(self) -> int:
        return self.box[2] - self.box[0]

    @property
    def width(self) -> int:
        return self.box[3] - self.box[1]


def _parts(ink: Mask) -> list[_Part]:
    """Connected ink, diagonals included, without specks."""
    labels, _ = ndimage.label(ink, structure=np.ones((3, 3)))
    places = ndimage.find_objects(labels)
    boxes = [(rows.start, columns.start, rows.stop, columns.stop) for rows, columns in places]
    tallest = max((bottom - top for top, _, bottom, _ in boxes), default=0)
    return [
        _Part(box, labels == number)
        for number, box in enumerate(boxes, start=1)
        if max(box[2] - box[0], box[3] - box[1]) >= max(2, SPECK * tallest)
    ]


def _join(parts: list[_Part]) -> list[_Part]:
    """Put together what is one digit in pieces: parts that lie above each other with little between them."""
    parts = sorted(parts, key=lambda part: part.box[1])
    joined = True
    while joined:
        joined = False
        for one in range(len(parts)):
            for other in range(one + 1, len(parts)):
                if _same_digit(parts[one], parts[other]):
                    merged = _merge(parts[one], parts.pop(other))
                    parts[one] = merged
                    joined = True
                    break
            if joined:
                break
    return parts


def _same_digit(one: _Part, other: _Part) -> bool:
    shared = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    gap = max(one.box[0], other.box[0]) - min(one.box[2], other.box[2])
    tall = max(one.height, other.height)
    return (
        shared >= OVERLAP * min(one.width, other.width) and gap < 0.25 * tall and min(one.height, other.height) < tall
    )


def _merge(one: _Part, other: _Part) -> _Part:
    top, left, bottom, right = zip(one.box, other.box, strict=True)
    return _Part((min(top), min(left), max(bottom), max(right)), one.mask | other.mask)


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


def _cut(image: Grey, without_ink: Grey, part: _Part, step: float) -> Segment:
    """One digit on paper alone; soft edges of its strokes are kept."""
    near = ndimage.binary_dilation(part.mask, iterations=2)
    alone = np.where(near, image, without_ink)
    margin = max(2, round(MARGIN * max(part.height, part.width)))
    top, left, bottom, right = part.box
    padded = np.pad(alone, margin, mode="edge")[top : bottom + 2 * margin, left : right + 2 * margin]
    box = (round(top * step), round(left * step), round(bottom * step), round(right * step))
    return Segment(box, np.ascontiguousarray(padded))
