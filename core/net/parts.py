"""What the finder says of a canvas -> parts, digits and marks, in reading order."""

import torch
import torch.nn.functional as F
from torch import Tensor

from core.net.finder import STRIDE, places

MOST = 32  # parts that are answered for
PEAK = 0.3  # heat from which a place is a centre
NEW_LINE = 0.8  # of a digit's height: from centre to centre, more than a comma hangs
PITCH = 512.0  # cells from line to line in the sorting of parts; more than any line is long
FAR = 1e4  # cells; beyond any canvas
NEAR = 0.4  # of a part's longer side: as far from its centre may ink say that its own lies
UPRIGHT = 0.45  # of the tallest part: ink that no centre claims, if it is lower, is dirt
UNCLAIMED = 0.25  # of a typical part's ink: so much that no centre claims is a part of its own


def peaks(found: dict[str, Tensor], inside: Tensor) -> dict[str, Tensor]:
    """Centres of digits and marks, at most 32: the strongest peaks of the heat.

    returns: index (N, K) into the places, centre (N, K, 2) cells, size (N, K, 2) cells, there (N, K) bool,
             digit (N, K) in [0, 1], how much more a digit than a mark; more (N,) int64.
    """
    heat = torch.sigmoid(found["heat"]) * (F.avg_pool2d(inside, STRIDE) > 0)
    digit, mark = heat.split(1, dim=1)
    either = torch.maximum(digit, mark)
    peak = either * (either == F.max_pool2d(either, 3, stride=1, padding=1))
    value, index = peak.flatten(1).topk(MOST, dim=1)
    height, width = heat.shape[2:]
    spots = places(height, width, heat).flatten(1).T  # (P, 2)
    centre = spots[index]
    size = _at(found["size"], index).exp2()
    there = value > PEAK
    apart = (centre[:, :, None] - centre[:, None]).abs() / torch.minimum(size[:, :, None], size[:, None])
    stronger = (value[:, None] > value[:, :, None]) | (
        (value[:, None] == value[:, :, None]) & (index[:, None] < index[:, :, None])
    )
    twin = (apart.amax(3) < 0.35) & stronger & there[:, None]
    there = there & ~twin.any(2)
    more = ((peak > PEAK).flatten(1).sum(1) - MOST).clamp(min=0)
    share = _at(digit, index) / (_at(digit, index) + _at(mark, index)).clamp(min=1e-6)
    return {"index": index, "centre": centre, "size": size, "there": there, "digit": share[..., 0], "more": more}


def find_parts(found: dict[str, Tensor], inside: Tensor) -> dict[str, Tensor]:
    """The peaks' parts and one more: the digits' ink that no centre claims, where that is as much as a small digit's.

    Without it, a centre that was missed would take its ink along without a word. Returns what `peaks` does, of
    K = 33 parts, and mine (N, K, h/2, w/2), how much each place's ink belongs to each part.
    """
    parts = peaks(found, inside)
    mine = owned(found, parts)
    ink = F.avg_pool2d(torch.sigmoid(found["ink"]) * inside, STRIDE)
    left = ink * (1 - mine.amax(1, keepdim=True))
    count = parts["there"].sum(1).clamp(min=1)
    typical = (ink.sum((1, 2, 3)) - left.sum((1, 2, 3))) / count
    height, width = ink.shape[2:]
    spots = places(height, width, ink).flatten(1)  # (2, P)
    solid = (left > 0.5).to(ink.dtype).flatten(1)  # (N, P)
    low, high = (torch.where(solid[:, None] > 0, spots, side * FAR) for side in (1, -1))
    low, high = low.amin(2), high.amax(2)  # (N, 2)
    tallest = (parts["size"][..., 0] * parts["there"]).amax(1)
    there = (solid * left.flatten(1)).sum(1) > UNCLAIMED * typical
    there = there & (high[:, 0] - low[:, 0] > UPRIGHT * tallest) & parts["there"].any(1)
    more = {
        "centre": (low + high) / 2,
        "size": (high - low + STRIDE).clamp(min=STRIDE),
        "there": there,
        "digit": torch.ones_like(typical),
    }
    joined = {name: torch.cat([parts[name], value[:, None]], dim=1) for name, value in more.items()}
    return parts | joined | {"mine": torch.cat([mine, 1 - mine.amax(1, keepdim=True)], dim=1)}


def owned(found: dict[str, Tensor], parts: dict[str, Tensor]) -> Tensor:
    """How much each place's ink belongs to each part, (N, K, h/2, w/2), softly, so that rounding decides nothing."""
    height, width = found["heat"].shape[2:]
    vote = (places(height, width, found["heat"]) + found["offset"]).flatten(2)  # (N, 2, P)
    square = ((vote[:, None] - parts["centre"][..., None]) ** 2).sum(2)  # (N, K, P)
    there = parts["there"][..., None]
    count = there.sum(1, keepdim=True).clamp(min=1)
    typical = (parts["size"][..., :1] * there).sum(1, keepdim=True) / count
    share = torch.softmax((-square / (2 * (0.12 * typical).clamp(min=1) ** 2)).masked_fill(~there, -1e6), dim=1)
    near = torch.sigmoid((NEAR - square.sqrt() / parts["size"].amax(2)[..., None].clamp(min=4)) * 20)
    return (share * near * there).unflatten(2, (height, width))


def reading_order(parts: dict[str, Tensor]) -> dict[str, Tensor]:
    """Parts (N, 33) by lines from top to bottom, each from left to right; the first 32 of them.

    returns: order (N, 32) indices into the parts, there (N, K) bool, line (N, K) int64.
    """
    there = parts["there"]
    y = torch.where(there, parts["centre"][..., 0], FAR)
    x = parts["centre"][..., 1]
    typical = typical_height(parts["size"][..., 0], there)
    down, by_y = y.topk(MOST + 1, dim=1, largest=False)
    begins = F.pad((down[:, 1:] - down[:, :-1] > NEW_LINE * typical).to(torch.int64), (1, 0))
    line_by_y = begins.cumsum(1)
    key = line_by_y.to(y.dtype) * PITCH + x.gather(1, by_y) + down / PITCH  # the upper of two in one column goes first
    _, again = key.topk(MOST, dim=1, largest=False)
    order = by_y.gather(1, again)
    return {"order": order, "there": there.gather(1, order), "line": line_by_y.gather(1, again)}


def typical_height(height: Tensor, there: Tensor) -> Tensor:
    """The mean of the heights (N, K) that are there, (N, 1), in which tall ones count more: a dot hardly does."""
    height = height * there
    return (height * height).sum(1, keepdim=True) / height.sum(1, keepdim=True).clamp(min=1e-6)


def _at(values: Tensor, index: Tensor) -> Tensor:
    """Values (N, C, h, w) at places (N, K): (N, K, C)."""
    flat = values.flatten(2).mT
    return flat.gather(1, index[..., None].expand(-1, -1, flat.shape[2]))
