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
    return nearest_of_each(seen[None], count, among)[0]


def nearest_of_each(seen: NDArray[np.float32], count: int = 8, among: Labelled | None = None) -> list[Neighbours]:
    """The same for each of (N, 28, 28), which takes hardly longer than for one: pixels become floats once."""
    data = among or _training()
    pixels, targets = data.images.reshape(len(data.images), -1), seen.reshape(len(seen), -1).astype(np.float32)
    parts = [_squared_distances(pixels[start : start + CHUNK], targets) for start in range(0, len(pixels), CHUNK)]
    return [_first(data, distances, count) for distances in np.concatenate(parts).T]


def _first(data: Labelled, distances: NDArray[np.float32], count: int) -> Neighbours:
    count = min(count, len(distances))
    indices = np.argpartition(distances, count - 1)[:count]
    indices = indices[np.argsort(distances[indices], kind="stable")]
    return Neighbours(data.images[indices], data.labels[indices], indices)


def _squared_distances(pixels: NDArray[np.uint8], targets: NDArray[np.float32]) -> NDArray[np.float32]:
    """(M, N) from each of (M, P) pixels to each of (N, P) targets, but for what rounding leaves."""
    ink = pixels.astype(np.float32) / 255
    lengths, others = (np.einsum("ij,ij->i", one, one) for one in (ink, targets))
    return np.asarray(lengths[:, None] - 2 * (ink @ targets.T) + others, np.float32)


@lru_cache(maxsize=1)
def _training() -> Labelled:
    """Kept once it was asked for: 47 MB."""
    return load("train")
