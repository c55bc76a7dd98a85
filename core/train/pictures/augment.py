"""Bend, thicken and erase batches of digits on their device, from a torch.Generator."""

import dataclasses
import math

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from core.train.config import TrainConfig

ELASTIC_GRID = 6  # control points a side: bends are about 5 px long


def augment(images: Tensor, config: TrainConfig, generator: Generator) -> Tensor:
    """Draw one random distortion for every picture; zero strengths leave the pictures as they are.

    images:  (N, 28, 28) uint8, ink 255.
    returns: (N, 1, 28, 28) float32 in [0, 1].
    source:  Simard, Steinkraus and Platt 2003, Best Practices for CNNs Applied to Visual Document Analysis.
    """
    ink = images[:, None].float() / 255
    if config.thickness:
        ink = thicken(ink, uniform(len(ink), config.thickness, generator, ink))
    ink = bend(ink, config, generator)
    if config.erase:
        ink = erase(ink, config.erase, generator)
    return ink


def uniform(count: int, limit: float, generator: Generator, like: Tensor) -> Tensor:
    """Numbers (count,) uniform in [-limit, limit] on the device of `like`."""
    return (torch.rand(count, generator=generator, device=like.device) * 2 - 1) * limit


def thicken(ink: Tensor, amount_px: Tensor) -> Tensor:
    """Blend ink (N, 1, H, W) towards its 3x3 dilation (amount > 0) or erosion (amount < 0) by |amount| (N,)."""
    grow = amount_px.clamp(min=0)[:, None, None, None]
    shrink = (-amount_px).clamp(min=0)[:, None, None, None]
    wide = F.max_pool2d(ink, 3, stride=1, padding=1)
    thin = -F.max_pool2d(-ink, 3, stride=1, padding=1)
    return ink + grow * (wide - ink) + shrink * (thin - ink)


def bend(ink: Tensor, config: TrainConfig, generator: Generator) -> Tensor:
    """Random affine map and elastic displacement of ink (N, 1, H, W) in one bilinear resampling; paper outside."""
    strengths = (config.shift_px, config.angle_deg, config.scale, config.shear, config.elastic_px)
    if not any(strengths):
        return ink
    grid = F.affine_grid(affine(ink, config, generator), list(ink.shape), align_corners=False)  # (N, H, W, 2)
    if config.elastic_px:
        grid = grid + elastic(ink, config.elastic_px, generator)
    return F.grid_sample(ink, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def nudges(config: TrainConfig) -> TrainConfig:
    """The settings with which `bend` moves a picture so little that nobody would answer otherwise."""
    return dataclasses.replace(
        config, shift_px=config.nudge_px, scale=config.nudge_px / 10, angle_deg=0.0, shear=0.0, elastic_px=0.0
    )


def affine(ink: Tensor, config: TrainConfig, generator: Generator) -> Tensor:
    """Random maps (N, 2, 3) from result to source, in the [-1, 1] coordinates of affine_grid."""
    count, half = len(ink), ink.shape[-1] / 2
    angle = uniform(count, math.radians(config.angle_deg), generator, ink)
    shear = uniform(count, config.shear, generator, ink)
    scale_x = uniform(count, math.log1p(config.scale), generator, ink).exp()
    scale_y = uniform(count, math.log1p(config.scale), generator, ink).exp()
    shift_x = uniform(count, config.shift_px / half, generator, ink)
    shift_y = uniform(count, config.shift_px / half, generator, ink)
    cos, sin = angle.cos(), angle.sin()
    row_x = torch.stack([scale_x * cos, scale_x * (shear * cos - sin), shift_x], dim=1)
    row_y = torch.stack([scale_y * sin, scale_y * (shear * sin + cos), shift_y], dim=1)
    return torch.stack([row_x, row_y], dim=1)


def elastic(ink: Tensor, deviation_px: float, generator: Generator) -> Tensor:
    """Smooth random displacement (N, H, W, 2) in grid coordinates, about `deviation_px` at the control points."""
    height, width = ink.shape[-2:]
    shape = (len(ink), 2, ELASTIC_GRID, ELASTIC_GRID)
    coarse = torch.randn(shape, generator=generator, device=ink.device) * (2 * deviation_px / width)
    fine = F.interpolate(coarse, size=(height, width), mode="bicubic", align_corners=True)
    return fine.permute(0, 2, 3, 1)


def erase(ink: Tensor, chance: float, generator: Generator, largest_px: int = 8) -> Tensor:
    """With a chance, blank one rectangle of 2 to `largest_px` px a side in each picture (N, 1, H, W).

    source: Zhong et al. 2017, Random Erasing Data Augmentation.
    """
    count, (height, width) = len(ink), ink.shape[-2:]
    draw = torch.rand(5, count, generator=generator, device=ink.device)
    hit = draw[4] < chance
    rows = _span(height, draw[0], draw[1], largest_px) & hit[:, None]
    columns = _span(width, draw[2], draw[3], largest_px)
    hole = rows[:, None, :, None] & columns[:, None, None, :]
    return ink.masked_fill(hole, 0)


def _span(length: int, start: Tensor, size: Tensor, largest_px: int) -> Tensor:
    """Masks (N, length) of random runs: start (N,) and size (N,) are uniform draws in [0, 1)."""
    position = torch.arange(length, device=start.device)
    first = (start * length)[:, None]
    last = first + (2 + size * (largest_px - 2))[:, None]
    return (position >= first) & (position < last)
