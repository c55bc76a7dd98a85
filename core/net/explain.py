"""Why this answer: changed pictures to ask any model about, and what its answers to them say; all without weights."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.net.preprocess import SIZE, offsets

INK = 0.1  # of `seen`; fainter pixels are not asked about
PATCH_PX = 5  # side of what is wiped out around a pixel; odd, so that it has a middle
STUDIO_PX = 112  # side of the enlarged picture that is turned, thickened, moved and erased
MARGIN_PX = 28  # free paper around it, so that nothing is cut off
SIDE_PX = STUDIO_PX + 2 * MARGIN_PX
LEAST_SHARE, LEAST_FALL = 1e-9, 1e-6  # a logarithm has no zero, and what nothing changed is not divided by nothing


@dataclass(frozen=True)
class Sweep:
    """One change to a drawing, from none, at 0, to much; values: in `unit`, evenly spaced."""

    name: str
    unit: str
    values: tuple[int, ...]


TURN = Sweep("Turn", "degrees to the right", tuple(range(-90, 91, 10)))
THICKEN = Sweep("Thicken", "steps of pen width", tuple(range(-3, 7)))
MOVE = Sweep("Move", "pixels to the right", tuple(range(-24, 25, 6)))
ERASE = Sweep("Erase", "% from the bottom", tuple(range(0, 71, 5)))
SWEEPS = (TURN, THICKEN, MOVE, ERASE)  # in the order of their pictures


class Changes(nn.Module):
    """The pictures to ask a model about.

    seen:    (28, 28) float32 in [0, 1], what the model looked at, ink 1.
    returns: occluded (M + 1, 28, 28) uint8, ink 255: for each of the M pixels with ink, row by row, the picture with
             5x5 px around it wiped out, and last the whole picture; and swept (K, 168, 168) uint8, the picture
             enlarged and changed by each value of SWEEPS.
    source:  Zeiler and Fergus 2014, Visualizing and Understanding Convolutional Networks.
    """

    enlarge: Tensor
    turns: Tensor

    def __init__(self) -> None:
        super().__init__()
        margin = (0, 0, MARGIN_PX, MARGIN_PX)
        self.register_buffer("enlarge", F.pad(cubic_enlarge(SIZE, STUDIO_PX), margin), persistent=False)
        self.register_buffer("turns", directions(TURN.values), persistent=False)

    def forward(self, seen: Tensor) -> tuple[Tensor, Tensor]:
        grey = (seen * 255).round()
        studio = (self.enlarge @ grey @ self.enlarge.T).round().clamp(0, 255)[None, None]
        swept = [turned(studio, self.turns), thickened(studio), moved(studio), erased(studio)]
        return occluded(grey, (seen > INK).nonzero()), torch.cat(swept).squeeze(1).to(torch.uint8)


class Reasons(nn.Module):
    """What a model's answers to the pictures of `Changes` say.

    seen:          (28, 28) float32 in [0, 1], as it was given to `Changes`.
    probabilities: (10,) float32, what the model said of the picture itself: the largest is its answer.
    of_occluded:   (M + 1, 10) float32, what it said of each occluded picture.
    of_swept:      (K, 10) float32, what it said of each swept one; K may be 0.
    returns:       heat (28, 28) float32 in [-1, 1], how much each pixel speaks for the answer: the fall of the
                   answer's log-probability without it, divided by the largest, 0 where there is no ink; shares (K,)
                   float32, the answer's probability after each change; and digits (K,) int64, the most likely digit.
    """

    def forward(
        self, seen: Tensor, probabilities: Tensor, of_occluded: Tensor, of_swept: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        answer = probabilities.argmax(0, keepdim=True)
        logs = of_occluded.index_select(1, answer).squeeze(1).clamp(min=LEAST_SHARE).log()  # (M + 1,)
        fall = logs[-1:] - logs  # of the whole picture, which is the last, it is 0
        scaled = fall / fall.abs().amax(0).clamp(min=LEAST_FALL)
        heat = scaled.index_select(0, which_picture(seen)).view(SIZE, SIZE)
        return heat, of_swept.index_select(1, answer).squeeze(1), of_swept.argmax(1)


def which_picture(seen: Tensor) -> Tensor:
    """Which of the occluded pictures lacks each pixel, (784,) int64; where there is no ink, the whole picture's."""
    ink = (seen > INK).flatten().long()
    return torch.where(ink > 0, ink.cumsum(0) - 1, ink.sum())


