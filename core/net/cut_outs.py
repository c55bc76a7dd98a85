"""Parts of a canvas -> the 28x28 pictures that the net looks at, each without its neighbours' ink."""

import torch
import torch.nn.functional as F
from torch import Tensor

from core.net.finder import STRIDE
from core.net.looks import span
from core.net.parts import MOST
from core.net.preprocess import offsets, triangle_sum, triangles

SIZE, BOX = 28, 20  # of what the net looks at, and of the ink in it, px
VISIBLE = 0.5  # chance of being a part's ink from which a cell counts to its box
REACH = 15  # cells as far from which paper says what the paper under ink is like


def cut_outs(level: Tensor, inside: Tensor, found: dict[str, Tensor], parts: dict[str, Tensor],
             order: dict[str, Tensor], which: Tensor) -> dict[str, Tensor]:  # fmt: skip
    """Each part as the recogniser wants it, without its neighbours' ink.

    which:   (P,) indices into (N x 32) of the parts in reading order.
    returns: seen (P, 28, 28), box (P, 4) cells, picture (P,), digit (P,).
    """
    picture = which // MOST
    part = order["order"].flatten()[which]  # (P,)
    mine = parts["mine"][picture, part]  # (P, h/2, w/2)
    mine = F.interpolate(mine[:, None], scale_factor=float(STRIDE), mode="nearest")  # (P, 1, h, w)
    digit = parts["digit"][picture, part]
    ink, other = (torch.sigmoid(found[name]) * inside for name in ("ink", "other"))
    written = torch.maximum(ink[picture], other[picture] * (digit < 0.5).to(ink.dtype)[:, None, None, None])
    mask = mine * written
    signal = strength(level, inside, ink, other)[picture]
    sides = (*span(mask.amax(3), VISIBLE), *span(mask.amax(2), VISIBLE))
    box = _box(*sides)
    seen = _scaled(_own_ink(signal, mask, written), *sides)
    return {"seen": (seen * 1.1).clamp(0, 1), "box": box, "picture": picture, "digit": digit}


def _box(top: Tensor, bottom: Tensor, left: Tensor, right: Tensor) -> Tensor:
    """Boxes (P, 4) of sides (P, 1, 1), in cells."""
    first, last = torch.cat([top, left], dim=2), torch.cat([bottom, right], dim=2)
    # Where nearly no ink is the part's own, nothing is high enough, and the first lies behind the last.
    return torch.cat([torch.minimum(first, last), torch.maximum(first, last)], dim=2).flatten(1)


def _own_ink(signal: Tensor, mask: Tensor, written: Tensor) -> Tensor:
    """The ink of each part in [0, 1], (P, 1, h, w): with its soft edge, but not where a neighbour is written."""
    wider = F.max_pool2d(mask, 3, stride=1, padding=1)
    kept = (wider - (written - mask).relu()).clamp(0, 1)
    mass = (signal * kept).relu()
    peak = (mass * mass * mask).sum((2, 3), keepdim=True) / (mass * mask).sum((2, 3), keepdim=True).clamp(min=1e-6)
    return (mass / peak.clamp(min=1e-3)).clamp(0, 1)


def _scaled(ink: Tensor, top: Tensor, bottom: Tensor, left: Tensor, right: Tensor) -> Tensor:
    """Ink (P, 1, h, w) as MNIST has it, (P, 28, 28): its longer side 20 px, its centre of mass in the middle."""
    profile_y, profile_x = ink.sum(3)[:, 0], ink.sum(2)[:, 0]  # (P, h), (P, w)
    y, x = (torch.arange(n, dtype=ink.dtype) for n in ink.shape[2:])
    middle_y = _mean_place(profile_y, y)
    middle_x = _mean_place(profile_x, x)
    scale = (torch.maximum(bottom - top, right - left) / BOX).clamp(min=0.05)[..., None]  # (P, 1, 1, 1)
    sample = torch.stack([middle_y, middle_x], 1)[..., None, None] + offsets(SIZE, ink) * scale
    reach = scale.clamp(min=1)
    rows, columns = triangles(sample, reach, y, x)
    whole = triangle_sum(sample, reach)
    seen = (rows @ ink @ columns.mT) / (whole[:, :1] * whole[:, 1:].mT)
    return seen[:, 0]


def strength(level: Tensor, inside: Tensor, ink: Tensor, other: Tensor) -> Tensor:
    """How far each cell stands out from the paper around it, ink counted upwards, (N, 1, h, w)."""
    bare = inside * (1 - torch.maximum(F.max_pool2d(ink, 3, 1, 1), other)).clamp(min=1e-4)
    rows, columns = (_around(n, level) for n in level.shape[2:])
    paper = (rows @ (bare * level) @ columns) / (rows @ bare @ columns).clamp(min=1e-6)
    out = (level - paper) * inside
    return out * (out * ink).sum((2, 3), keepdim=True).sign()


def _mean_place(profile: Tensor, place: Tensor) -> Tensor:
    """Where the mass of profiles (P, n) has its middle, (P,), along places (n,); for no profiles, too.

    ONNX Runtime's WebAssembly refuses a product of no rows with a vector.
    """
    return (profile @ place[:, None])[:, 0] / profile.sum(1).clamp(min=1e-6)


def _around(cells: int, like: Tensor) -> Tensor:
    """Weights (cells, cells) of the cells around each, falling in a straight line to 0 at REACH of them."""
    place = torch.arange(cells, device=like.device, dtype=like.dtype)
    return (REACH - (place[:, None] - place).abs()).relu()
