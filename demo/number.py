"""A picture of one digit or of several, read as a number; what cannot be read surely is refused, not guessed."""

from dataclasses import dataclass, replace

from demo.glances import look_again
from demo.recognizer import Answer, Grey, Recognizer
from demo.segment import PIECE, Box, Segment, segments
from demo.split import halves

SHARED = 0.15  # of the narrower part's width: parts that share more columns are pieces of one digit
COMPACT = 1.4  # width of what is written, as a share of its height, up to which it may be one digit in pieces
MOST_PIECES = 3  # of one digit
SURE = 0.8  # probability from which a part counts as a digit whatever the whole looks like
WIDE = 0.8  # of its height: by how much a part is wider, so much digit_score it needs to be taken for one digit,
LIKELY = 0.9  # but not more than this
ONE = 0.995  # digit_score from which ink in one piece is one digit without another look
SLIM = 0.5  # of its height: narrower ink is one digit, too
CLEARER = 0.6  # of the whole's doubt: a cut whose sides leave less of it makes two digits,
CLEAR = 0.8  # if either side is a digit with this sureness; below, what one digit parts into looks like two as well
RING = 0.9  # probability of a 0 from which a cut that opens its ring does not count
TWO = 0.98  # sureness from which either side of a cut is read as a digit; below, touching digits are refused
EITHER = 0.5  # sureness of either side of a cut from which ink that is less than LIKELY one digit is refused
OTHER = 0.9  # sureness of a cut that reads otherwise, from which neither is believed
UNSURE = 0.98  # probability under which a digit of a number is looked at again, leaning and stretched
UNREAD = "?"  # stands for a part that is no digit, as touching digits are

Part = tuple[Box, Answer]


@dataclass(frozen=True)
class Number:
    """What a picture says.

    digits: "7", "42", "4?" where a part was refused, "" where nothing was read; lines are parted by a space.
    whole:  the answer for the picture as one digit.
    parts:  each digit's box (top, left, bottom, right) in px and answer, in reading order; empty for one digit.
    touching: whether one piece of ink was refused because it may be two digits.
    """

    digits: str
    whole: Answer
    parts: list[Part]
    touching: bool = False

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
    if whole.blank or not found:
        return _one(whole)
    if sum(map(len, found)) == 1:
        piece = found[0][0]
        return _one_piece(recognizer, piece, recognizer(piece.image) if piece.lined else whole)
    lines = [_read_line(recognizer, line) for line in found]
    parts = [part for line in lines for part in line]
    if _is_one_digit(whole, lines):
        return _one(whole)
    return Number(" ".join("".join(_digit(answer) for _, answer in line) for line in lines), whole, parts)


def _one(whole: Answer) -> Number:
    return Number("" if whole.label is None else str(whole.label), whole, [])


def _one_piece(recognizer: Recognizer, piece: Segment, whole: Answer) -> Number:
    """A picture whose ink hangs together: one digit, or two that touch."""
    parts = _apart_if_two(recognizer, piece, whole)
    if len(parts) == 2:
        return Number("".join(_digit(answer) for _, answer in parts), whole, parts)
    return replace(_one(parts[0][1]), touching=parts[0][1].label != whole.label)


def _read_line(recognizer: Recognizer, line: list[Segment]) -> list[Part]:
    """The answers for the parts of a line, after putting together what is one digit and cutting what is two."""
    highest = max(map(_height, line))
    parts = []
    for part, answer in _joined(recognizer, line):
        low = _height(part) < PIECE * highest
        parts += [(part.box, replace(answer, label=None))] if low else _read_part(recognizer, part, answer)
    return parts


def _read_part(recognizer: Recognizer, part: Segment, answer: Answer) -> list[Part]:
    """A part of a number, cut where it is two digits, looked at again where one look is unsure."""
    parts = _apart_if_two(recognizer, part, answer)
    unsure = answer.label is None or answer.probabilities.max() < UNSURE
    if unsure and parts[0][1] is answer:
        return [(part.box, look_again(recognizer, part.image, answer))]
    return parts


