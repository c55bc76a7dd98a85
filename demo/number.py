"""A picture of one digit or of several, read as a number; what cannot be read surely is refused, not guessed."""

from dataclasses import dataclass

from demo.recognizer import Answer, Grey, Recognizer
from demo.segment import segments

UNREAD = "?"  # stands for a part that is no digit, as touching digits are


@dataclass(frozen=True)
class Number:
    """What a picture says.

    digits: "7", "42", "4?" where a part was refused, "" where nothing was read; lines are parted by a space.
    whole:  the answer for the picture as one digit.
    parts:  each digit's box (top, left, bottom, right) in px and answer, in reading order; empty for one digit.
    """

    digits: str
    whole: Answer
    parts: list[tuple[tuple[int, int, int, int], Answer]]

    @property
    def several(self) -> bool:
        """Whether more than one digit was found."""
        return bool(self.parts)


def read_number(recognizer: Recognizer, image: Grey) -> Number:
    """Read (H, W) uint8: as one digit where it is one, else digit by digit.

    A digit in pieces looks like several. So the parts are believed only when the picture as a whole looks less like a
    digit than each of them, or is refused.
    """
    whole = recognizer(image)
    lines = [[(part.box, recognizer(part.image)) for part in line] for line in segments(image)]
    parts = [part for line in lines for part in line]
    least = min((answer.digit_score for _, answer in parts), default=0.0)
    if len(parts) < 2 or (whole.label is not None and whole.digit_score >= least):
        return Number("" if whole.label is None else str(whole.label), whole, [])
    if not any(answer.label is not None for _, answer in parts):
        return Number("", whole, [])
    return Number(" ".join("".join(_digit(answer) for _, answer in line) for line in lines), whole, parts)


def _digit(answer: Answer) -> str:
    return UNREAD if answer.label is None else str(answer.label)
