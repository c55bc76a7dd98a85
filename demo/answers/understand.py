"""Why this answer: which ink mattered, and what would change the model's mind. All by asking the same model again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from demo.answers.recognizer import Answer, Grey, OneDigit

PATCH_PX = 5  # of the 28x28 picture; odd, so that it has a middle
STUDIO_PX = 112  # side of the enlarged picture that is turned, thickened, moved and erased
MARGIN_PX = 28  # free paper around it, so that turning cuts nothing off


class Reader(Protocol):
    """What answers many pictures of one size at once: a recogniser, or a bare net in its place."""

    def batch(self, images: Grey) -> list[Answer]:
        """An answer to each of (N, H, W) uint8 pictures."""
        ...


@dataclass(frozen=True)
class Sweep:
    """One change to the drawing, from none to much.

    values:  what was done, in `unit`; `neutral` is where nothing was done.
    shares:  (K,) probability of the original answer after each change.
    answers: (K,) the most likely digit after each change.
    """

    name: str
    unit: str
    neutral: float
    values: list[float]
    shares: NDArray[np.float32]
    answers: list[int]


def occlusion(recognizer: Reader, answer: Answer) -> NDArray[np.float32]:
    """How much each pixel of what was seen speaks for the answer: (28, 28) float32 in [-1, 1], 0 where there is no ink.

    A 5x5 patch is wiped out around every pixel with ink, all in one batch; the value is the change of the answer's
    log-probability, divided by the largest.
    source: Zeiler and Fergus 2014, Visualizing and Understanding Convolutional Networks.
    """
    seen = (answer.seen * 255).round().astype(np.uint8)
    places = np.argwhere(answer.seen > 0.1)  # (K, 2)
    pictures = np.repeat(seen[None], len(places) + 1, axis=0)  # the last one stays whole
    reach = PATCH_PX // 2
    for picture, (y, x) in zip(pictures, places, strict=False):
        picture[max(y - reach, 0) : y + reach + 1, max(x - reach, 0) : x + reach + 1] = 0
    digit = int(answer.probabilities.argmax())
    shares = np.array([told.probabilities[digit] for told in recognizer.batch(pictures)])
    logs = np.log(np.maximum(shares, 1e-9))
    drop = logs[-1] - logs[:-1]
    heat = np.zeros(seen.shape, np.float32)
    heat[tuple(places.T)] = drop / max(float(np.abs(drop).max(initial=0)), 1e-6)
    return heat


def sweeps(recognizer: OneDigit, answer: Answer) -> list[Sweep]:
    """Turn, thicken, move and erase what was seen, and ask again each time."""
    side = STUDIO_PX + 2 * MARGIN_PX
    studio = Image.new("L", (side, side))
    seen = Image.fromarray((answer.seen * 255).round().astype(np.uint8))
    studio.paste(seen.resize((STUDIO_PX, STUDIO_PX), Image.Resampling.BICUBIC), (MARGIN_PX, MARGIN_PX))
    changes: list[tuple[str, str, Callable[[Image.Image, float], Image.Image], list[float]]] = [
        ("Turn", "degrees to the right", _turn, [float(angle) for angle in range(-90, 91, 10)]),
        ("Thicken", "steps of pen width", _thicken, [float(step) for step in range(-3, 7)]),
        ("Move", "pixels to the right", _move, [float(shift) for shift in range(-24, 25, 6)]),
        ("Erase", "% from the bottom", _erase, [float(share) for share in range(0, 71, 5)]),
    ]
    return [_sweep(recognizer, answer, studio, *change) for change in changes]


def _sweep(
    recognizer: OneDigit,
    answer: Answer,
    studio: Image.Image,
    name: str,
    unit: str,
    change: Callable[[Image.Image, float], Image.Image],
    values: list[float],
) -> Sweep:
    pictures: Grey = np.stack([np.asarray(change(studio, value)) for value in values])
    told = recognizer.batch(pictures)
    digit = int(answer.probabilities.argmax())
    shares = np.array([one.probabilities[digit] for one in told], np.float32)
    return Sweep(name, unit, 0.0, values, shares, [int(one.probabilities.argmax()) for one in told])


def _turn(picture: Image.Image, degrees: float) -> Image.Image:
    return picture.rotate(-degrees, Image.Resampling.BICUBIC)


def _thicken(picture: Image.Image, steps: float) -> Image.Image:
    kind = ImageFilter.MaxFilter if steps > 0 else ImageFilter.MinFilter
    for _ in range(abs(int(steps))):
        picture = picture.filter(kind(3))
    return picture


def _move(picture: Image.Image, shift: float) -> Image.Image:
    moved = Image.new("L", picture.size)
    moved.paste(picture, (int(shift), 0))
    return moved


def _erase(picture: Image.Image, share: float) -> Image.Image:
    box = picture.getbbox()
    if box is None or share == 0:
        return picture
    left, top, right, bottom = box
    erased = picture.copy()
    erased.paste(0, (left, bottom - round((bottom - top) * share / 100), right, bottom))
    return erased