def _joined(recognizer: Recognizer, line: list[Segment]) -> list[tuple[Segment, Answer]]:
    """The parts of a line with their answers; two that are more surely one digit than each is one are put together."""
    waiting = [(part, recognizer(part.image)) for part in line]
    parts = []
    while waiting:
        part, answer = waiting.pop(0)
        if part.joined and waiting:
            both = recognizer(part.joined.image)
            if both.label is not None and _sureness(both) > min(_sureness(answer), _sureness(waiting[0][1])):
                part, answer = part.joined, both
                waiting.pop(0)
        parts.append((part, answer))
    return parts


def _apart_if_two(recognizer: Recognizer, part: Segment, answer: Answer) -> list[Part]:
    """One part, or two where either side of a cut is clearly more of a digit than the whole, or a refusal.

    Two that another cut reads otherwise are refused, and so is what hardly is one digit and is wide or may be two.
    """
    if answer.digit_score >= ONE or _width(part) < SLIM * _height(part):
        return [(part.box, answer)]
    refused = [(part.box, replace(answer, label=None))]
    cuts = halves(part, ring=bool(answer.probabilities[0] >= RING))
    pairs = [[(half.box, recognizer(half.image)) for half in pair] for pair in cuts]
    pairs = [pair for pair in pairs if all(one.label is not None for _, one in pair)]
    best = max(pairs, key=_least_sure, default=None)
    sure = _least_sure(best) if best else 0.0
    if best and sure >= CLEAR and 1 - sure < CLEARER * (1 - answer.digit_score):
        doubted = any(_labels(pair) != _labels(best) and _least_sure(pair) >= OTHER for pair in pairs)
        return best if sure >= TWO and not doubted else refused
    needed = LIKELY if sure >= EITHER else min(LIKELY, _width(part) / _height(part) - WIDE)
    return refused if answer.digit_score < needed else [(part.box, answer)]


def _labels(parts: list[Part]) -> list[int | None]:
    return [answer.label for _, answer in parts]


def _least_sure(parts: list[Part]) -> float:
    return min(_sureness(answer) for _, answer in parts)


def _sureness(answer: Answer) -> float:
    """How surely this is one digit, and which one, in [0, 1]."""
    return answer.digit_score * float(answer.probabilities.max())


def _is_one_digit(whole: Answer, lines: list[list[Part]]) -> bool:
    """Whether what was found is better taken for one digit in pieces, or for one digit with dirt beside it."""
    answers = [answer for line in lines for _, answer in line]
    digits = [answer for answer in answers if answer.label is not None]
    if not digits:
        return True
    if whole.label is None:
        return False
    if len(answers) > MOST_PIECES or not _compact([box for line in lines for box, _ in line]):
        return len(digits) == 1
    sure = len(digits) == len(answers) and all(answer.probabilities.max() >= SURE for answer in digits)
    least = min(answer.digit_score for answer in answers)
    return not all(_side_by_side([box for box, _ in line]) for line in lines) or (
        not sure and whole.digit_score >= least
    )


def _compact(boxes: list[Box]) -> bool:
    tops, lefts, bottoms, rights = zip(*boxes, strict=True)
    return max(rights) - min(lefts) <= COMPACT * (max(bottoms) - min(tops))


def _side_by_side(line: list[Box]) -> bool:
    """Whether a line has several parts, none above another."""
    return len(line) > 1 and all(map(_apart, line, line[1:]))


def _apart(left: Box, right: Box) -> bool:
    return left[3] - right[1] <= SHARED * min(left[3] - left[1], right[3] - right[1])


def _height(part: Segment) -> int:
    return part.box[2] - part.box[0]


def _width(part: Segment) -> int:
    return part.box[3] - part.box[1]


def _digit(answer: Answer) -> str:
    return UNREAD if answer.label is None else str(answer.label)