def cubic_enlarge(small: int, large: int) -> Tensor:
    """(large, small) matrix that enlarges a line of cells; cells beyond its ends do not count.

    source: Keys 1981, Cubic convolution interpolation for digital image processing, with a = -1/2.
    """
    position = (torch.arange(large, dtype=torch.float64) + 0.5) * small / large - 0.5  # the same float32 everywhere
    far = (position[:, None] - torch.arange(small)).abs()
    near = (1.5 * far - 2.5) * far**2 + 1
    middle = ((-0.5 * far + 2.5) * far - 4) * far + 2
    weight = torch.where(far < 1, near, torch.where(far < 2, middle, 0.0))
    return (weight / weight.sum(1, keepdim=True)).float()


def directions(angles: tuple[int, ...]) -> Tensor:
    """Sine and cosine (2, K, 1, 1) of angles in degrees."""
    turns = [math.radians(angle) for angle in angles]
    return torch.tensor([[*map(math.sin, turns)], [*map(math.cos, turns)]])[:, :, None, None]


def occluded(grey: Tensor, places: Tensor) -> Tensor:
    """A picture (28, 28) without a patch around each of the places (M, 2), and last as it is: (M + 1, 28, 28) uint8."""
    line = torch.arange(SIZE, device=grey.device)
    row, column = ((line - place).abs() > PATCH_PX // 2 for place in places.split(1, dim=1))  # (M, 28)
    kept = row[:, :, None] | column[:, None, :]
    return torch.cat([torch.where(kept, grey, 0.0), grey[None]]).to(torch.uint8)


def turned(studio: Tensor, turns: Tensor) -> Tensor:
    """A picture (1, 1, S, S) turned to the right around its middle, (K, 1, S, S); turns: see `directions`.

    Linearly: the enlarged picture is smooth already.
    """
    sine, cosine = turns  # (K, 1, 1)
    x = offsets(SIDE_PX, studio).T * (2 / (SIDE_PX - 1))  # -1 to 1
    y = x.T
    grid = torch.stack([x * cosine + y * sine, y * cosine - x * sine], dim=3)
    source = studio.expand(len(cosine), 1, SIDE_PX, SIDE_PX)
    return F.grid_sample(source, grid, mode="bilinear", align_corners=True).round()


def thickened(studio: Tensor) -> Tensor:
    """A picture (1, 1, S, S) with ink that is wider on each side by so many px, narrower below 0: (K, 1, S, S)."""
    return torch.cat([widened(studio, step) if step > 0 else -widened(-studio, -step) for step in THICKEN.values])


def widened(picture: Tensor, step: int) -> Tensor:
    """The largest value within `step` px of each pixel."""
    return F.max_pool2d(picture, 2 * step + 1, stride=1, padding=step)


def moved(studio: Tensor) -> Tensor:
    """A picture (1, 1, S, S) moved to the right, (K, 1, S, S); its margin is wider than any way."""
    return torch.cat([studio.roll(shift, 3) for shift in MOVE.values])


def erased(studio: Tensor) -> Tensor:
    """A picture (1, 1, S, S) without so many hundredths of its written rows, from the bottom: (K, 1, S, S)."""
    shares = torch.tensor(ERASE.values, device=studio.device, dtype=studio.dtype)[:, None, None, None]
    rows = torch.arange(SIDE_PX, device=studio.device, dtype=studio.dtype)[:, None]
    written = studio.amax(3, keepdim=True) > 0  # (1, 1, S, 1)
    top = torch.where(written, rows, SIDE_PX).amin(2, keepdim=True)
    bottom = torch.where(written, rows + 1, 0.0).amax(2, keepdim=True)
    gone = (shares * (bottom - top) / 100).round()
    return torch.where(rows < bottom - gone, studio, 0.0)
