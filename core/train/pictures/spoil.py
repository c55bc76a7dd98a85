"""Spoil some of a batch's pictures as cameras, paper and pens do: noise, weak contrast, lines, gaps, blur, holes."""

from collections.abc import Callable

import torch
from torch import Generator, Tensor
from torchvision.transforms.functional import gaussian_blur

from core.train.pictures.augment import erase
from core.train.synthetic.paper import numbers

Change = Callable[[Tensor, Generator], Tensor]


def spoil(ink: Tensor, share: float, generator: Generator) -> Tensor:
    """Change about `share` of the pictures, each in one way of random strength; the others stay as they are.

    ink:     (N, 1, 28, 28) float32 in [0, 1].
    returns: the same shape, in [0, 1].
    source:  Rusak et al. 2020, A Simple Way to Make Neural Networks Robust Against Diverse Image Corruptions.
    """
    if not share:
        return ink
    hit = torch.rand(len(ink), generator=generator, device=ink.device) < share
    kind = torch.randint(len(CHANGES), (len(ink),), generator=generator, device=ink.device)
    spoilt = ink.clone()
    for number, change in enumerate(CHANGES):
        chosen = (hit & (kind == number)).nonzero()[:, 0]
        if len(chosen):
            spoilt[chosen] = change(ink[chosen], generator)
    return spoilt.clamp(0, 1)


def add_noise(ink: Tensor, generator: Generator) -> Tensor:
    """Gaussian noise of deviation up to 0.4 in every pixel."""
    noise = torch.randn(ink.shape, generator=generator, device=ink.device)
    return ink + numbers(ink, generator, 0, 0.4) * noise


def weaken(ink: Tensor, generator: Generator) -> Tensor:
    """Ink of 8% to 100% of its strength."""
    return ink * torch.exp(numbers(ink, generator, -2.5, 0))


def brighten(ink: Tensor, generator: Generator) -> Tensor:
    """Grey paper, up to 0.35."""
    return ink + numbers(ink, generator, 0, 0.35)


def ripple(ink: Tensor, generator: Generator) -> Tensor:
    """Where each pixel (N, 1, 28, 28) lies in parallel stripes of random direction, period and phase: 0 to 1."""
    place = torch.arange(ink.shape[-1], device=ink.device, dtype=ink.dtype)
    angle = (numbers(ink, generator, 0, 4) // 1) * (torch.pi / 4)  # level, upright and both diagonals
    along = angle.cos() * place[:, None] + angle.sin() * place
    period = numbers(ink, generator, 4, 10)
    return (along / period + numbers(ink, generator, 0, 1)) % 1 * period  # px from the stripe's edge


def rule(ink: Tensor, generator: Generator) -> Tensor:
    """Lined paper: lines of one pixel, faint to black."""
    line = (ripple(ink, generator) < 1).to(ink.dtype)
    return torch.maximum(ink, line * numbers(ink, generator, 0.2, 1))


def interrupt(ink: Tensor, generator: Generator) -> Tensor:
    """Dotted strokes: gaps of 1 to 3 px."""
    return ink * (ripple(ink, generator) >= numbers(ink, generator, 0.5, 3.5))


def blur(ink: Tensor, generator: Generator) -> Tensor:
    """Gaussian blur, its deviation from 0.5 to 2 px, the same for all pictures of a call."""
    deviation = 0.5 + 1.5 * float(torch.rand(1, generator=generator, device=ink.device))
    blurred: Tensor = gaussian_blur(ink, [9, 9], [deviation, deviation])
    return blurred


def hide(ink: Tensor, generator: Generator) -> Tensor:
    """A rectangle of 2 to 10 px a side is paper."""
    return erase(ink, 1, generator, largest_px=10)


CHANGES: tuple[Change, ...] = (add_noise, weaken, brighten, rule, interrupt, blur, hide)
