"""Thirteen ways in which pictures of digits get worse, each in three strengths, drawn from a torch.Generator."""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Generator, Tensor
from torchvision.transforms.functional import gaussian_blur

STRENGTHS = (1, 2, 3)

# ink (N, 1, 28, 28) float32 in [0, 1], the amount, randomness -> the same, not yet cut off at 0 and 1
Change = Callable[[Tensor, float, Generator], Tensor]


def corrupt(images: Tensor, name: str, strength: int, seed: int = 0) -> Tensor:
    """Pictures (N, 28, 28) uint8, ink 255, after the change `name` of CORRUPTIONS at strength 1, 2 or 3; uint8.

    source: Mu and Gilmer 2019, MNIST-C, for the choice of changes; the amounts are this project's.
    """
    change, amounts = CORRUPTIONS[name]
    ink = images[:, None].float() / 255
    worse = change(ink, amounts[strength - 1], Generator().manual_seed(seed))
    return (worse.clamp(0, 1) * 255).round().to(torch.uint8)[:, 0]


def _signs(ink: Tensor, generator: Generator) -> Tensor:
    """-1 or 1 for each picture, (N,)."""
    return torch.randint(0, 2, (len(ink),), generator=generator).float() * 2 - 1


def _resample(ink: Tensor, maps: Tensor) -> Tensor:
    """Look up each place of the result where its map (N, 2, 3) says, in coordinates from -1 to 1; paper outside."""
    grid = F.affine_grid(maps, list(ink.shape), align_corners=False)
    return F.grid_sample(ink, grid, align_corners=False)


def _maps(ink: Tensor) -> Tensor:
    """Maps (N, 2, 3) that change nothing."""
    return torch.eye(2, 3).repeat(len(ink), 1, 1)


def _shift(ink: Tensor, px: float, generator: Generator) -> Tensor:
    angle = torch.rand(len(ink), generator=generator) * 2 * math.pi
    maps = _maps(ink)
    maps[:, 0, 2], maps[:, 1, 2] = angle.cos() * px / 14, angle.sin() * px / 14
    return _resample(ink, maps)


def _rotate(ink: Tensor, degrees: float, generator: Generator) -> Tensor:
    angle = _signs(ink, generator) * math.radians(degrees)
    maps = _maps(ink)
    maps[:, 0, 0], maps[:, 0, 1], maps[:, 1, 0], maps[:, 1, 1] = angle.cos(), -angle.sin(), angle.sin(), angle.cos()
    return _resample(ink, maps)


def _shrink(ink: Tensor, factor: float, _: Generator) -> Tensor:
    return _resample(ink, _maps(ink) / factor)


def _shear(ink: Tensor, px_per_px: float, generator: Generator) -> Tensor:
    maps = _maps(ink)
    maps[:, 0, 1] = _signs(ink, generator) * px_per_px
    return _resample(ink, maps)


def _blur(ink: Tensor, deviation_px: float, _: Generator) -> Tensor:
    blurred: Tensor = gaussian_blur(ink, [9, 9], [deviation_px, deviation_px])
    return blurred


def _noise(ink: Tensor, deviation: float, generator: Generator) -> Tensor:
    return ink + deviation * torch.randn(ink.shape, generator=generator)


def _contrast(ink: Tensor, factor: float, _: Generator) -> Tensor:
    return ink * factor


def _brightness(ink: Tensor, rise: float, _: Generator) -> Tensor:
    return ink + rise


def _stripes(ink: Tensor, grey: float, _: Generator) -> Tensor:
    """Lined paper: a line of one pixel every seven."""
    lines = torch.zeros(28)
    lines[3::7] = grey
    return torch.maximum(ink, lines[:, None])


def _break(ink: Tensor, gap_px: float, _: Generator) -> Tensor:
    """Dotted strokes: slanting gaps of paper, one every six pixels."""
    place = torch.arange(28)
    return ink * ((place[:, None] + place) % 6 >= gap_px)


def _thick(ink: Tensor, amount: float, _: Generator) -> Tensor:
    """Towards the dilation by one pixel, and beyond 1 towards that of two."""
    wide = F.max_pool2d(ink, 3 if amount <= 1 else 5, stride=1, padding=1 if amount <= 1 else 2)
    return ink + min(amount, 1) * (wide - ink)


def _thin(ink: Tensor, amount: float, _: Generator) -> Tensor:
    """Towards the erosion by one pixel."""
    return ink + amount * (-F.max_pool2d(-ink, 3, stride=1, padding=1) - ink)


def _occlude(ink: Tensor, side_px: float, generator: Generator) -> Tensor:
    """Paper in a square somewhere in the 20 x 20 pixels of the digit."""
    side = int(side_px)
    corner = torch.randint(4, 25 - side, (2, len(ink), 1), generator=generator)
    inside = (torch.arange(28) >= corner) & (torch.arange(28) < corner + side)  # (2, N, 28)
    return ink.masked_fill((inside[0][:, :, None] & inside[1][:, None, :])[:, None], 0)


CORRUPTIONS: dict[str, tuple[Change, tuple[float, float, float]]] = {
    "shift": (_shift, (2, 4, 6)),
    "rotation": (_rotate, (15, 25, 35)),
    "scale": (_shrink, (0.8, 0.65, 0.5)),
    "shear": (_shear, (0.2, 0.4, 0.6)),
    "blur": (_blur, (0.7, 1.2, 1.8)),
    "noise": (_noise, (0.1, 0.25, 0.4)),
    "contrast": (_contrast, (0.5, 0.25, 0.1)),
    "brightness": (_brightness, (0.1, 0.2, 0.3)),
    "stripes": (_stripes, (0.3, 0.6, 1.0)),
    "dotted strokes": (_break, (1, 2, 3)),
    "thick strokes": (_thick, (0.5, 1, 2)),
    "thin strokes": (_thin, (0.4, 0.7, 0.9)),
    "occlusion": (_occlude, (5, 7, 9)),
}
