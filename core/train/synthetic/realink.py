"""Pictures as people make them: digits on 28x28 become sketches and photos of paper, and non-digits beside them."""

import math

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from core.train.synthetic.pairs import two_at_once
from core.train.synthetic.paper import block_noise, desk_edge, grain, illumination, ruled_lines, specks
from core.train.synthetic.penstrokes import pen_letters, pen_scribbles

RESIZED_PX = 20, 84  # sides of a digit's frame when it is shown at another size
SKETCH_SIDE_PX = 40  # up to this side every picture is a sketch that fills its frame, never a photo
PHOTO_SHARE = 0.6  # of larger pictures
INVERTED_SKETCHES, INVERTED_PHOTOS = 0.4, 0.08  # shares with light ink on dark


def photograph(images: Tensor, generator: Generator, side: int) -> Tensor:
    """One picture of each digit as a person might send it: another pen, hand, paper, light and camera each time.

    images:  (N, 28, 28) uint8, ink 255.
    returns: (N, side, side) uint8, mostly dark ink on light paper.
    """
    ink = write(images, generator, side)
    photo = (draw(len(ink), generator, ink) < PHOTO_SHARE * (side > SKETCH_SIDE_PX)).float()
    level = torch.where(photo > 0, on_paper(ink, generator), on_canvas(ink, generator)).clamp(0, 1)
    inverted = INVERTED_SKETCHES + photo * (INVERTED_PHOTOS - INVERTED_SKETCHES)
    level = torch.where(draw(len(ink), generator, ink) < inverted, 1 - level, level)
    return (level[:, 0] * 255).round().to(torch.uint8)


