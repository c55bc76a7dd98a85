"""What is ink and what is paper, decided on a small working picture: polarity, background, and the digit's own mask."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WORK = 64  # side of the square working picture, px
HALF = WORK // 2
NEVER_PHOTO_PX, ALWAYS_PHOTO_PX = 40, 64  # longer side of a picture that cannot be a photo, and of one that may be


class Levels(NamedTuple):
    """Statistics of the brightness of working pictures (N, 1, 1, 1); of a brighter and a darker class (N, 1, 2, 1)."""

    mean: Tensor
    variance: Tensor
    between: Tensor  # the part of the variance that lies between the two classes
    level: Tensor  # mean of each class
    evenness: Tensor  # share of each class near its mean


class FindInk(nn.Module):
    """Find the ink of one digit on a working picture.

    Everything is continuous in the brightness except the choice of polarity, so that runtimes that differ by rounding
    agree; nothing loops over pixels, and morphology runs at half size, where a shadow loses nothing.
    """

    beside: Tensor
    wide_blur: Tensor
    support_blur: Tensor
    enlarge: Tensor
    enlarge_half: Tensor
    likely: Tensor

    def __init__(self) -> None:
        super().__init__()
        place = torch.linspace(-1, 1, WORK)
        radius2 = place[:, None] ** 2 + place[None, :] ** 2
        self.register_buffer("beside", 1 - torch.exp(-radius2 / (2 * 0.5**2)), persistent=False)
        self.register_buffer("wide_blur", box_blur(13, WORK, repeat_edge=True), persistent=False)
        self.register_buffer("support_blur", box_blur(13, WORK, repeat_edge=False), persistent=False)
        self.register_buffer("enlarge", linear_enlarge(HALF, WORK), persistent=False)
        self.register_buffer("enlarge_half", linear_enlarge(HALF // 2, HALF), persistent=False)
        self.register_buffer("likely", 0.1 + 0.9 * torch.exp(-radius2 / (2 * 0.4**2)), persistent=False)

    def forward(self, work: Tensor, inside: Tensor, photo: Tensor) -> dict[str, Tensor]:
        """Split a working picture into ink and paper.

        work:    (N, 1, 64, 64) float32 brightness in [0, 1], its border repeated where the letterbox is empty.
        inside:  (1, 2, 64, 1) in [0, 1], which part of each row and of each column the picture covers.
        photo:   (1, 1, 1, 1) in [0, 1], 0 for small pictures, which are taken as they are.
        returns: dark (N, 1, 1, 1), 1 where ink is darker than paper; paper (N, 1, 64, 64), the background with
                 ink counted upwards; light, how much falls on it; ink >= 0, unscaled; mask in [0, 1], where the digit
                 is; contrast (N, 1, 1, 1) in [0, 1].
        """
        half = F.avg_pool2d(work, 2)
        half_inside = outer(F.avg_pool2d(inside, (2, 1)))
        inside = outer(inside)
        weight = 1 - photo * self.beside
        levels = split_levels(half, half_inside)
        border_vote = border_says_dark(half, levels, half_inside, photo)
        dark = (border_vote >= self.skew(work, inside, weight)).float()
        level = (dark - work).abs()  # one minus it where ink is dark
        paper = self.background(level, (dark - half).abs(), even_paper(levels, dark), photo)
        light = illumination(paper, dark)
        ink = ((level - paper) / light * inside).relu()
        contrast = largest(ink * weight, 24)
        mask = self.digit_mask(ink / contrast.clamp(min=2 / 255), photo)
        return {"dark": dark, "paper": paper, "light": light, "ink": ink, "mask": mask, "contrast": contrast}

    def skew(self, work: Tensor, inside: Tensor, weight: Tensor) -> Tensor:
        """Skewness of the blurred-away brightness: negative where the rarer side, which is ink, is dark."""
        near = (work - self.wide_blur @ work @ self.wide_blur.T) * (inside * weight)
        square, area = near * near, inside.sum()
        power = total(square) / area + 1e-7
        return total(square * near) / area / power**1.5

    def background(self, level: Tensor, half: Tensor, even: tuple[Tensor, Tensor], photo: Tensor) -> Tensor:
        """Paper's level (N, 1, 64, 64): one number where the paper is even, else an opening wider than a stroke."""
        flat, evenness = even
        reach = 2
        padded = F.pad(half, (2 * reach,) * 4, mode="replicate")  # shadows go on beyond the frame
        eroded = -F.max_pool2d(-padded, 2 * reach + 1, stride=1)
        opened = F.max_pool2d(eroded, 2 * reach + 1, stride=1)
        opened = torch.minimum(self.enlarge @ opened @ self.enlarge.T, level)
        return flat + photo * (1 - evenness) * (opened - flat)

    def digit_mask(self, ink: Tensor, photo: Tensor) -> Tensor:
        """Ink relative to its peak -> (N, 1, 64, 64) in [0, 1]: strong ink in the main mass, and what joins it."""
        visible = ((ink - 0.2) / 0.24).clamp(0, 1)
        strong = ((ink - 0.35) / 0.2).clamp(0, 1)
        support = (self.support_blur @ strong @ self.support_blur.T) * self.likely
        enough = 0.3 * support.amax((2, 3), keepdim=True).clamp(min=1e-6)
        main = F.max_pool2d(torch.minimum(strong, (support / enough - 1).clamp(0, 1)), 2)
        joined = self.grow(main, ((F.max_pool2d(ink, 2) - 0.4) / 0.2).clamp(0, 1))
        around = F.max_pool2d(joined, 3, stride=1, padding=1)
        kept = torch.minimum(self.enlarge @ around @ self.enlarge.T * 1.5, visible)
        return visible + photo * (kept - visible)

    def grow(self, seed: Tensor, bound: Tensor) -> Tensor:
        """Follow strokes from a seed (N, 1, 32, 32) through `bound` for 12 cells of 4 px, hopping over small gaps.

        source: Vincent 1993, Morphological Grayscale Reconstruction in Image Analysis, with a fixed number of steps.
        """
        coarse, coarse_bound = F.max_pool2d(seed, 2), F.max_pool2d(bound, 2)
        for _ in range(12):
            coarse = torch.minimum(F.max_pool2d(coarse, 3, stride=1, padding=1), coarse_bound)
        reached = (self.enlarge_half @ coarse @ self.enlarge_half.T * 1.8).clamp(max=1)
        return torch.maximum(seed, torch.minimum(reached, bound))


