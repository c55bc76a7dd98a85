"""What the finder is asked to answer, and how wrong it is."""

import torch
import torch.nn.functional as F
from torch import Tensor

from core.net.finder import STRIDE, places, split
from core.train.synthetic.scenes.layout import MARK

WEIGHTS = {"ink": 1.0, "other": 0.5, "heat": 0.35, "offset": 1.0, "owner": 0.5, "size": 0.3}
FAR = 1e6


def losses(output: Tensor, truth: dict[str, Tensor]) -> dict[str, Tensor]:
    """Each part of the loss, unweighted.

    output: (N, 14, h / 2, w / 2), the finder's.
    truth:  the arrays of `scene.Truth`, stacked: ink, other, inside (N, h, w) in [0, 1], owner (N, h, w) int8,
            boxes (N, K, 4) cells, labels (N, K).
    source: Lin et al. 2017, Focal Loss, in the form of Zhou et al. 2019 (heat); Neven et al. 2019, Instance
            Segmentation by Jointly Optimizing Spatial Embeddings (the softmax over centres).
    """
    most = max(int((truth["labels"] >= 0).sum(1).max()), 1)  # digits on any of these pictures
    truth = truth | {name: truth[name][:, :most] for name in ("boxes", "labels")}
    found = split(output)
    inside = truth["inside"][:, None]
    parts = {name: _coverage_loss(found[name], truth[name][:, None], inside) for name in ("ink", "other")}
    centres, sizes, there = _digits(truth)
    spots = places(output.shape[2], output.shape[3], output)
    is_mark = truth["labels"] == MARK
    target = [_heat_target(centres, sizes, there & kind, spots) for kind in (~is_mark, is_mark)]
    parts["heat"] = _focal(found["heat"], torch.stack(target, 1), inside)
    owner = _owner_of_places(truth["owner"], torch.maximum(truth["ink"], truth["other"]))  # (N, h/2, w/2)
    owned = (owner >= 0).float()
    index = owner.clamp(min=0).long()
    mine = _of_owner(centres, index)  # (N, 2, h/2, w/2)
    height = _of_owner(sizes, index)[:, :1]
    vote = spots + found["offset"]
    distance = (vote - mine).abs().sum(1, keepdim=True) / height
    count = owned.sum().clamp(min=1)
    parts["offset"] = (distance[:, 0] * owned).sum() / count
    parts["owner"] = (_owner_loss(vote, centres, sizes, there, index) * owned).sum() / count
    size_error = (found["size"] - _of_owner(sizes, index).clamp(min=1).log2()).abs().sum(1)
    parts["size"] = (size_error * owned).sum() / count
    return parts


def total(parts: dict[str, Tensor]) -> Tensor:
    """The weighted sum that is minimised."""
    return torch.stack([WEIGHTS[name] * value for name, value in parts.items()]).sum()


def _coverage_loss(logits: Tensor, coverage: Tensor, inside: Tensor) -> Tensor:
    """Cross-entropy against coverage doubled: half a cell of ink counts as ink, for thin strokes cover no more."""
    target = (2 * coverage).clamp(max=1)
    loss = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    weight = inside * (1 + 3 * target)
    return (loss * weight).sum() / inside.sum().clamp(min=1)


def _digits(truth: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """Centres (N, K, 2) and sizes (N, K, 2) in cells, y before x, and whether there is a digit (N, K)."""
    boxes = truth["boxes"]
    low, high = boxes[..., :2], boxes[..., 2:]
    return (low + high - 1) / 2, (high - low).clamp(min=1), truth["labels"] >= 0


def _heat_target(centres: Tensor, sizes: Tensor, there: Tensor, spots: Tensor) -> Tensor:
    """A bell around each centre, narrower for narrow digits, (N, h/2, w/2) with 1 at the place nearest to it."""
    reach = (0.1 * torch.minimum(sizes[..., 0], 1.6 * sizes[..., 1])).clamp(min=1.0)[..., None, None]
    nearest = ((centres - (STRIDE - 1) / 2) / STRIDE).round() * STRIDE + (STRIDE - 1) / 2
    square = ((spots[None, None] - nearest[..., None, None]) ** 2).sum(2)
    bells = torch.exp(-square / (2 * reach**2)) * there[..., None, None]
    return bells.amax(1)


def _focal(logits: Tensor, target: Tensor, inside: Tensor) -> Tensor:
    chance = torch.sigmoid(logits).clamp(1e-4, 1 - 1e-4)
    peak = (target > 0.999).float()
    right = peak * (1 - chance) ** 2 * chance.log()
    wrong = (1 - peak) * (1 - target) ** 4 * chance**2 * (1 - chance).log()
    weight = F.avg_pool2d(inside, STRIDE)
    return -((right + wrong) * weight).sum() / peak.sum().clamp(min=1)


def _owner_of_places(owner: Tensor, ink: Tensor) -> Tensor:
    """Of the cells of each place, the owner of the one with most ink, (N, h/2, w/2) int64."""
    cells = F.unfold(ink[:, None], STRIDE, stride=STRIDE).argmax(1, keepdim=True)
    owners = F.unfold(owner[:, None].float(), STRIDE, stride=STRIDE).gather(1, cells)
    return owners.view(len(owner), owner.shape[1] // STRIDE, -1).round().long()


def _of_owner(values: Tensor, index: Tensor) -> Tensor:
    """Values (N, K, 2) of each place's owner: (N, 2, h/2, w/2)."""
    flat = index.flatten(1)[..., None].expand(-1, -1, 2)
    return values.gather(1, flat).mT.unflatten(2, index.shape[1:])


def _owner_loss(vote: Tensor, centres: Tensor, sizes: Tensor, there: Tensor, index: Tensor) -> Tensor:
    """Cross-entropy (N, h/2, w/2) of whose centre each vote is nearest to."""
    typical = (sizes[..., 0] * there).sum(1) / there.sum(1).clamp(min=1)  # (N,)
    scale = (0.12 * typical).clamp(min=1)[:, None, None, None]
    square = ((vote[:, None] - centres[..., None, None]) ** 2).sum(2)  # (N, K, h/2, w/2)
    logits = (-square / (2 * scale**2)).clamp(min=-60).masked_fill(~there[..., None, None], -FAR)
    return F.cross_entropy(logits, index, reduction="none")
