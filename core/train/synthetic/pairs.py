"""Two digits at once, most of them touching: what is no digit, though each part of it is."""

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

SIDE, BOX = 28, 20  # of a digit's picture, and of the ink in it, px
INK = 0.3  # level from which a pixel counts as ink
SIZES = 0.75, 1.15  # of a digit, as a share of MNIST's
HIGHER_PX = -2.0, 2.0  # or lower
GAPS_PX = -3.0, 2.0  # from ink to ink where the two come nearest; below 0 they overlap


def two_at_once(count: int, sources: Tensor, generator: Generator) -> Tensor:
    """Two of the digits `sources` (M, 28, 28) uint8 side by side, each of its own size and height.

    returns: (count, 28, 28) uint8, the longer side of the ink about 20 px, its middle in the middle.
    """
    if count == 0:
        return torch.zeros(0, SIDE, SIDE, dtype=torch.uint8)
    index = torch.randint(len(sources), (2, count), generator=generator)
    left, right = (_another_size(digits, generator) for digits in sources[index][:, :, None].float() / 255)
    inked = left > INK, right > INK
    apart = _until_they_meet(*inked) + _uniform(count, generator, GAPS_PX)
    boxes = torch.stack([_box(inked[0], torch.zeros(count)), _box(inked[1], apart)])  # (2, 4, N)
    top, first = boxes[:, :2].amin(0)
    bottom, last = boxes[:, 2:].amax(0)
    step = torch.maximum(bottom - top, last - first) / BOX
    y, x = (top + bottom - 1) / 2, (first + last - 1) / 2
    pair = torch.maximum(_sampled(left, step, y, x), _sampled(right, step, y, x - apart))
    return (pair[:, 0] * 255).round().to(torch.uint8)


def _another_size(digits: Tensor, generator: Generator) -> Tensor:
    count = len(digits)
    middle = (SIDE - 1) / 2
    step = 1 / _uniform(count, generator, SIZES)
    return _sampled(digits, step, middle + _uniform(count, generator, HIGHER_PX), torch.full((count,), middle))


def _uniform(count: int, generator: Generator, limits: tuple[float, float]) -> Tensor:
    return limits[0] + (limits[1] - limits[0]) * torch.rand(count, generator=generator)


def _sampled(digits: Tensor, step: Tensor, y: Tensor, x: Tensor) -> Tensor:
    """28x28 around (y, x) px of digits (N, 1, 28, 28), every `step` px; all of them (N,); nothing beyond."""
    shift = [(place - (SIDE - 1) / 2) * 2 / SIDE for place in (x, y)]
    zoom = step[:, None, None] * torch.eye(2)
    place = torch.cat([zoom, torch.stack(shift, dim=1)[..., None]], dim=2)
    grid = F.affine_grid(place, [len(step), 1, 2 * SIDE, 2 * SIDE], align_corners=False)
    return F.avg_pool2d(F.grid_sample(digits, grid, align_corners=False), 2)  # twice as fine: thin strokes stay


def _until_they_meet(left: Tensor, right: Tensor) -> Tensor:
    """By how many px to shift the right ink so that it begins in some row where the left ends, (N,)."""
    both = (left.any(3) & right.any(3))[:, 0]  # (N, 28) rows; digits of such sizes and heights share some
    room = (_ends(right)[0] - _ends(left)[1])[:, 0]
    return -room.masked_fill(~both, SIDE).amin(1).float()


def _box(ink: Tensor, shift: Tensor) -> Tensor:
    """Top, left, bottom, right (4, N) of ink (N, 1, 28, 28) bool moved right, ends excluded."""
    top, bottom = _ends(ink.any(3)[:, 0])
    first, last = _ends(ink.any(2)[:, 0])
    return torch.stack([top.float(), first + shift, bottom.float(), last + shift])


def _ends(ink: Tensor) -> tuple[Tensor, Tensor]:
    """First place with ink and the one behind the last, along the last axis of a bool tensor."""
    count = ink.shape[-1]
    return ink.int().argmax(-1), count - ink.int().flip(-1).argmax(-1)