def border_says_dark(work: Tensor, levels: Levels, inside: Tensor, photo: Tensor) -> Tensor:
    """How strongly the border speaks for dark ink: paper lies there, and a bright border means bright paper.

    On what may be a photo a border is believed if it is even, for corners are often in shadow, or if the picture has
    two levels and little between them, for then there is no shadow.
    """
    frame = inside * F.max_pool2d(F.pad(1 - inside, (1,) * 4, value=1.0), 3, stride=1)
    part = frame / frame.sum().clamp(min=1)
    deviation = work - levels.mean
    border = total(deviation * part)
    uneven = total((deviation - border) ** 2 * part) / levels.variance
    two_levels = ((levels.between / levels.variance - 0.88) / 0.08).clamp(0, 1)
    trust = torch.maximum(1 + photo * (torch.exp(-8 * uneven) - 1), two_levels)
    return 3 * trust * border / levels.variance.sqrt()


def split_levels(work: Tensor, inside: Tensor) -> Levels:
    """Divide brightness (N, 1, H, W) into a brighter and a darker class, softly.

    source: Ridler and Calvard 1978, Picture thresholding using an iterative selection method.
    """
    area = inside.sum()
    part, few = inside / area, 1e-3 / area
    weighed = work * part
    split = mean = total(weighed)
    variance = total((work - mean) ** 2 * part) + 1e-6
    brightness = row(work)
    side = 1 - 2 * torch.arange(2, device=work.device)[:, None]  # 1 towards brighter, -1 towards darker
    for _ in range(4):
        members = torch.sigmoid((brightness - split) * (50 * side))  # (N, 1, 2, H * W)
        share = members @ column(part)
        level = members @ column(weighed) / (share + few)
        split = level.mean(2, keepdim=True)
    (bright, dark), (brighter, darker) = level.split(1, dim=2), share.split(1, dim=2)
    between = brighter * darker * (bright - dark) ** 2
    alike = torch.exp(-(((brightness - level) / (0.08 * (bright - dark) + 0.004)) ** 2))
    return Levels(mean, variance, between, level, (alike * members) @ column(part) / (share + few))


def even_paper(levels: Levels, dark: Tensor) -> tuple[Tensor, Tensor]:
    """The paper's mean level, ink counted upwards, and how even it is in [0, 1], each (N, 1, 1, 1)."""
    (bright_level, dark_level), (bright_even, dark_even) = levels.level.split(1, dim=2), levels.evenness.split(1, dim=2)
    paper = torch.where(dark > 0, 1 - bright_level, dark_level)
    return paper, ((torch.where(dark > 0, bright_even, dark_even) - 0.7) / 0.15).clamp(0, 1)


def illumination(paper: Tensor, dark: Tensor) -> Tensor:
    """How much light falls on each cell (N, 1, 64, 64), 1 on average: dark ink takes away a share of it, so ink in the
    shade counts as much as ink in the light. 1 everywhere for light ink, which shines by itself.
    """
    brightness = (1 - dark * paper).clamp(min=0.1)
    return brightness / brightness.mean((2, 3), keepdim=True)


def largest(values: Tensor, count: int) -> Tensor:
    """Mean (N, 1, 1, 1) of the `count` largest values of (N, 1, H, W): a peak that one bright speck cannot set."""
    return row(values).topk(count, dim=3).values.mean(3, keepdim=True)


def total(values: Tensor) -> Tensor:
    """Sum (N, 1, 1, 1) over the pixels of (N, 1, H, W)."""
    return values.sum((2, 3), keepdim=True)


def row(values: Tensor) -> Tensor:
    """(N, 1, H, W) as (N, 1, 1, H * W): rows times a `column` of weights are weighted sums over the picture."""
    return values.reshape(-1, 1, 1, values.shape[2] * values.shape[3])


def column(values: Tensor) -> Tensor:
    """(N, 1, H, W) as (N, 1, H * W, 1)."""
    return values.reshape(-1, 1, values.shape[2] * values.shape[3], 1)


def outer(lines: Tensor) -> Tensor:
    """Lines along y and x (N, 2, L, 1) -> their products (N, 1, L, L)."""
    y, x = lines.split(1, dim=1)
    return y * x.mT


def box_blur(width: int, side: int, repeat_edge: bool) -> Tensor:
    """(side, side) matrix that averages `width` neighbours; beyond the edge it sees the edge again, or nothing."""
    blur = torch.zeros(side, side)
    for offset in range(-(width // 2), width // 2 + 1):
        for row in range(side):
            column = row + offset
            if repeat_edge or 0 <= column < side:
                blur[row, min(max(column, 0), side - 1)] += 1 / width
    return blur


def linear_enlarge(small: int, large: int) -> Tensor:
    """(large, small) matrix that interpolates a line of cells linearly, repeating the edge."""
    position = ((torch.arange(large) + 0.5) * small / large - 0.5).clamp(0, small - 1)
    return (1 - (position[:, None] - torch.arange(small)[None, :]).abs()).clamp(min=0)
