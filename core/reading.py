"""What a picture says, as programs get it: one small frozen result, whatever model found it."""

from dataclasses import asdict, dataclass
from typing import Any

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Digit:
    """One digit of a picture.

    label:         0 to 9, or None for ink that is not read: it looks like no digit, or like two that touch.
    probability:   of the label; where there is none, of the digit that it would be taken for.
    probabilities: of the digits 0 to 9; they sum to 1.
    box:           (top, left, bottom, right) in px of the picture as it was given, upright; the ends are excluded.
    digit_score:   in [0, 1], low for what is no digit.
    """

    label: int | None
    probability: float
    probabilities: tuple[float, ...]
    box: Box
    digit_score: float


@dataclass(frozen=True)
class Reading:
    """What a picture says.

    text:   "7", "42", with a new line between lines; "4?" where a part is not read; "" where nothing is.
    reason: why it is not sure, as a sentence; "" where it is.
    digits: in reading order; empty where there is no ink.
    """

    text: str
    reason: str
    digits: tuple[Digit, ...]

    @property
    def sure(self) -> bool:
        """Whether all that is written was read, and each digit surely."""
        return not self.reason

    @property
    def probability(self) -> float:
        """Of the least sure digit; 0 where there is none."""
        return min((digit.probability for digit in self.digits), default=0.0)

    def plain(self) -> dict[str, Any]:
        """The same as plain values, for JSON; shares to six places."""
        return {"text": self.text, "sure": self.sure, "reason": self.reason, "digits": [*map(_plain, self.digits)]}


def _plain(digit: Digit) -> dict[str, Any]:
    return asdict(digit) | {
        "probability": round(digit.probability, 6),
        "probabilities": [round(share, 6) for share in digit.probabilities],
        "digit_score": round(digit.digit_score, 6),
    }
