"""The pictures that the ladder shows to both sides: blank, full, noise and real digits, at every size and polarity."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from export.contracts import RECOGNIZER, Contract
from export.runtimes.run import Array

Grey = NDArray[np.uint8]
BATCHES = (1, 7, 256)
DARK_ON_LIGHT = "digits, dark on light"
SIZES = ((1, 1), (28, 28), (37, 211), (280, 280), (1200, 900))  # height, width
FEW = 7  # pictures at each size: a batch of more than one, small enough for 1200 x 900


@dataclass(frozen=True)
class Case:
    """Pictures that go through both sides together, in batches of each given size, the last one ragged."""

    name: str
    images: Array
    batches: tuple[int, ...]


def cases(contract: Contract, digits: Grey, batches: tuple[int, ...] = BATCHES, seed: int = 0) -> Iterator[Case]:
    """Every picture of the ladder for one kind of model.

    digits:  (M, 28, 28) uint8, ink 255; all of them are used.
    batches: sizes in which the 28x28 pictures are shown.
    """
    if not len(digits):
        raise ValueError("no digits to compare with; expected at least one picture of 28x28")
    make = _for_recognizer if contract == RECOGNIZER else _for_net
    return make(digits, batches, seed)


def as_net_input(grey: Grey) -> Array:
    """(M, 28, 28) uint8 -> (M, 1, 28, 28) float32 in [0, 1]."""
    scaled: Array = grey[:, None].astype(np.float32) / np.float32(255)
    return scaled


def _for_net(digits: Grey, batches: tuple[int, ...], seed: int) -> Iterator[Case]:
    for name, grey in plain(max(BATCHES), 28, 28, seed):
        yield Case(name, as_net_input(grey), batches)
    yield Case("digits", as_net_input(digits), batches)


def _for_recognizer(digits: Grey, batches: tuple[int, ...], seed: int) -> Iterator[Case]:
    for name, grey in plain(max(BATCHES), 28, 28, seed):
        yield Case(name, grey, batches)
    yield Case("digits, light on dark", digits, batches)
    yield Case(DARK_ON_LIGHT, 255 - digits, batches[-1:])
    for height, width in SIZES:
        size = f"{height}x{width}"
        for name, grey in plain(FEW, height, width, seed):
            yield Case(f"{name} {size}", grey, (1, FEW))
        scene = enlarge(digits[:FEW], height, width)
        yield Case(f"digits {size}, light on dark", scene, (1, FEW))
        yield Case(f"digits {size}, dark on light", 255 - scene, (1, FEW))


def plain(count: int, height: int, width: int, seed: int) -> Iterator[tuple[str, Grey]]:
    """Pictures (count, height, width) uint8 without a digit: all 0, all 255, and noise."""
    shape = (count, height, width)
    yield "blank", np.zeros(shape, np.uint8)
    yield "full", np.full(shape, 255, np.uint8)
    yield "noise", np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def enlarge(digits: Grey, height: int, width: int) -> Grey:
    """Draw each digit (M, 28, 28) as large as fits on black (M, height, width), in the lower right corner."""
    side = min(height, width)
    nearest = np.arange(side) * digits.shape[1] // side
    scene = np.zeros((len(digits), height, width), np.uint8)
    scene[:, height - side :, width - side :] = digits[:, nearest][:, :, nearest]
    return scene
