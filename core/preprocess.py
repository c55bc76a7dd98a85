"""From any picture to the 28x28 that the net reads, as one static graph: exported with the net, trained through."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.ink import ALWAYS_PHOTO_PX, NEVER_PHOTO_PX, WORK, FindInk, largest

SIZE = 28  # side of the result, px
BOX = 20  # longest side of the ink in the result, px


class Preprocess(nn.Module):
    """Place a drawing or a photographed digit the way MNIST places its digits.

    image:   (N, H, W) uint8, any N, H, W >= 1, dark ink on light or light on dark.
    returns: seen (N, 28, 28) float32 in [0, 1], ink 1, longest edge about 20 px, centre of mass in the middle, all 0
             if there is no ink; and contrast (N,) float32 in [0, 1], how far the ink stands out from the paper.
    source:  LeCun, Cortes and Burges, The MNIST Database, notes on how the images were prepared.

    Ink is found on a 64 px working picture; the result is sampled from the picture itself, in two matrix products,
    and only then freed of its background: full-size pixels are touched by nothing else.
    """

    def __init__(self) -> None:
        super().__init__()
        self.find_ink = FindInk()

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        raw = image.float()  # (N, H, W), 0 to 255
        y, x = line(raw, 1), line(raw, 2)
        side = torch.maximum(y[-1], x[-1]) + 1
        photo = ((side - NEVER_PHOTO_PX) / (ALWAYS_PHOTO_PX - NEVER_PHOTO_PX)).clamp(0, 1)
        step = side / WORK  # source px per working px
        rows, inside_y = letterbox(y, step)
        columns, inside_x = letterbox(x, step)
        work = rows @ raw @ columns.T / 255  # (N, 64, 64)
        found = self.find_ink(work, inside_y[:, None] * inside_x[None, :], photo)
        centre_y, centre_x, extent = bounds(found["ink"] * found["mask"], found["mask"])
        scale = extent / BOX  # (N, 1), working px per result px
        fine_y, fine_x = window(centre_y, scale, step, y), window(centre_x, scale, step, x)
        coverage = fine_y.sum(2)[:, :, None] * fine_x.sum(2)[:, None, :]
        level = fine_y @ raw @ fine_x.transpose(1, 2) / 255  # (N, 28, 28)
        level = torch.where(found["dark"] > 0, coverage - level, level)
        coarse_y, coarse_x = coarse_window(centre_y, scale), coarse_window(centre_x, scale)
        paper = coarse_y @ found["paper"] @ coarse_x.transpose(1, 2)
        light = coarse_y @ found["light"] @ coarse_x.transpose(1, 2)
        mask = F.max_pool2d(found["mask"], 3, stride=1, padding=1)
        mask = (coarse_y @ (1 + photo * (mask - 1)) @ coarse_x.transpose(1, 2)).clamp(0, 1)
        ink = ((level - coverage * paper) / light * mask).clamp(min=0)
        return stretch(ink, found["contrast"], floor=0.12 * photo), found["contrast"]


def line(image: Tensor, axis: int) -> Tensor:
    """Pixel positions 0, 1, ... along an axis of (N, H, W), float32."""
    return torch.arange(image.shape[axis], device=image.device, dtype=torch.float32)


def letterbox(position: Tensor, step: Tensor) -> tuple[Tensor, Tensor]:
    """Rows (64, L) that sample a line every `step` px around its middle, repeating its ends; and what lies inside."""
    middle, count = position[-1] / 2, position[-1] + 1
    offset = (torch.arange(WORK, device=position.device) - (WORK - 1) / 2) * step
    sample = (middle + offset).clamp(min=0).minimum(position[-1])
    weight = (1 - (position - sample[:, None]).abs() / step.clamp(min=1)).clamp(min=0)
    inside = ((count / 2 - offset.abs()) / step + 0.5).clamp(0, 1)
    return weight / weight.sum(1, keepdim=True), inside


def bounds(mass: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Centre of mass (y, x) of (N, 64, 64) and the longer side of the mask's box, each (N, 1) in working px."""
    place = torch.arange(WORK, device=mass.device, dtype=mass.dtype)
    total = mass.sum((1, 2))[:, None].clamp(min=1e-6)
    # a matrix product: with a product and a sum instead, OpenVINO answers with the places themselves on AVX-512
    centre_y = mass.sum(2) @ place[:, None] / total
    centre_x = mass.sum(1) @ place[:, None] / total
    return centre_y, centre_x, torch.maximum(length(mask.amax(2)), length(mask.amax(1))).clamp(min=1)


