"""Pictures made worse on purpose: each change in five strengths, from a seed."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]
STRENGTHS = (1, 2, 3, 4, 5)


def corrupt(images: Grey, change: str, strength: int, seed: int) -> Grey:
    """(N, H, W) uint8 pictures after a change of CHANGES at strength 1..5; 0 leaves them as they are."""
    if strength == 0:
        return images
    changed = CHANGES[change](images.astype(np.float64), strength, np.random.default_rng(seed))
    return np.clip(changed.round(), 0, 255).astype(np.uint8)


def _noise(images: Floats, strength: int, random: np.random.Generator) -> Floats:
    return images + random.normal(0, 16 * strength, images.shape)


def _blur(images: Floats, strength: int, _: np.random.Generator) -> Floats:
    for _step in range(strength):
        padded = np.pad(images, ((0, 0), (1, 1), (1, 1)), mode="edge")
        rows = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
        images = (rows[..., :-2] + 2 * rows[..., 1:-1] + rows[..., 2:]) / 16
    return images


def _fade(images: Floats, strength: int, _: np.random.Generator) -> Floats:
    middle = images.mean((1, 2), keepdims=True)
    return middle + (images - middle) * (1 - 0.18 * strength)


def _erase(images: Floats, strength: int, random: np.random.Generator) -> Floats:
    """Wipe a square of up to half the side to the picture's median."""
    count, height, width = images.shape
    side = max(round(min(height, width) * 0.1 * strength), 1)
    erased = images.copy()
    tops, lefts = random.integers(0, height - side + 1, count), random.integers(0, width - side + 1, count)
    for picture, top, left in zip(erased, tops, lefts, strict=True):
        picture[top : top + side, left : left + side] = np.median(picture)
    return erased


CHANGES: dict[str, Callable[[Floats, int, np.random.Generator], Floats]] = {
    "noise": _noise,
    "blur": _blur,
    "fade": _fade,
    "erase": _erase,
}
