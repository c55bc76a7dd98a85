"""A picture of one digit or of several, read as a number; what cannot be read surely is refused, not guessed."""

from dataclasses import dataclass, replace

from demo.recognizer import Answer, Grey, Recognizer
from demo.segment import PIECE, Box, Segment, segments

SHARED = 0.15  # of the narrower part's width: parts that share more columns are pieces of one digit
COMPACT = 1.4  # width of what is written, as a share of its height, up to which it may be one digit in pieces
MOST_PIECES = 3  # of one digit
SURE = 0.8  # probability from which a part counts as a digit whatever the whole looks like
WIDE = 0.95  # of its height: a wider part may be two digits that touch,
LIKELY = 0.75  # and is taken for a digit from this digit_score on
UNREAD = "?"  # stands for a part that is no digit, as touching digits are

Part = tuple[Box, Answer]


@dataclass(frozen=True)
class Number:
    """What a picture says.

    digits: "7", "42", "4?" where a part was refused, "" where nothing was read; lines are parted by a space.
    whole:  the answer for the picture as one digit.
    parts:  each digit's box (top, left, bottom, right) in px and answer, in reading order; empty for one digit.
    """

    digits: str
    whole: Answer
    parts: list[Part]

    @property
    def several(self) -> bool:
        """Whether more than one digit was found."""
        return bool(self.parts)


def read_number(recognizer: Recognizer, image: Grey) -> Number:
    """Read (H, W) uint8: as one digit where it is one, else digit by digit.

    A digit in pieces looks like several, so few parts that lie as close as those of a digit are believed only when
    they stand side by side, and either each is surely a digit, or the whole looks less like one. Parts in a row that
    is too long for one digit are a number as soon as two of them are digits; the others are refused, not left out.
    """
    whole = recognizer(image)
    found = segments(image)
    if whole.blank or sum(map(len, found)) < 2:
        return _one(whole)
    lines = [[(part.box, _read_part(recognizer, part, line)) for part in line] for line in found]
    parts = [part for line in lines for part in line]
    if _is_one_digit(whole, found, [answer for _, answer in parts]):
        return _one(whole)
    return Number(" ".join("".join(_digit(answer) for _, answer in line) for line in lines), whole, parts)


def _one(whole: Answer) -> Number:
    return Number("" if whole.label is None else str(whole.label), whole, [])


def _read_part(recognizer: Recognizer, part: Segment, line: list[Segment]) -> Answer:
    """The answer for one part of a line; refused where its shape is not that of one digit beside the others."""
    answer = recognizer(part.image)
    low = _height(part) < PIECE * max(map(_height, line))
    if low or (_width(part) > WIDE * _height(part) and answer.digit_score < LIKELY):
        return replace(answer, label=None)
    return answer


def _is_one_digit(whole: Answer, lines: list[list[Segment]], answers: list[Answer]) -> bool:
    """Whether what was found is better taken for one digit in pieces, or for one digit with dirt beside it."""
    digits = [answer for answer in answers if answer.label is not None]
    if not digits:
        return True
    if whole.label is None:
        return False
    if len(answers) > MOST_PIECES or not _compact([part for line in lines for part in line]):
        return len(digits) == 1
    sure = len(digits) == len(answers) and all(answer.probabilities.max() >= SURE for answer in digits)
    least = min(answer.digit_score for answer in answers)
    return not all(map(_side_by_side, lines)) or (not sure and whole.digit_score >= least)


def _compact(parts: list[Segment]) -> bool:
    tops, lefts, bottoms, rights = zip(*(part.box for part in parts), strict=True)
    return max(rights) - min(lefts) <= COMPACT * (max(bottoms) - min(tops))


def _side_by_side(line: list[Segment]) -> bool:
    """Whether a line has several parts, none above another."""
    return len(line) > 1 and all(map(_apart, line, line[1:]))


def _apart(left: Segment, right: Segment) -> bool:
    return left.box[3] - right.box[1] <= SHARED * min(_width(left), _width(right))


def _height(part: Segment) -> int:
    return part.box[2] - part.box[0]


def _width(part: Segment) -> int:
    return part.box[3] - part.box[1]


def _digit(answer: Answer) -> str:
    return UNREAD if answer.label is None else str(answer.label)
