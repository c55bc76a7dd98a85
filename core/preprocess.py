"""From any picture to the 28x28 that the net reads, as one static graph: exported with the net, trained through."""

import torch
from torch import Tensor, nn

SIZE = 28  # side of the result, px
BOX = 20  # longest side of the ink in the result, px


class Preprocess(nn.Module):
    """Place a drawing or a photographed digit the way MNIST places its digits.

    image:   (N, H, W) uint8, any N, H, W >= 1, dark ink on light or light on dark.
    returns: seen (N, 28, 28) float32 in [0, 1], ink 1, longest edge 20 px, centre of mass in the middle, all 0 if
             there is no ink; and contrast (N,) float32 in [0, 1], how far the ink stands out from the paper.
    source:  LeCun, Cortes and Burges, The MNIST Database, notes on how the images were prepared.
    """

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        level = image.float() / 255  # (N, H, W)
        ink, contrast = lift_ink(level)
        return place(ink), contrast


def lift_ink(level: Tensor) -> tuple[Tensor, Tensor]:
    """Brightness (N, H, W) in [0, 1] -> ink (N, H, W) in [0, 1] and its contrast (N,): paper is what the border shows."""
    height, width = level.shape[1], level.shape[2]
    row = torch.arange(height, device=level.device)
    column = torch.arange(width, device=level.device)
    edge_row = ((row == 0) | (row == height - 1)).float()[:, None]
    edge_column = ((column == 0) | (column == width - 1)).float()[None, :]
    edge = torch.maximum(edge_row.expand(height, width), edge_column.expand(height, width))
    paper = (level * edge).sum((1, 2), keepdim=True) / edge.sum()
    dark_on_light = (paper > 0.5).float()
    paper = paper.clamp(0, 1)
    ink = torch.where(dark_on_light > 0, paper - level, level - paper).clamp(0, 1)
    contrast = ink.amax((1, 2), keepdim=True)
    ink = ink / contrast.clamp(min=1 / 255)
    ink = ((ink - 0.1) / 0.9).clamp(0, 1) * (contrast > 8 / 255).float()
    return ink, contrast[:, 0, 0]


def place(ink: Tensor) -> Tensor:
    """Ink (N, H, W) in [0, 1] -> (N, 28, 28): longest edge of the box 20 px, centre of mass in the middle."""
    height, width = ink.shape[1], ink.shape[2]
    rows = ink.amax(2)  # (N, H)
    columns = ink.amax(1)  # (N, W)
    scale = torch.maximum(extent(rows), extent(columns)) / BOX  # (N, 1), source px per result px
    mass_rows, mass_columns = ink.sum(2), ink.sum(1)
    mass = mass_rows.sum(1, keepdim=True).clamp(min=1e-6)
    y = torch.arange(height, device=ink.device, dtype=ink.dtype)
    x = torch.arange(width, device=ink.device, dtype=ink.dtype)
    centre_y = (mass_rows * y).sum(1, keepdim=True) / mass
    centre_x = (mass_columns * x).sum(1, keepdim=True) / mass
    return triangle(centre_y, scale, y) @ ink @ triangle(centre_x, scale, x).transpose(1, 2)


def extent(profile: Tensor) -> Tensor:
    """Length (N, 1) in px from the first to the last place of (N, L) that holds ink; at least 1."""
    length = profile.shape[1]
    position = torch.arange(length, device=profile.device, dtype=profile.dtype)
    inked = (profile > 0.2).float()
    last = (inked * (position + 1)).amax(1, keepdim=True)
    first = (inked * (length - position)).amax(1, keepdim=True)
    return (last + first - length).clamp(min=1)


def triangle(centre: Tensor, scale: Tensor, position: Tensor) -> Tensor:
    """Rows (N, 28, L) that sample a line around `centre` (N, 1) every `scale` (N, 1) px with a triangle filter."""
    target = torch.arange(SIZE, device=centre.device, dtype=centre.dtype)
    sample = centre + (target - (SIZE - 1) / 2) * scale  # (N, 28)
    reach = scale.clamp(min=1)[:, :, None]
    weight = (1 - (position - sample[:, :, None]).abs() / reach).clamp(min=0)
    return weight / reach
