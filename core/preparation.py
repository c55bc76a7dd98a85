"""How grey levels become the numbers that a net was trained on: assumed, stated, or the best of the usual ones."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.session import Array

Grey = NDArray[np.uint8]

MNIST_MEAN, MNIST_STD = 0.1307, 0.3081  # of the training pictures in [0, 1], as most tutorials round them
MUCH_BETTER = 2  # so many times fewer misread
AT_LEAST = 0.02  # of the pictures: below that a difference may be chance


@dataclass(frozen=True)
class Preparation:
    """A level p in 0..255 becomes (p / 255 * scale - mean) / std; inverted, p is taken from 255 first.

    scale: what a full pixel is before mean and std, > 0.
    std:   > 0.
    """

    scale: float = 1.0
    mean: float = 0.0
    std: float = 1.0
    invert: bool = False

    def __post_init__(self) -> None:
        """ValueError for numbers that no preparation has."""
        for name in ("scale", "std"):
            if not 0 < getattr(self, name) < np.inf:
                raise ValueError(f"--{name} must be above 0, got {getattr(self, name):g}")
        if not np.isfinite(self.mean):
            raise ValueError(f"--mean must be a number, got {self.mean}")

    def __call__(self, images: Grey, dtype: str) -> Array:
        """Levels of any shape, ink 255 -> numbers of a type; whole numbers are rounded and clipped."""
        levels = (255 - images if self.invert else images) * (self.scale / 255)
        levels = (levels - self.mean) / self.std
        kind = np.dtype(dtype)
        if kind.kind in "iu":
            limits = np.iinfo(kind)
            return levels.round().clip(limits.min, limits.max).astype(kind)
        return levels.astype(kind)

    @property
    def options(self) -> str:
        """The options of a command that ask for this one."""
        said = [f"--scale {self.scale:g}"]
        said += [f"--mean {self.mean:g}"] if self.mean else []
        said += [f"--std {self.std:g}"] if self.std != 1 else []
        return " ".join([*said, *(["--invert"] if self.invert else [])])

    def __str__(self) -> str:
        parts = [f"pixels 0 to {self.scale:g}"]
        if self.mean:
            parts.append(f"minus {self.mean:g}")
        if self.std != 1:
            parts.append(f"divided by {self.std:g}")
        return ", ".join([*parts, "ink 0 (inverted)" if self.invert else f"ink {self.scale:g}"])


def assumed(dtype: str, side_px: int | None) -> Preparation:
    """What a net is taken to want that says nothing: whole numbers 0 to 255, others 0 to 1, 8 x 8 pictures 0 to 16.

    source: scikit-learn's digits have 16 levels of ink in 8 x 8 pictures.
    """
    if side_px == 8:
        return Preparation(16)
    return Preparation(1 if np.dtype(dtype).kind == "f" else 255)


def usual(dtype: str, side_px: int | None) -> list[Preparation]:
    """What people train with, and each with ink and paper exchanged."""
    if np.dtype(dtype).kind == "f":
        ways = [Preparation(), Preparation(255), Preparation(1, MNIST_MEAN, MNIST_STD), Preparation(1, 0.5, 0.5)]
    else:
        ways = [Preparation(255), Preparation(1), Preparation(255, 128)]
    if side_px == 8:
        ways.append(Preparation(16))
    return [*ways, *(Preparation(way.scale, way.mean, way.std, invert=True) for way in ways)]


def best(wrong: Callable[[Preparation], int], among: list[Preparation]) -> tuple[Preparation, int]:
    """The one with which fewest pictures are misread, the first of equals, and how many are.

    wrong: how many of some labelled pictures are misread with a preparation.
    """
    counts = [wrong(way) for way in among]
    place = int(np.argmin(counts))
    return among[place], counts[place]


def much_better(wrong: int, best_wrong: int, n: int) -> bool:
    """Whether so many fewer of `n` pictures are misread that another preparation should be looked at."""
    return wrong - best_wrong >= AT_LEAST * n and wrong >= MUCH_BETTER * best_wrong
