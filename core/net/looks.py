"""The reader's two looks: canvases of cells laid over the picture, the second where the first saw something written."""

import torch
import torch.nn.functional as F
from torch import Tensor

from core.net.preprocess import line, offsets

FIRST, SECOND = (64, 64), (64, 192)  # cells of the two looks
LINE, WIDTH = 46, 176  # cells that what is written may fill in the second look; the rest shows what lies around
WRITTEN = 0.4  # chance of ink from which a cell counts as written on, in the first look


def look(raw: Tensor, centre: Tensor, step: Tensor, canvas: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """A canvas of cells around a place of the picture.

    raw:     (N, 1, H, W); centre (N, 2, 1, 1) px, step (N, 1, 1, 1) px per cell.
    returns: level (N, 1, h, w), and what share of each cell the picture fills, (N, 1, h, w).
    """
    reach = step.clamp(min=1)
    lines, shares = [], []
    for axis, (cells, place) in enumerate(zip(canvas, (line(raw, 2), line(raw, 3)), strict=True)):
        sample = centre[:, axis : axis + 1] + offsets(cells, raw) * step  # (N, 1, cells, 1)
        end = place[-1:]
        held = sample.clamp(min=0).minimum(end)
        weight = (1 - ((place - held) / reach).abs()).relu()  # (N, 1, cells, px)
        lines.append(weight / weight.sum(3, keepdim=True).clamp(min=1e-6))
        low = (sample - step / 2).maximum(torch.tensor(-0.5))
        high = (sample + step / 2).minimum(end + 0.5)
        shares.append(((high - low) / step).clamp(0, 1))
    inside = shares[0] * shares[1].mT
    return (lines[0] @ raw) @ lines[1].mT * (inside > 0), inside


def written_at(found: dict[str, Tensor], inside: Tensor, centre: Tensor, step: Tensor) -> tuple[Tensor, Tensor]:
    """Where the second look goes: the middle of what is written and px per cell, from the first look's answer."""
    chance = torch.sigmoid(found["ink"]) * inside
    spans = [span(chance.amax(5 - axis), WRITTEN) for axis in (2, 3)]
    low, high = (torch.stack(ends, 1) for ends in zip(*spans, strict=True))  # (N, 2, 1, 1)
    nothing = (high <= low).any(1, keepdim=True)
    half = torch.tensor(FIRST, dtype=inside.dtype).view(1, 2, 1, 1) / 2
    middle = torch.where(nothing, centre, centre + ((low + high) / 2 - half) * step)
    room = torch.tensor([LINE, WIDTH], dtype=inside.dtype).view(1, 2, 1, 1)
    needed = ((high - low) / room).amax(1, keepdim=True)
    return middle, torch.where(nothing, step, step * needed)


def span(profile: Tensor, threshold: float) -> tuple[Tensor, Tensor]:
    """Where a profile (N, 1, cells) first rises to a threshold and last falls below it, each (N, 1, 1), between cells.

    Between two cells the profile is a straight line, so that rounding moves an edge by no more than itself. Nowhere
    high enough: the first lies behind the last.
    """
    cells = profile.shape[2]
    middle = torch.arange(cells, dtype=profile.dtype) + 0.5
    padded = F.pad(profile, (1, 1))
    before, after = (
        ((profile - threshold) / (profile - beside).clamp(min=1e-6)).clamp(0, 1)
        for beside in (padded[:, :, :-2], padded[:, :, 2:])
    )
    high = profile >= threshold
    low = torch.where(high, middle - before, cells).amin(2, keepdim=True)
    return low, torch.where(high, middle + after, 0).amax(2, keepdim=True)


def on_picture(cut: dict[str, Tensor], centre: Tensor, step: Tensor, last: Tensor) -> Tensor:
    """The boxes of cut-outs in px of the picture, (P, 4)."""
    boxes = (cut["box"] - _middle(SECOND)) * step.flatten()[cut["picture"]][:, None]
    boxes = boxes + centre[:, :, 0, 0].repeat(1, 2)[cut["picture"]] + 0.5
    return torch.minimum(boxes.clamp(min=0), (last.flatten() + 1).repeat(2))


def _middle(canvas: tuple[int, int]) -> Tensor:
    """Middle of a canvas as (top, left, bottom, right), between cells."""
    return torch.tensor([canvas[0] / 2, canvas[1] / 2] * 2)
