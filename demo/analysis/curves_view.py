"""Learning curves as SVG in the theme's colours, with their table."""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from demo.rendering import render

LEAST_SHARE = 1e-4  # a logarithm has no zero


def learning_curves(runs: dict[str, NDArray[np.float64]], tested: dict[str, tuple[int, float]]) -> str:
    """Validation error by epoch for each run, drawn and as a table; the test error stands where it was read.

    runs:   name -> (E, 2) of epoch, error in [0, 1].
    tested: name -> (epoch, test error in [0, 1]); a run whose test error was never read is not in it.
    """
    if not runs:
        return render("curves", runs={})
    shares = np.concatenate([*(curve[:, 1] for curve in runs.values()), [share for _, share in tested.values()]])
    curves = {name: {int(epoch): float(share) for epoch, share in curve} for name, curve in runs.items()}
    epochs = sorted({epoch for curve in curves.values() for epoch in curve})
    last = int(max(curve[-1, 0] for curve in runs.values()))
    scale = Scale(last, max(shares.min(), LEAST_SHARE), max(shares.max(), 0.01))
    return render("curves", runs=curves, tested=tested, epochs=epochs, scale=scale)


@dataclass(frozen=True)
class Scale:
    """Epochs to the right, errors upwards by their logarithm, in SVG units."""

    last_epoch: int
    low: float
    high: float
    left: int = 60
    right: int = 586
    top: int = 14
    bottom: int = 214

    def x(self, epoch: float) -> float:
        """Where an epoch, from 1, lies."""
        return self.left + (self.right - self.left) * (epoch - 1) / max(self.last_epoch - 1, 1)

    def y(self, share: float) -> float:
        """Where an error lies, at the bottom where it is less than the lowest."""
        height = log(max(share, self.low) / self.low) / log(self.high / self.low)
        return self.bottom - (self.bottom - self.top) * height

    @property
    def ticks(self) -> list[float]:
        """The errors of the grid lines, each the same factor above the one below."""
        return [float(share) for share in np.geomspace(self.low, self.high, 5)]
