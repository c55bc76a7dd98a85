"""Synthetic pen strokes -> pictures like MNIST's: digits as many schools teach them, letters, signs, scribbles."""

from functools import cache

import torch
from HersheyFonts import HersheyFonts  # type: ignore[import-untyped]
from torch import Generator, Tensor

from core.train.data import Pictures
from core.train.synthetic.styles import STYLES

SIZE, BOX = 28, 20  # side of a picture and of the box that the strokes fill, px
CURVE_STEPS = 4  # straight pieces between two points of a curve
WOBBLE = 0.035  # deviation of a stroke's points, as a share of the letter's height
BATCH = 32  # pictures drawn at once

# Single-stroke typefaces of A. V. Hershey (1967, US National Bureau of Standards), the plain ones and the scripts.
FACES = ("futural", "rowmans", "scripts", "cursive", "greeks", "timesi")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SIGNS = "#$%&*()+-<=>?@[]^{}~!|/\\:;,'\""
DIGITS_TOO = frozenset("OoDlI")  # people write these as they write digits: never shown as what is no digit
LIKE_DIGITS = frozenset("QiLjJzZsSqgbBGTtyY|/\\!()[],'")  # shown now and then, so that their score is low but not 0
LIKE_DIGITS_SHARE = 0.15  # of all letters and signs

Shape = tuple[Tensor, Tensor]  # points (P, 2) in a unit box; segments (S, 2) int64, pairs of points that a line joins


def pen_digits(count: int, generator: Generator) -> Pictures:
    """Digits in every style of styles.py, each as often, with a wobbling hand and pens of any width.

    returns: images (count, 28, 28) uint8, ink 255, placed as MNIST places them; labels (count,) int64.
    """
    labels = torch.randint(10, (count,), generator=generator)
    shapes = [[style_shape(style) for style in STYLES[str(digit)]] for digit in range(10)]
    chosen = [shapes[int(label)][pick(len(shapes[int(label)]), generator)] for label in labels]
    return draw(chosen, generator), labels


def pen_letters(count: int, generator: Generator) -> Tensor:
    """Letters and signs in Hershey's single-stroke faces, few of those that look like digits; (count, 28, 28) uint8."""
    plain, alike = letter_shapes(like_digits=False), letter_shapes(like_digits=True)
    which = torch.rand(count, generator=generator) < LIKE_DIGITS_SHARE
    groups = [alike if is_alike else plain for is_alike in which.tolist()]
    return draw([group[pick(len(group), generator)] for group in groups], generator)


def pen_scribbles(count: int, generator: Generator) -> Tensor:
    """Curves through 4 to 12 random points, one to three of them; (count, 28, 28) uint8."""
    shapes = []
    for _ in range(count):
        strokes = [torch.rand(pick(9, generator) + 4, 2, generator=generator) for _ in range(1 + pick(3, generator))]
        shapes.append(join([curve(stroke) for stroke in strokes]))
    return draw(shapes, generator)


def pick(count: int, generator: Generator) -> int:
    """A random whole number below `count`."""
    return int(torch.randint(count, (1,), generator=generator))


@cache
def letter_shapes(*, like_digits: bool) -> list[Shape]:
    """The letters and signs of the chosen faces that look like digits, or that do not."""
    letters = [c for c in LETTERS + SIGNS if c not in DIGITS_TOO and (c in LIKE_DIGITS) == like_digits]
    font, shapes = HersheyFonts(), []
    for face in FACES:
        font.load_default_font(face)
        for letter in letters:
            strokes = [torch.tensor(stroke, dtype=torch.float32) for stroke in font.strokes_for_text(letter)]
            strokes = [stroke for stroke in strokes if len(stroke) > 1]
            if strokes:
                shapes.append(join(strokes))
    return shapes


@cache
def style_shape(style: str) -> Shape:
    """A style's text -> points and segments."""
    strokes: list[Tensor] = []
    for stroke in style.replace("~", "|~").replace(" - ", " |- ").strip("|").split("|"):
        kind, *words = stroke.split()
        points = torch.tensor([[float(number) for number in word.split(",")] for word in words])
        strokes.append(curve(points) if kind.endswith("~") else points)
    return join(strokes)


def curve(points: Tensor) -> Tensor:
    """A smooth line through points (P, 2): Catmull-Rom, `CURVE_STEPS` straight pieces between neighbours."""
    padded = torch.cat([points[:1] * 2 - points[1:2], points, points[-1:] * 2 - points[-2:-1]])
    before, start, end, after = padded[:-3, None], padded[1:-2, None], padded[2:-1, None], padded[3:, None]
    t = torch.linspace(0, 1, CURVE_STEPS + 1)[:-1][None, :, None]
    path = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    return torch.cat([path.flatten(0, 1), points[-1:]])


