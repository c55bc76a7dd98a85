"""What can be measured on a 28x28 picture of a digit, for many pictures at once."""

import numpy as np
from numpy.typing import NDArray

from demo.analysis import sources

Floats = NDArray[np.float64]
INK = 0.5  # a pixel with at least so much ink counts as drawn
CHUNK = 500  # pictures at a time: the copies of all in float64 would take gigabytes

UNITS = {
    "stroke width": "px",
    "slant": "degrees to the right",
    "size": "px, root mean square distance of ink from its centre",
    "aspect": "width by height",
    "ink": "px of full ink",
    "symmetry": "correlation with the mirror image",
    "novelty": "distance to the nearest training picture",
}


def all_of(seen: NDArray[np.uint8]) -> dict[str, Floats]:
    """As `measure`, and the novelty where MNIST's training pictures are shipped."""
    training = sources.training_sample()
    measured = measure(seen)
    return measured if training is None else measured | {"novelty": novelty(seen, training)}


def measure(seen: NDArray[np.uint8]) -> dict[str, Floats]:
    """Name -> (N,) values in UNITS of (N, 28, 28) uint8 pictures, ink 255; all finite, 0 for a blank."""
    parts = [_measure(part) for part in np.array_split(seen, len(seen) // CHUNK + 1)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _measure(seen: NDArray[np.uint8]) -> dict[str, Floats]:
    ink = np.asarray(seen / np.float32(255), np.float32)
    mass = np.maximum(ink.sum((1, 2), dtype=np.float64), 1e-9)
    places = np.arange(28, dtype=np.float64)
    rows, columns = ink.sum(2, dtype=np.float64), ink.sum(1, dtype=np.float64)  # (N, 28) each
    y, x = rows @ places / mass, columns @ places / mass
    yy = rows @ places**2 / mass - y**2
    xx = columns @ places**2 / mass - x**2
    xy = np.einsum("nij,i,j->n", ink, places, places, optimize=True) / mass - x * y
    return {
        "stroke width": _stroke_width(ink >= INK),
        "slant": np.degrees(np.arctan2(-xy, np.maximum(yy, 1e-9))),
        "size": np.sqrt(np.maximum(xx + yy, 0)),
        "aspect": _aspect(ink >= INK),
        "ink": ink.sum((1, 2), dtype=np.float64),
        "symmetry": _symmetry(ink),
    }


def novelty(seen: NDArray[np.uint8], training: NDArray[np.uint8]) -> Floats:
    """(N,) Euclidean distance to the nearest of `training`, both reduced to 14x14 with ink in [0, 1]."""
    known = _halved(training)
    lengths = (known**2).sum(1)
    nearest = [
        _least_squared_distances(_halved(part), known, lengths) for part in np.array_split(seen, len(seen) // CHUNK + 1)
    ]
    return np.sqrt(np.maximum(np.concatenate(nearest), 0)).astype(np.float64)


def _least_squared_distances(
    asked: NDArray[np.float32], known: NDArray[np.float32], lengths: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(N,) squared distance of each row of `asked` to the nearest of `known`, whose squared lengths are given."""
    distances = asked @ (-2 * known.T)  # (N, K)
    distances += lengths
    return np.asarray((asked**2).sum(1) + distances.min(1), np.float32)


def _halved(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    means = pictures.reshape(len(pictures), 14, 2, 14, 2).mean((2, 4), dtype=np.float32)
    return np.asarray(means.reshape(len(pictures), -1) / 255, np.float32)


def _stroke_width(drawn: NDArray[np.bool_]) -> Floats:
    """Twice the area by the length of the outline: exact for a straight stroke along an axis, its ends left out."""
    outline = np.pad(drawn, ((0, 0), (1, 1), (1, 1)))
    edges = (outline[:, 1:] != outline[:, :-1]).sum((1, 2)) + (outline[..., 1:] != outline[..., :-1]).sum((1, 2))
    return 2 * drawn.sum((1, 2)) / np.maximum(edges, 1)


def _aspect(drawn: NDArray[np.bool_]) -> Floats:
    columns, rows = (np.asarray(drawn.any(axis), np.bool_) for axis in (1, 2))
    return _extent(columns) / np.maximum(_extent(rows), 1)


def _extent(used: NDArray[np.bool_]) -> Floats:
    """(N,) pixels from the first to the last of (N, 28) that are used; 0 for none."""
    length = used.shape[1] - used.argmax(1) - used[:, ::-1].argmax(1)
    return np.where(used.any(1), length, 0).astype(np.float64)


def _symmetry(ink: NDArray[np.float32]) -> Floats:
    flat = ink.reshape(len(ink), -1).astype(np.float64)
    mirrored = ink[:, :, ::-1].reshape(len(ink), -1).astype(np.float64)
    mean = flat.mean(1, keepdims=True)
    spread = np.maximum(((flat - mean) ** 2).sum(1), 1e-9)
    return np.asarray(((flat - mean) * (mirrored - mean)).sum(1) / spread, np.float64)
