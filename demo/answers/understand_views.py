"""Why this answer, in pictures and words for templates/understand.html."""

import numpy as np
from numpy.typing import NDArray

from demo.answers.message import NAMES
from demo.answers.understand import Sweep

FOR, AGAINST = (200, 30, 20), (30, 90, 220)  # red and blue, told apart by most colour-blind people too
# Also on the page without a server, see space/why.py.
NO_INK = "There is no ink to explain yet."
CHANGES = "At {amount} it is read as {digit}."
STAYS = "It stays {digit} all the way, from {low} to {high}."


def tinted(seen: NDArray[np.float32], heat: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(28, 28, 3): what was seen, (28, 28) in [0, 1], red where `heat` speaks for the answer and blue where against."""
    base = np.repeat((seen * 255)[..., None], 3, axis=2)
    tint = np.where(heat[..., None] > 0, FOR, AGAINST)
    strength = np.abs(heat)[..., None] ** 0.5  # small effects stay visible
    return (base * (1 - strength) + tint * strength).round().astype(np.uint8)


def turning_point(result: Sweep, digit: int) -> str:
    """The smallest change to another answer, as a sentence."""
    changed = [
        (abs(value), value, answer)
        for value, answer in zip(result.values, result.answers, strict=True)
        if answer != digit
    ]
    if not changed:
        low, high = (_amount(result.values[end], result.unit) for end in (0, -1))
        if low.lstrip("-0123456789.") == high.lstrip("-0123456789."):  # the same unit, which is said once
            low = f"{result.values[0]:g}"
        return STAYS.format(digit=NAMES[digit], low=low, high=high)
    _, value, answer = min(changed)
    return CHANGES.format(amount=_amount(value, result.unit), digit=NAMES[answer])


def _amount(value: float, unit: str) -> str:
    """A change in words; less than nothing to the right is to the left."""
    if value < 0 and unit.endswith("right"):
        value, unit = -value, unit.removesuffix("right") + "left"
    return f"{value:g} {unit}".replace(" %", "%")
