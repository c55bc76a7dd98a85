"""A picture of one digit or of several, read as a number; what cannot be read surely is refused, not guessed."""

from dataclasses import dataclass

from demo.recognizer import Answer, Grey, Recognizer
from demo.segment import Segment, segments

SHORTEST = 0.5  # of the tallest part's height: a smaller part is a piece of a digit
OVERLAP = 0.15  # of the narrower part's width: parts that share more columns are pieces of one digit
SURE = 0.8  # probability from which a part counts as a digit whatever the whole looks like
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

    A digit in pieces looks like several. So the parts are believed only when they stand side by side as digits do,
    and either each is surely a digit, or the picture as a whole looks less like one than each of them, or is refused.
    """
    whole = recognizer(image)
    found = segments(image)
    if whole.blank or not found or not all(map(_side_by_side, found)):
        return _one(whole)
    lines = [[(part.box, recognizer(part.image)) for part in line] for line in found]
    parts = [part for line in lines for part in line]
    sure = all(answer.label is not None and answer.probabilities.max() >= SURE for _, answer in parts)
    least = min(answer.digit_score for _, answer in parts)
    if not sure and whole.label is not None and whole.digit_score >= least:
        return _one(whole)
    if not any(answer.label is not None for _, answer in parts):
        return Number("", whole, [])
    return Number(" ".join("".join(_digit(answer) for _, answer in line) for line in lines), whole, parts)


def _one(whole: Answer) -> Number:
    return Number("" if whole.label is None else str(whole.label), whole, [])


def _side_by_side(line: list[Segment]) -> bool:
    """Whether a line has several parts, about as tall as each other and none above another."""
    heights = [segment.box[2] - segment.box[0] for segment in line]
    return len(line) > 1 and min(heights) >= SHORTEST * max(heights) and all(map(_apart, line, line[1:]))


def _apart(left: Segment, right: Segment) -> bool:
    narrower = min(left.box[3] - left.box[1], right.box[3] - right.box[1])
    return left.box[3] - right.box[1] <= OVERLAP * narrower


def _digit(answer: Answer) -> str:
    return UNREAD if answer.label is None else str(answer.label)
