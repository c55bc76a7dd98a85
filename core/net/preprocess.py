"""From any picture to the 28x28 that the net reads, as one static graph: exported with the net, trained through."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.net.ink import ALWAYS_PHOTO_PX, NEVER_PHOTO_PX, WORK, FindInk, largest, outer

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

    Runtimes spend as long on the number of operations as on the pixels. Therefore pictures are (N, 1, height, width)
    and their numbers (N, 1, 1, 1) all along, and both axes are treated as one: (N, 2, length, 1), y before x.
    """

    def __init__(self) -> None:
        super().__init__()
        self.find_ink = FindInk()

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        raw = image[:, None].float()  # 0 to 255
        y, x = line(raw, 2), line(raw, 3)
        last = torch.cat([y[-1:], x[-1:]]).view(1, 2, 1, 1)
        side = last.amax(1, keepdim=True) + 1
        photo = ((side - NEVER_PHOTO_PX) / (ALWAYS_PHOTO_PX - NEVER_PHOTO_PX)).clamp(0, 1)
        step = side / WORK  # source px per working px
        sample, inside = letterbox(last, step)
        rows, columns = triangles(sample, step.clamp(min=1), y, x)
        work = rows @ (raw @ columns.mT) / 255 / weights(rows, columns)
        found = self.find_ink(work, inside, photo)
        centre, extent = bounds(found["ink"] * found["mask"], found["mask"])
        scale = extent / BOX  # working px per result px
        sample = centre + offsets(SIZE, work) * scale  # (N, 2, 28, 1), working px from the middle
        level, coverage = resample(raw, last / 2 + sample * step, scale * step, y, x)
        level = (found["dark"] * coverage - level).abs()
        paper, light, mask = coarse(sample, found).split(1, dim=1)
        ink = ((level - coverage * paper) / light * (1 + photo * (mask - 1))).relu()
        seen = stretch(ink, found["contrast"], floor=0.12 * photo)
        return seen.squeeze(1), found["contrast"].flatten()


def line(image: Tensor, axis: int) -> Tensor:
    """Pixel positions 0, 1, ... along an axis of an image, float32."""
    return torch.arange(image.shape[axis], device=image.device, dtype=torch.float32)


def offsets(count: int, like: Tensor) -> Tensor:
    """Where `count` pixels lie around their middle, (count, 1): for 28, -13.5, -12.5, ... 13.5."""
    return torch.arange(count, device=like.device, dtype=like.dtype)[:, None] - (count - 1) / 2


def letterbox(last: Tensor, step: Tensor) -> tuple[Tensor, Tensor]:
    """Where to sample lines that end at `last` (1, 2, 1, 1) every `step` px around their middle, repeating their ends.

    returns: positions (1, 2, 64, 1) in px, and what share of each lies inside, in [0, 1].
    """
    offset = offsets(WORK, last) * step
    sample = (last / 2 + offset).relu().minimum(last)
    inside = ((last + 1) / (2 * step) - (offsets(WORK, last).abs() - 0.5)).clamp(0, 1)
    return sample, inside


def triangles(sample: Tensor, reach: Tensor | float, y: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """Rows (N, 1, K, H) and columns (N, 1, K, W): triangles of half-width `reach`, 1 high, at `sample` (N, 2, K, 1)."""
    sample_y, sample_x = (sample / reach).split(1, dim=1)
    rows = (1 - (y / reach - sample_y).abs()).relu()
    columns = (1 - (x / reach - sample_x).abs()).relu()
    return rows, columns


def weights(rows: Tensor, columns: Tensor) -> Tensor:
    """What a sandwich between `rows` and `columns` makes of a picture of ones, (N, 1, K, K)."""
    return rows.sum(3, keepdim=True) * columns.sum(3, keepdim=True).mT


def bounds(mass: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Where the mass (N, 1, 64, 64) has its centre, y and x from the middle (N, 2, 1, 1), and the longer side
    (N, 1, 1, 1) of the mask's box, all in working px.
    """
    profile = torch.cat([mass.sum(3, keepdim=True).mT, mass.sum(2, keepdim=True)], dim=1)
    # a matrix product: with a product and a sum instead, OpenVINO answers with the places themselves on AVX-512
    centre = profile @ offsets(WORK, mass) / profile.sum(3, keepdim=True).clamp(min=1e-6)
    profile = torch.cat([mask.amax(3, keepdim=True).mT, mask.amax(2, keepdim=True)], dim=1)
    return centre, length(profile).amax(1, keepdim=True).clamp(min=1)


def length(profile: Tensor) -> Tensor:
    """Distance (N, 2, 1, 1) between the outer edges of profiles (N, 2, 1, 64); a half-covered cell counts half.

    A window of 64 cells that slides over a profile meets it 63 times more often than it is long.
    """
    met = F.max_pool2d(F.pad(profile, (WORK - 1, WORK - 1)), (1, WORK), stride=1)
    return met.sum(3, keepdim=True) - (WORK - 1) * profile.amax(3, keepdim=True)


def resample(raw: Tensor, sample: Tensor, scale: Tensor, y: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """Sample a picture (N, 1, H, W) of 0 to 255 at `sample` (N, 2, 28, 1), `scale` px apart, with a triangle filter.

    returns: level (N, 1, 28, 28) in [0, 1], 0 beyond the picture, and what share of each triangle the picture fills.
    """
    reach = scale.clamp(min=1)
    rows, columns = triangles(sample, reach, y, x)
    whole = outer(triangle_sum(sample, reach))
    return rows @ (raw @ columns.mT) / 255 / whole, weights(rows, columns) / whole


def triangle_sum(sample: Tensor, reach: Tensor) -> Tensor:
    """Sum (N, 2, 28, 1) over all whole places of a triangle of half-width `reach` >= 1 around `sample`, 1 high.

    Without it, even ink would come out in waves: a triangle of half-width 1.4 covers now two places, now three.
    """
    sides = torch.arange(2, device=sample.device, dtype=sample.dtype)
    nearest = (sample - sample.floor() - sides).abs()  # distance of the first place on each side, (N, 2, 28, 2)
    further = (reach - nearest).floor()  # how many places follow it
    return ((further + 1) * (1 - (nearest + further / 2) / reach)).sum(3, keepdim=True)


def coarse(sample: Tensor, found: dict[str, Tensor]) -> Tensor:
    """Paper, light and widened mask (N, 3, 28, 28) at `sample` px from the middle, linearly, repeating their ends."""
    mask = F.max_pool2d(found["mask"], 3, stride=1, padding=1)
    maps = torch.cat([found["paper"], found["light"], mask], dim=1)
    place = offsets(WORK, sample).flatten()
    rows, columns = triangles(sample.clamp(-(WORK - 1) / 2, (WORK - 1) / 2), 1.0, place, place)
    return rows @ maps @ columns.mT


def stretch(ink: Tensor, contrast: Tensor, floor: Tensor) -> Tensor:
    """Ink (N, 1, 28, 28) -> [0, 1]: its peak becomes 1, what is below `floor` of it 0; all 0 without contrast."""
    peak = largest(ink, 16).clamp(min=1.5 / 255)
    lowest = floor * peak
    visible = ((contrast - 2 / 255) / (2 / 255)).clamp(0, 1)
    return ((ink - lowest) / (peak - lowest)).clamp(0, 1) * visible
