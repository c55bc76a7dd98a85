"""One model file that reads whatever is written on a picture: its parts in reading order, digits and what is none."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.reading import Box
from demo.answers.opened import Grey, Opened
from demo.answers.recognizer import Answer, OneDigit

OUTPUTS = ["digits", "probabilities", "digit_score", "boxes", "line", "seen", "more"]
NO_PART, NO_DIGIT = -1, 10  # what `digits` says beside 0 to 9
UNREAD = "?"  # stands for a part that is no digit


@dataclass(frozen=True)
class Part:
    """One digit of a picture, or ink that is none.

    box:    (top, left, bottom, right) in px of the picture, ends excluded.
    answer: what is said of it; its label is None for what is no digit.
    line:   which line of the picture it stands on, from 0.
    """

    box: Box
    answer: Answer
    line: int = 0

    @property
    def image(self) -> Grey:
        """(28, 28) uint8, it alone as it was seen, dark on light: what corrections keep and other models read."""
        return 255 - (255 * self.answer.seen).round().astype(np.uint8)


@dataclass(frozen=True)
class Number:
    """What a picture says.

    parts: digits and what is none, lines from top to bottom, each from left to right.
    more:  how many parts there are beyond those that the reader answers for.
    """

    parts: list[Part]
    more: int = 0

    @property
    def digits(self) -> str:
        """As text: "42", "4?" where a part is no digit, "" where there is none; lines are parted by a space."""
        lines: dict[int, str] = {}
        for part in self.parts:
            label = part.answer.label
            lines[part.line] = lines.get(part.line, "") + (UNREAD if label is None else str(label))
        return " ".join(lines.values())

    @property
    def several(self) -> bool:
        """Whether more than one part was found."""
        return len(self.parts) > 1

    @property
    def one(self) -> Answer:
        """The answer for the only part, or a blank's where there is none."""
        return self.parts[0].answer if self.parts else _blank()


class Reader:
    """A file with the reader's contract: `image` uint8 (N, H, W) -> OUTPUTS, 32 parts a picture, as core/net/reader.py.

    Safe to call from several threads. ModelError when the file is missing, damaged or of another contract.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._model = Opened(path, OUTPUTS)

    def __call__(self, image: Grey) -> Number:
        """Read one picture, (H, W) uint8, any polarity, H and W >= 1; ValueError for any other type or shape.

        PictureError when so many others wait that it takes longer than its question may take.
        """
        return _number(*(output[0] for output in self._model(image[None])))

    def batch(self, images: Grey) -> list[Number]:
        """Read pictures of one size, (N, H, W) uint8, in this thread and as long as it takes; ValueError as above."""
        return [_number(*outputs) for outputs in zip(*self._model.here(images), strict=True)]


def _number(
    digits: NDArray[np.int64],
    probabilities: NDArray[np.float32],
    scores: NDArray[np.float32],
    boxes: NDArray[np.float32],
    lines: NDArray[np.int64],
    seen: NDArray[np.float32],
    more: np.int64,
) -> Number:
    """What the outputs for one picture say."""
    parts = [
        Part(
            _whole_px(box),
            Answer(None if digit == NO_DIGIT else int(digit), shares, looked, float(score)),
            int(line),
        )
        for digit, shares, score, box, line, looked in zip(
            digits, probabilities, scores, boxes, lines, seen, strict=True
        )
        if digit != NO_PART
    ]
    return Number(parts, int(more))


def read_with(reader: Reader, recognizer: OneDigit, image: Grey) -> Number:
    """Read (H, W) uint8 with another model than the reader's own, which still says where the parts lie.

    One part or none: the recogniser is given the whole picture, and says too whether there is anything. Several: it is
    given each part as the reader saw it; what the reader calls no digit stays refused.
    """
    number = reader(image)
    if number.several:
        answers = recognizer.batch(np.stack([part.image for part in number.parts]))
        return Number(
            [_read_again(part, answer) for part, answer in zip(number.parts, answers, strict=True)], number.more
        )
    answer = recognizer(image)
    height, width = image.shape
    box = number.parts[0].box if number.parts else (0, 0, height, width)
    return Number([] if answer.blank else [Part(box, answer)], number.more)


def _read_again(part: Part, answer: Answer) -> Part:
    """The part with another model's answer; what was seen stays, being the picture that this model was given."""
    label = None if part.answer.label is None else answer.label
    return replace(part, answer=replace(answer, label=label, seen=part.answer.seen))


def _whole_px(box: NDArray[np.float32]) -> Box:
    """Halves go up, as browsers round: the page without a server says the same boxes."""
    top, left, bottom, right = (int(edge) for edge in np.floor(box + 0.5))
    return top, left, bottom, right


def _blank() -> Answer:
    return Answer(None, np.full(10, 0.1, np.float32), np.zeros((28, 28), np.float32), 0.0)
