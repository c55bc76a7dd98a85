"""What came of pictures, ready to be written: made where they are read, so that all processes share the work."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from core.many.places import Named, content_or_sentence
from core.reading_lines import Lines, Outcome

Content = bytes | str  # of an image file, or a sentence where there is none
ReadMany = Callable[[Iterable[Content]], list[Outcome]]


class Row(NamedTuple):
    """What is written of one picture, and why it could not be read; "" where it could."""

    lines: list[str]
    problem: str


Rows = Callable[[Sequence[Named]], list[Row]]


def rows(read_many: ReadMany, lines: Lines, chunk: Sequence[Named]) -> list[Row]:
    """Read some pictures, and say it in lines, in their order."""
    outcomes = read_many(content_or_sentence(picture.place) for picture in chunk)
    return [row(lines, picture.name, outcome) for picture, outcome in zip(chunk, outcomes, strict=True)]


def row(lines: Lines, name: str, outcome: Outcome) -> Row:
    """What is written of one picture."""
    return Row(lines(name, outcome), outcome if isinstance(outcome, str) else "")