def at_another_size(images: Tensor, generator: Generator) -> Tensor:
    """The digits (N, 28, 28) uint8 as they are, on a picture of another size and with another border; all alike.

    What the preprocessing makes of them differs by parts of a px: answers must not hang on that.
    """
    side = int(torch.randint(RESIZED_PX[0], RESIZED_PX[1] + 1, (1,), generator=generator))
    borders = torch.randint(side // 2, (4,), generator=generator).tolist()
    resized = F.interpolate(images[:, None].float(), size=(side, side), mode="bicubic", antialias=True)
    return F.pad(resized[:, 0].clamp(0, 255).round().to(torch.uint8), borders)


def draw(count: int, generator: Generator, like: Tensor, low: float = 0, high: float = 1) -> Tensor:
    """Uniform numbers (count, 1, 1, 1) in [low, high)."""
    return low + (high - low) * torch.rand(count, 1, 1, 1, generator=generator, device=like.device)


def write(images: Tensor, generator: Generator, side: int) -> Tensor:
    """Digits (N, 28, 28) uint8 -> ink (N, 1, side, side) in [0, 1]: another pen, size, place, slant and stretch."""
    ink = change_pen(images[:, None].float() / 255, generator)
    count = len(ink)
    smallest, largest = (0.3, 0.85) if side > SKETCH_SIDE_PX else (0.65, 1.0)
    fill = draw(count, generator, ink, smallest, largest)[:, 0, 0]  # share of the frame that the 20 px box takes
    zoom = 20 / 28 / fill
    angle, shear = (draw(count, generator, ink, -limit, limit)[:, 0, 0] for limit in (0.2, 0.25))
    stretch = torch.exp(draw(count, generator, ink, -0.25, 0.25)[:, 0, 0]) / fill_the_cell(ink, generator, side)
    room = (1 - fill).clamp(min=0.04) * zoom
    shift = [draw(count, generator, ink, -1, 1)[:, 0, 0] * room for _ in range(2)]
    cos, sin = angle.cos() * zoom, angle.sin() * zoom
    top = torch.cat([cos * stretch, (shear * zoom - sin) * stretch, shift[0]], dim=1)
    bottom = torch.cat([sin, cos, shift[1]], dim=1)
    grid = F.affine_grid(torch.stack([top, bottom], dim=1), [count, 1, side, side], align_corners=False)
    bend = torch.randn(count, 2, 5, 5, generator=generator, device=ink.device) * 0.04
    bend = F.interpolate(bend, size=(side, side), mode="bicubic", align_corners=True).permute(0, 2, 3, 1)
    ink = F.grid_sample(ink, grid + bend * zoom[:, :, None, None], align_corners=False)
    return break_strokes(sharpen(ink, generator), generator)


def fill_the_cell(ink: Tensor, generator: Generator, side: int) -> Tensor:
    """How much wider (N, 1) to make each digit: some scanners stretch a digit to the width of its small cell."""
    width = (ink.amax((1, 2)) > 0.5).float().sum(1, keepdim=True).clamp(min=4)  # (N, 1), of 28 px
    share = draw(len(ink), generator, ink)[:, 0, 0] * (draw(len(ink), generator, ink)[:, 0, 0] < 0.35).float()
    return 1 + (20 / width - 1).clamp(min=0) * share * (side <= SKETCH_SIDE_PX)


def change_pen(ink: Tensor, generator: Generator) -> Tensor:
    """Thicker or thinner strokes: blend ink (N, 1, 28, 28) towards its 3x3 dilation or its 2x2 erosion."""
    amount = draw(len(ink), generator, ink, -0.7, 0.8)
    thick = F.max_pool2d(ink, 3, stride=1, padding=1)
    thin = F.pad(-F.max_pool2d(-ink, 2, stride=1), (0, 1, 0, 1))
    return ink + amount.clamp(min=0) * (thick - ink) + (-amount).clamp(min=0) * (thin - ink)


def sharpen(ink: Tensor, generator: Generator) -> Tensor:
    """Anything between the soft edges of a scan and the hard ones of a drawing program, thresholded at any level."""
    edge = draw(len(ink), generator, ink, 0.3, 0.65)
    steepness = torch.exp(draw(len(ink), generator, ink, 0.2, 2.5))
    return ((ink - edge) * steepness + 0.5).clamp(0, 1)


def break_strokes(ink: Tensor, generator: Generator) -> Tensor:
    """In one picture of eight the pen skips: ink fades where a coarse noise is low."""
    noise = torch.rand(len(ink), 1, 9, 9, generator=generator, device=ink.device)
    noise = F.interpolate(noise, size=ink.shape[-2:], mode="bilinear")
    kept = ((noise - 0.15) * 8).clamp(0, 1)
    return torch.where(draw(len(ink), generator, ink) < 0.12, ink * kept, ink)


def on_canvas(ink: Tensor, generator: Generator) -> Tensor:
    """A drawing program's picture: even paper, even ink, any two levels with enough between them."""
    count = len(ink)
    plain = draw(count, generator, ink) < 0.6
    paper = torch.where(plain, 1.0, draw(count, generator, ink, 0.6, 1.0))
    contrast = torch.where(plain, 1.0, draw(count, generator, ink, 0.25, 1.0))
    return paper * (1 - contrast * ink)


def on_paper(ink: Tensor, generator: Generator) -> Tensor:
    """A photo of paper: (N, 1, S, S) brightness in [0, 1]."""
    count = len(ink)
    darkness = torch.exp(draw(count, generator, ink, math.log(0.15), math.log(0.95)))
    pencil = 1 - draw(count, generator, ink, 0, 0.5) * torch.rand(ink.shape, generator=generator, device=ink.device)
    marks = torch.maximum(darkness * ink * pencil, neighbours(ink, generator) * darkness)
    marks = torch.maximum(marks, ruled_lines(ink, generator) * darkness * 0.5)
    marks = torch.maximum(marks, specks(ink, generator) * darkness)
    level = illumination(ink, generator) * desk_edge(ink, generator) * (1 - marks)
    blurred = F.avg_pool2d(F.pad(level, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    level = torch.lerp(level, blurred, draw(count, generator, ink))
    level = level + grain(ink, generator) * (0.3 + 0.7 * darkness)
    return torch.where(draw(count, generator, ink) < 0.3, block_noise(level, generator), level)


def neighbours(ink: Tensor, generator: Generator) -> Tensor:
    """In one picture of seven, the edge of somebody else's digit at a side of the frame, as ink in [0, 1]."""
    side = ink.shape[-1]
    other = ink.roll(1, dims=0).roll(side // 2, dims=3)
    column = torch.arange(side, device=ink.device)
    margin = draw(len(ink), generator, ink, 0.02, 0.12) * side
    near = (column < margin) | (column >= side - margin)
    wanted = draw(len(ink), generator, ink) < 0.15
    return other * (near & wanted).float()


def non_digits(count: int, sources: Tensor, generator: Generator, side: int) -> Tensor:
    """Pictures of what is no digit: letters and signs, scribbles, two digits at once, blobs, and paper with nothing on.

    sources: (M, 28, 28) uint8 digits, for the pairs.
    returns: (count, side, side) uint8.
    """
    shares = torch.tensor([0.45, 0.07, 0.25, 0.18, 0.05])
    letters, scribbles, pairs, shapes, blanks = torch.multinomial(
        shares, count, replacement=True, generator=generator
    ).bincount(minlength=5)
    images = torch.cat(
        [
            pen_letters(int(letters), generator),
            pen_scribbles(int(scribbles), generator),
            two_at_once(int(pairs), sources, generator),
            blobs(int(shapes), generator),
            torch.zeros(int(blanks), 28, 28, dtype=torch.uint8),
        ]
    )
    return photograph(images, generator, side)


def blobs(count: int, generator: Generator) -> Tensor:
    """Filled shapes with a grey texture, half of them mirrored as things made by people are; (count, 28, 28) uint8."""
    coarse = torch.rand(count, 1, 7, 5, generator=generator)
    mirrored = torch.rand(count, 1, 1, 1, generator=generator) < 0.6
    coarse = torch.where(mirrored, (coarse + coarse.flip(3)) / 2, coarse)
    shape = F.interpolate(coarse, size=(22, 20), mode="bicubic", align_corners=False)
    texture = F.interpolate(torch.rand(count, 1, 11, 10, generator=generator), size=(22, 20))
    level = torch.rand(count, 1, 1, 1, generator=generator) * 0.2 + 0.35
    filled = ((shape - level) * 12).clamp(0, 1) * (0.5 + 0.5 * texture)
    return F.pad((filled[:, 0] * 255).round().to(torch.uint8), (4, 4, 3, 3))
