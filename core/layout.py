"""How a picture lies in a model's input, found by the lengths of its axes."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

MNIST_PX = 28
SIDES_PX = range(8, 513)  # that a picture's axis may have; shorter ones are channels
# N: pictures, C: channels, H and W: height and width, P: all pixels in one axis. The likeliest of a length first.
ORDERS = ("NCHW", "NHWC", "NHW", "NP", "HWC", "NCP", "NPC", "HW", "P")


@dataclass(frozen=True)
class Layout:
    """One way to put pictures into an input.

    order:    letters as in ORDERS; without N the input takes one picture and has no axis for several.
    side_px:  height and width that it takes; None for any.
    channels: 1 for grey; 3 for colours, which are given the same grey.
    """

    order: str
    side_px: int | None = MNIST_PX
    channels: int = 1

    def __str__(self) -> str:
        side = {"H": str(self.side_px or "H"), "W": str(self.side_px or "W"), "P": str((self.side_px or 0) ** 2)}
        names = side | {"N": "N", "C": str(self.channels)}
        return "(" + ", ".join(names[axis] for axis in self.order) + ("," if len(self.order) == 1 else "") + ")"

    def takes(self, height: int, width: int) -> bool:
        """Whether pictures of that size can be given: its own, and MNIST's, which are fitted into it."""
        return self.side_px is None or (height, width) in ((self.side_px,) * 2, (MNIST_PX,) * 2)

    def arrange(self, images: Grey) -> Grey:
        """Pictures (N, H, W), ink 255 -> (N, ...) as the input wants them, N first even where it has no such axis."""
        side = self.side_px
        if side is not None and images.shape[1:] != (side, side):
            images = fitted(images, side)
        axes = [axis for axis in self.order if axis != "N"]
        if "P" in axes:
            images = images.reshape(len(images), -1)
        if "C" in axes:
            place = 1 + axes.index("C")
            images = np.repeat(np.expand_dims(images, place), self.channels, axis=place)
        return images


def fitted(images: Grey, side_px: int) -> Grey:
    """Pictures (N, H, H), ink 255 -> (N, side, side): framed with paper below twice their size, else resampled.

    source: LeCun et al. 1998, Gradient-Based Learning Applied to Document Recognition: 28 x 28 framed to 32 x 32.
    """
    height = images.shape[1]
    if height <= side_px < 2 * height:
        before = (side_px - height) // 2
        after = side_px - height - before
        return np.pad(images, ((0, 0), (before, after), (before, after)))
    weights = _box_weights(height, side_px)
    return np.rint(weights @ images.astype(np.float64) @ weights.T).astype(np.uint8)


def _box_weights(of: int, to: int) -> NDArray[np.float64]:
    """(to, of): how much of each of `of` equal parts of a line lies in each of `to` equal parts; rows sum to 1."""
    old, new = np.linspace(0, 1, of + 1), np.linspace(0, 1, to + 1)  # the parts' edges
    shared = np.minimum(new[1:, None], old[None, 1:]) - np.maximum(new[:-1, None], old[None, :-1])
    return np.clip(shared, 0, None) * to


def layouts(axes: tuple[int | None, ...] | None) -> Iterator[Layout]:
    """Every layout that fits, the likeliest first.

    axes: length of each axis, None for a free one; None where even their number is not known.
    """
    for order in ORDERS:
        if axes is None:
            yield Layout(order)
        elif len(axes) == len(order):
            yield from _fit(order, dict(zip(order, axes, strict=True)))


def _fit(order: str, axes: dict[str, int | None]) -> Iterator[Layout]:
    channels = axes.get("C") or 1
    whole = "N" in order or None not in axes.values()  # who fixes everything may leave the axis of pictures away
    if channels not in (1, 3) or not whole:
        return
    if "P" in axes:
        pixels = axes["P"] or MNIST_PX**2
        if isqrt(pixels) ** 2 == pixels and isqrt(pixels) in SIDES_PX:
            yield Layout(order, isqrt(pixels), channels)
        return
    height, width = axes["H"], axes["W"]
    if height is None and width is None:
        yield Layout(order, None, channels)
    elif (height or width) == (width or height) and (height or width) in SIDES_PX:
        yield Layout(order, height or width, channels)