def length(profile: Tensor) -> Tensor:
    """Distance (N, 1) between the outer edges of a profile (N, 64) in [0, 1]; a half-covered cell counts half."""
    place = torch.arange(WORK, device=profile.device)
    later = (place[None, :] >= place[:, None]).to(profile.dtype)
    last = (profile[:, None, :] * later).amax(2).sum(1, keepdim=True)
    first = (profile[:, None, :] * later.T).amax(2).sum(1, keepdim=True)
    return last + first - WORK * profile.amax(1, keepdim=True)


def window(centre: Tensor, scale: Tensor, step: Tensor, position: Tensor) -> Tensor:
    """Rows (N, 28, L) that sample the source line around a centre in working px with a triangle filter."""
    middle = position[-1] / 2 + (centre - (WORK - 1) / 2) * step
    return triangle(middle, scale * step, position)


def coarse_window(centre: Tensor, scale: Tensor) -> Tensor:
    """Rows (N, 28, 64) that sample a working line at the same points, linearly, repeating its ends."""
    place = torch.arange(WORK, device=centre.device, dtype=centre.dtype)
    sample = (centre + middle_offsets(centre) * scale).clamp(0, WORK - 1)
    return (1 - (place - sample[:, :, None]).abs()).clamp(min=0)


def triangle(centre: Tensor, scale: Tensor, position: Tensor) -> Tensor:
    """Rows (N, 28, L) that sample a line around `centre` (N, 1) every `scale` (N, 1) px with a triangle filter.

    A row sums to 1 where the line is long enough to fill the triangle.
    """
    sample = centre + middle_offsets(centre) * scale  # (N, 28)
    reach = scale.clamp(min=1)
    weight = (1 - (position - sample[:, :, None]).abs() / reach[:, :, None]).clamp(min=0)
    return weight / triangle_sum(sample - sample.floor(), reach)[:, :, None]


def triangle_sum(fraction: Tensor, reach: Tensor) -> Tensor:
    """Sum (N, 28) of a triangle of half-width `reach` (N, 1) over all whole places, its top `fraction` above one.

    Without it, even ink would come out in waves: a triangle of half-width 1.4 covers now two places, now three.
    """
    total = torch.zeros_like(fraction)
    for nearest in (fraction, 1 - fraction):  # distance of the first place on this side
        places = ((reach - nearest).floor() + 1).clamp(min=0)
        total = total + places - (places * nearest + places * (places - 1) / 2) / reach
    return total


def middle_offsets(like: Tensor) -> Tensor:
    """-13.5, -12.5, ... 13.5: where the result's pixels lie around its middle."""
    return torch.arange(SIZE, device=like.device, dtype=like.dtype) - (SIZE - 1) / 2


def stretch(ink: Tensor, contrast: Tensor, floor: Tensor) -> Tensor:
    """Ink (N, 28, 28) -> [0, 1]: its peak becomes 1, what lies below `floor` of the peak 0; all 0 without contrast."""
    peak = largest(ink, 16).clamp(min=1.5 / 255)[:, None, None]
    visible = (contrast * 127.5 - 1).clamp(0, 1)[:, None, None]  # from 2/255 on, fully from 4/255 on
    return ((ink / peak - floor) / (1 - floor)).clamp(0, 1) * visible
