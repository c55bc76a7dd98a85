"""Pictures made worse on purpose: each change in five strengths, from a seed, and how many are then misread."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from demo.analysis.counts import Rate, wilson
from demo.analysis.predictions import Model, predict
from demo.mnist import Labelled

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]
STRENGTHS = (1, 2, 3, 4, 5)
MOST_PICTURES = 1000  # the first ones of a data set
MOST_BYTES = 2**23  # changed at a time, so that the copies in float32 stay small


def error_rates(model: Model, data: Labelled, change: str, progress: Callable[[float], None]) -> list[Rate]:
    """The model's error on the first 1,000 pictures under a change of CHANGES at strengths 0, 1, ... 5."""
    images, labels = data.images[:MOST_PICTURES], data.labels[:MOST_PICTURES]
    rates = []
    for strength in (0, *STRENGTHS):
        changed = Labelled(data.name, corrupt(images, change, strength, seed=0), labels)
        answers = predict(model, changed, None, lambda _: None).answers
        rates.append(wilson(int((answers != labels).sum()), len(labels)))
        progress((strength + 1) / (len(STRENGTHS) + 1))
    return rates


def corrupt(images: Grey, change: str, strength: int, seed: int) -> Grey:
    """(N, H, W) uint8 pictures after a change of CHANGES at strength 1..5; 0 leaves them as they are."""
    if strength == 0:
        return images
    random = np.random.default_rng(seed)
    parts = np.array_split(images, -(-images.nbytes // MOST_BYTES) or 1)
    changed = [CHANGES[change](part.astype(np.float32), strength, random) for part in parts]
    return np.concatenate([np.clip(part.round(), 0, 255).astype(np.uint8) for part in changed])


def _noise(images: Floats, strength: int, random: np.random.Generator) -> Floats:
    return images + 16 * strength * random.standard_normal(images.shape, np.float32)


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
