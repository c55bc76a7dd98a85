"""Paper, light and camera, drawn at random for batches of pictures shaped as `like`, (N, 1, S, S)."""

import math

import torch
import torch.nn.functional as F
from torch import Generator, Tensor


def numbers(like: Tensor, generator: Generator, low: float = 0, high: float = 1) -> Tensor:
    """Uniform numbers (N, 1, 1, 1) in [low, high), one for each picture."""
    return low + (high - low) * torch.rand(len(like), 1, 1, 1, generator=generator, device=like.device)


def often(like: Tensor, generator: Generator, share: float) -> Tensor:
    """1 for about `share` of the pictures, else 0; (N, 1, 1, 1) float."""
    return (numbers(like, generator) < share).float()


def across(like: Tensor, generator: Generator) -> Tensor:
    """Distance (N, 1, S, S) along a random direction, about -1 to 1 over the frame."""
    place = torch.linspace(-1, 1, like.shape[-1], device=like.device)
    angle = numbers(like, generator, 0, 2 * math.pi)
    return angle.cos() * place + angle.sin() * place[:, None]


def illumination(like: Tensor, generator: Generator) -> Tensor:
    """Brightness of the empty page in (0, 1]: exposure, a slope, a vignette and a shadow with an edge."""
    place = torch.linspace(-1, 1, like.shape[-1], device=like.device)
    light = numbers(like, generator, 0.35, 1.0)
    light = light * (1 - numbers(like, generator, 0, 0.3) * (1 + across(like, generator)) / 2)
    radius2 = (place**2 + place[:, None] ** 2) / 2
    light = light * (1 - often(like, generator, 0.4) * numbers(like, generator, 0.1, 0.6) * radius2)
    softness = torch.exp(numbers(like, generator, math.log(0.03), math.log(0.5)))
    shadow = torch.sigmoid((across(like, generator) - numbers(like, generator, -0.4, 1.0)) / softness)
    return light * (1 - often(like, generator, 0.4) * numbers(like, generator, 0.1, 0.55) * shadow)


def desk_edge(like: Tensor, generator: Generator) -> Tensor:
    """In one picture of six the page ends inside the frame: a factor, 1 on the page, other beyond its edge."""
    beyond = ((across(like, generator) - numbers(like, generator, 0.75, 1.15)) * 30).clamp(0, 1)
    return 1 - often(like, generator, 0.17) * numbers(like, generator, 0.3, 0.9) * beyond


def ruled_lines(like: Tensor, generator: Generator) -> Tensor:
    """In one picture of three, thin ruled lines, in half of these crossed by others: marks in [0, 1]."""
    side = like.shape[-1]
    tilt = numbers(like, generator, -0.15, 0.15)
    period = numbers(like, generator, 0.12, 0.5) * side
    width = numbers(like, generator, 0.25, 0.8)
    place = torch.arange(side, device=like.device, dtype=torch.float32)
    phase = [numbers(like, generator) * period for _ in range(2)]
    down, over = place[:, None] + tilt * place + phase[0], place - tilt * place[:, None] + phase[1]
    first, second = ((1 - off_line(where, period) / (2 * width)).clamp(0, 1) for where in (down, over))
    both = torch.maximum(first, second * often(like, generator, 0.5))
    turned = torch.where(often(like, generator, 0.3) > 0, both.transpose(2, 3), both)
    return turned * often(like, generator, 0.33) * numbers(like, generator, 0.15, 0.9)


def off_line(where: Tensor, period: Tensor) -> Tensor:
    """Distance of places from the nearest multiple of `period`."""
    return (where - (where / period).round() * period).abs()


def specks(like: Tensor, generator: Generator) -> Tensor:
    """In one picture of four, a few dots of dirt: marks in [0, 1]."""
    dots = (torch.rand(like.shape, generator=generator, device=like.device) > 0.9996).float()
    wide = F.max_pool2d(dots, 3, stride=1, padding=1)
    return torch.lerp(dots, wide, often(like, generator, 0.4)) * often(like, generator, 0.25)


def grain(like: Tensor, generator: Generator) -> Tensor:
    """The sensor's noise and the paper's texture, to be added to the brightness."""
    side = like.shape[-1]
    fine = torch.randn(like.shape, generator=generator, device=like.device)
    coarse = torch.randn(len(like), 1, side // 4, side // 4, generator=generator, device=like.device)
    coarse = F.interpolate(coarse, size=(side, side), mode="bilinear")
    return numbers(like, generator) ** 2 * 0.04 * fine + numbers(like, generator) ** 2 * 0.03 * coarse


def block_noise(level: Tensor, generator: Generator) -> Tensor:
    """What JPEG does: the cosine transform of every 8x8 block (N, 1, S, S) is rounded, coarser for fine detail.

    source: ITU-T T.81, annex A (the transform); the steps grow linearly instead of by the standard's table.
    """
    side = level.shape[-1]
    room = -side % 8
    padded = F.pad(level, (0, room, 0, room), mode="replicate")
    blocks = padded.unflatten(2, (-1, 8)).unflatten(4, (-1, 8)).transpose(3, 4)  # (N, 1, S/8, S/8, 8, 8)
    index = torch.arange(8, device=level.device)
    cosine = torch.cos((2 * index + 1) * index[:, None] * math.pi / 16) * 0.5
    cosine[0] /= math.sqrt(2)
    step = (1 + index + index[:, None]) * numbers(level, generator, 0.004, 0.04)[..., None, None]
    rounded = ((cosine @ blocks @ cosine.T) / step).round() * step
    restored = (cosine.T @ rounded @ cosine).transpose(3, 4).flatten(4, 5).flatten(2, 3)
    return restored[..., :side, :side]
