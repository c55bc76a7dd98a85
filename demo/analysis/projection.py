"""Pictures as points: the two directions in which the seen pictures of a data set differ most."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Projection:
    """points: (N, 2), each axis in [0, 1]; the rest places a further picture among them."""

    points: Floats
    mean: Floats
    axes: Floats
    low: Floats
    high: Floats

    def place(self, seen: NDArray[np.uint8]) -> Floats:
        """(2,) where a further (28, 28) picture lies; outside [0, 1] where it is unlike all others."""
        flat = seen.reshape(-1).astype(np.float64) / 255
        return (((flat - self.mean) @ self.axes) - self.low) / np.maximum(self.high - self.low, 1e-9)


def project(seen: NDArray[np.uint8]) -> Projection:
    """The first two principal components of (N, 28, 28) uint8 pictures, by the eigenvectors of their covariance.

    The largest entry of each direction is positive, so that equal data has an equal map.
    """
    flat = seen.reshape(len(seen), -1).astype(np.float32) / np.float32(255)
    mean = flat.mean(0, dtype=np.float64)
    centred = flat - mean.astype(np.float32)
    _, vectors = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    axes = vectors[:, :-3:-1]  # (784, 2), the largest first
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), [0, 1]])
    points = centred @ axes
    low, high = points.min(0), points.max(0)
    return Projection((points - low) / np.maximum(high - low, 1e-9), mean, axes, low, high)
