"""Pictures as points: the two directions in which a net's penultimate features of a data set differ most."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Half = NDArray[np.float16]


@dataclass(frozen=True)
class Projection:
    """points: (N, 2), each axis in [0, 1]; the rest places a further picture among them."""

    points: Floats
    mean: Floats
    axes: Floats
    low: Floats
    high: Floats

    def place(self, features: Half) -> Floats:
        """(2,) where a further picture of features (F,) lies; outside [0, 1] where it is unlike all others."""
        return ((features.astype(np.float64) - self.mean) @ self.axes - self.low) / np.maximum(
            self.high - self.low, 1e-9
        )


def project(features: Half) -> Projection | None:
    """The first two principal components of (N, F) features; None for F < 2, which no map can show.

    The largest entry of each direction is positive, so that equal data has an equal map.
    """
    if features.shape[1] < 2:
        return None
    mean = features.mean(0, dtype=np.float64)
    centred = features.astype(np.float32)
    centred -= mean.astype(np.float32)
    _, vectors = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    axes = vectors[:, :-3:-1]  # (F, 2), the largest first
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), [0, 1]])
    points = centred @ axes
    low, high = points.min(0), points.max(0)
    return Projection((points - low) / np.maximum(high - low, 1e-9), mean, axes, low, high)
