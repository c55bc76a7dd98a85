"""What pictures say, in lines: for people, as CSV, or as JSON; with a line for each digit where that is asked for."""

import csv
import io
import json
from collections.abc import Callable, Sequence

from core.reading import Digit, Reading
from core.refusals import printable

Outcome = Reading | str  # a sentence where the file could not be read
Lines = Callable[[str, Outcome], list[str]]  # of a file's name and its outcome

FILE_COLUMNS = ("file", "text", "sure", "reason", "probability", "error")
DIGIT_COLUMNS = ("file", "position", "label", "probability", "digit_score", "top", "left", "bottom", "right")
CLASSES = tuple(f"p{digit}" for digit in range(10))


def for_people(name: str, outcome: Outcome) -> list[str]:
    """One line; none for a file that could not be read, since its sentence goes to standard error."""
    if isinstance(outcome, str):
        return []
    return [f"{printable(name)}: {_answer(outcome)}"]


def for_people_digits(name: str, outcome: Outcome) -> list[str]:
    """The line, and below it one for each digit: its probability, its box and all ten probabilities."""
    return for_people(name, outcome) + ([] if isinstance(outcome, str) else [*map(_digit, outcome.digits)])


def as_json(name: str, outcome: Outcome) -> list[str]:
    """One JSON object on one line: file, and text, sure, reason, digits; or file and error."""
    told = {"error": outcome} if isinstance(outcome, str) else outcome.plain()
    return [json.dumps({"file": name} | told)]


def as_csv(name: str, outcome: Outcome) -> list[str]:
    """One row in FILE_COLUMNS."""
    if isinstance(outcome, str):
        return [_row([name, "", "", "", "", outcome])]
    return [_row([name, outcome.text, int(outcome.sure), outcome.reason, f"{outcome.probability:.6f}", ""])]


def as_csv_digits(name: str, outcome: Outcome) -> list[str]:
    """A row for each digit, in DIGIT_COLUMNS and CLASSES; none where there is no digit."""
    if isinstance(outcome, str):
        return []
    return [
        _row([name, at, "" if digit.label is None else digit.label, *_numbers(digit)])
        for at, digit in enumerate(outcome.digits, start=1)
    ]


def header(lines: Lines) -> list[str]:
    """The line before the first, for tables."""
    tables: dict[Lines, tuple[str, ...]] = {as_csv: FILE_COLUMNS, as_csv_digits: DIGIT_COLUMNS + CLASSES}
    return [_row(tables[lines])] if lines in tables else []


def _answer(reading: Reading) -> str:
    text = reading.text.replace("\n", " / ")
    if reading.sure:
        return f"{text} ({_share(reading.probability)})"
    return f"{text} (not sure: {reading.reason})" if text else f"not read: {reading.reason}"


def _digit(digit: Digit) -> str:
    top, left, bottom, right = digit.box
    label = "?" if digit.label is None else digit.label
    shares = " ".join(f"{at}:{share:.3f}" for at, share in enumerate(digit.probabilities))
    return f"  {label} {_share(digit.probability):>6}  rows {top}-{bottom}, columns {left}-{right}  {shares}"


def _numbers(digit: Digit) -> list[str]:
    shares = [digit.probability, digit.digit_score]
    return [f"{one:.6f}" for one in shares] + [*map(str, digit.box)] + [f"{one:.6f}" for one in digit.probabilities]


def _share(probability: float) -> str:
    return ">99.9%" if probability > 0.999 else f"{probability:.1%}"


def _row(cells: Sequence[object]) -> str:
    row = io.StringIO()
    csv.writer(row, lineterminator="").writerow(cells)
    return row.getvalue()


FORMS: dict[tuple[str | None, bool], Lines] = {  # by --json or --csv, and --digits
    (None, False): for_people,
    (None, True): for_people_digits,
    ("json", False): as_json,
    ("json", True): as_json,
    ("csv", False): as_csv,
    ("csv", True): as_csv_digits,
}
