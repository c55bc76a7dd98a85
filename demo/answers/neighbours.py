"""The training pictures that are most like what the net saw."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from demo.mnist import Labelled, load

CHUNK = 4000  # pictures compared at a time; keeps the float copies to 13 MB


@dataclass(frozen=True)
class Neighbours:
    """The nearest pictures, the nearest first: images (K, 28, 28) uint8, labels (K,), their places in the file (K,)."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    indices: NDArray[np.intp]


def nearest(seen: NDArray[np.float32], count: int = 8, among: Labelled | None = None) -> Neighbours:
    """The `count` pictures of MNIST's training file (or `among`) that are nearest to `seen`, (28, 28) in [0, 1].

    Distance is Euclidean over pixels, which is meaningful because both are placed alike.
    """
    data = among or _training()
    target = seen.reshape(-1).astype(np.float32)
    pixels = data.images.reshape(len(data.images), -1)
    distances = np.concatenate(
        [_squared_distances(pixels[start : start + CHUNK], target) for start in range(0, len(pixels), CHUNK)]
    )
    count = min(count, len(distances))
    indices = np.argpartition(distances, count - 1)[:count]
    indices = indices[np.argsort(distances[indices], kind="stable")]
    return Neighbours(data.images[indices], data.labels[indices], indices)


def _squared_distances(pixels: NDArray[np.uint8], target: NDArray[np.float32]) -> NDArray[np.float32]:
    ink = pixels.astype(np.float32) / 255
    difference = np.einsum("ij,ij->i", ink, ink) - 2 * (ink @ target) + target @ target
    return np.asarray(difference, np.float32)


@lru_cache(maxsize=1)
def _training() -> Labelled:
    """Kept once it was asked for: 47 MB."""
    return load("train")