def join(strokes: list[Tensor]) -> Shape:
    """Strokes (P, 2) -> one list of points, scaled to a box of height or width 1, and the segments between them."""
    points = torch.cat(strokes)
    segments, first = [], 0
    for stroke in strokes:
        index = torch.arange(first, first + len(stroke) - 1)
        segments.append(torch.stack([index, index + 1], dim=1))
        first += len(stroke)
    extent = (points.amax(0) - points.amin(0)).amax().clamp(min=1e-3)
    return (points - points.amin(0)) / extent, torch.cat(segments)


def draw(shapes: list[Shape], generator: Generator) -> Tensor:
    """Shapes -> (N, 28, 28) uint8, each with its own wobble, slant, proportion and pen."""
    drawn = [_draw(shapes[i : i + BATCH], generator) for i in range(0, len(shapes), BATCH)]
    return torch.cat([torch.zeros(0, SIZE, SIZE, dtype=torch.uint8), *drawn])


def _draw(shapes: list[Shape], generator: Generator) -> Tensor:
    longest = max(len(segments) for _, segments in shapes)
    ends = torch.stack([_ends(points, segments, longest) for points, segments in shapes])  # (N, S, 2, 2)
    ends = _wobble(ends, generator)
    low, high = ends.amin((1, 2), keepdim=True), ends.amax((1, 2), keepdim=True)
    ends = (ends - low) * (BOX - 2) / (high - low).amax(3, keepdim=True).clamp(min=1e-3)
    piece = (ends[:, :, 1] - ends[:, :, 0]).norm(dim=2, keepdim=True)
    centre = (ends.mean(2) * piece).sum(1, keepdim=True) / piece.sum(1, keepdim=True).clamp(min=1e-3)
    ends = ends + ((SIZE - 1) / 2 - centre)[:, :, None]
    radius = 0.5 + 1.7 * torch.rand(len(shapes), 1, generator=generator) ** 1.5
    ink = (radius + 0.5 - distance(ends)).clamp(0, 1)  # (N, 784)
    return (ink * 255).round().to(torch.uint8).unflatten(1, (SIZE, SIZE))


def _ends(points: Tensor, segments: Tensor, count: int) -> Tensor:
    """Both ends of each segment (count, 2, 2); the pen rests at the last point to make up the number."""
    return points[torch.cat([segments, segments[-1, 1].expand(count - len(segments), 2)])]


def _wobble(ends: Tensor, generator: Generator) -> Tensor:
    """Bend the plane a little differently for each drawing, then slant and stretch it."""
    count = len(ends)
    bent = ends
    for frequency in (2.0, 5.0):
        phase = torch.rand(count, 1, 1, 2, generator=generator) * 6.28
        swing = torch.randn(count, 1, 1, 2, generator=generator) * WOBBLE * 2 / frequency**0.5
        bent = bent + swing * torch.sin(frequency * ends.flip(3) + phase)
    slant = torch.randn(count, 1, 1, generator=generator) * 0.18
    turn = torch.randn(count, 1, 1, generator=generator) * 0.08
    stretch = torch.exp(torch.randn(count, 1, 1, generator=generator) * 0.2)
    x, y = bent[..., 0] * stretch, bent[..., 1]
    return torch.stack([x - (slant + turn) * y, y + turn * x], dim=3)


def distance(ends: Tensor) -> Tensor:
    """Distance in px (N, 784) of each pixel of a 28 px picture from the nearest of segments (N, S, 2, 2)."""
    place = torch.arange(SIZE, dtype=ends.dtype)
    x, y = place.repeat(SIZE)[:, None], place.repeat_interleave(SIZE)[:, None]  # (784, 1)
    start, along = ends[:, None, :, 0], (ends[:, :, 1] - ends[:, :, 0])[:, None]  # (N, 1, S, 2)
    across_x, across_y = x - start[..., 0], y - start[..., 1]  # (N, 784, S)
    unit = along / (along**2).sum(3, keepdim=True).clamp(min=1e-6)
    share = (across_x * unit[..., 0] + across_y * unit[..., 1]).clamp(0, 1)
    across_x = across_x - share * along[..., 0]
    across_y = across_y - share * along[..., 1]
    return (across_x**2 + across_y**2).amin(2).sqrt()
