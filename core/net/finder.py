"""The finder: which cells of a picture are ink of a digit, where digits lie, and whose ink each cell is."""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.net import checkpoint

NAME = "Finder"  # in weights files
STRIDE = 2  # cells of the working picture to one place of the output
REACH = 16.0  # cells that an offset of 1 stands for
DEVIATION = 0.004  # of the brightness, added so that an empty page stays one


class Block(nn.Module):
    """Convolution 3x3, batch normalisation, ReLU."""

    def __init__(self, channels_in: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels, 3, stride, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.norm(self.conv(x)))


class Finder(nn.Module):
    """A small U-shaped net over a working picture of any size.

    level:   (N, 1, h, w) float32 brightness in [0, 1], h and w multiples of 16; whatever outside the picture.
    inside:  (N, 1, h, w) float32 in [0, 1], what share of a cell the picture fills.
    returns: (N, 14, h / 2, w / 2) float32, to be taken apart by `split`.
    source:  Ronneberger et al. 2015, U-Net (the shape); Cheng et al. 2020, Panoptic-DeepLab (centres and offsets);
             Zhou et al. 2019, Objects as Points (the heat).

    Nothing decides polarity or background before it: brightness is brought to mean 0 and deviation 1, no more.
    """

    WIDTHS = 16, 24, 32, 48
    OUTPUTS = 4 + 4 + 2 + 2 + 2

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = self.WIDTHS
        self.stem = nn.Sequential(Block(2, a, 2), Block(a, a))  # stride 2
        self.down4 = nn.Sequential(Block(a, b, 2), Block(b, b))
        self.down8 = nn.Sequential(Block(b, c, 2), Block(c, c), Block(c, c))
        self.down16 = nn.Sequential(Block(c, d, 2), Block(d, d), Block(d, d))
        self.context = nn.Linear(d, d)
        self.to8, self.up8 = nn.Conv2d(d, c, 1), Block(c, c)
        self.to4, self.up4 = nn.Conv2d(c, b, 1), Block(b, b)
        self.to2, self.up2 = nn.Conv2d(b, a, 1), nn.Sequential(Block(a, a), Block(a, a))
        self.head = nn.Conv2d(a, self.OUTPUTS, 1)

    def forward(self, level: Tensor, inside: Tensor) -> Tensor:
        x2 = self.stem(torch.cat([standardised(level, inside), inside], dim=1))
        x4 = self.down4(x2)
        x8 = self.down8(x4)
        x16 = self.down16(x8)
        x16 = F.relu(x16 + self.context(x16.mean((2, 3)))[:, :, None, None])  # what the whole picture looks like
        x8 = self.up8(x8 + _twice(self.to8(x16)))
        x4 = self.up4(x4 + _twice(self.to4(x8)))
        x2 = self.up2(x2 + _twice(self.to2(x4)))
        return self.head(x2)


def _twice(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


def standardised(level: Tensor, inside: Tensor) -> Tensor:
    """Brightness with mean 0 and deviation 1 inside the picture, 0 outside it."""
    area = inside.sum((2, 3), keepdim=True).clamp(min=1)
    mean = (level * inside).sum((2, 3), keepdim=True) / area
    centred = (level - mean) * inside
    variance = (centred * centred).sum((2, 3), keepdim=True) / area
    return centred / (variance.sqrt() + DEVIATION)


def split(output: Tensor) -> dict[str, Tensor]:
    """The finder's output by name.

    returns: ink, other (N, 1, h, w): logits that a cell is ink of a digit, of something else; heat (N, 2, h/2, w/2):
             logits of a digit's centre, of a mark's; offset (N, 2, h/2, w/2): y and x from the middle of a place to
             the centre of its part, in cells; size (N, 2, h/2, w/2): log2 of height and width of the part, in cells.
    """
    ink, other, heat, offset, size = output.split([4, 4, 2, 2, 2], dim=1)
    return {
        "ink": F.pixel_shuffle(ink, STRIDE),
        "other": F.pixel_shuffle(other, STRIDE),
        "heat": heat,
        "offset": offset * REACH,
        "size": size + 4,
    }


def places(height: int, width: int, like: Tensor) -> Tensor:
    """Middles of the output's places in cells, (2, height, width), y before x."""
    y = (torch.arange(height, device=like.device, dtype=like.dtype) * STRIDE + (STRIDE - 1) / 2)[:, None]
    x = (torch.arange(width, device=like.device, dtype=like.dtype) * STRIDE + (STRIDE - 1) / 2)[None]
    return torch.stack([y.expand(height, width), x.expand(height, width)])


def load_finder(path: Path) -> Finder:
    """The finder of a weights file, in evaluation mode; CheckpointError when it is none."""
    _, tensors, _ = checkpoint.load(path, NAME)
    net = Finder()
    try:
        net.load_state_dict(tensors)
    except RuntimeError as error:
        raise checkpoint.CheckpointError(f"{path}: its weights do not fit {NAME}: {error}") from error
    return net.eval()
