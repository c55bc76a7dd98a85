"""Where a table of digits keeps its labels and pixels: found out before a row is read, or refused."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from core.refusals import RefusalError
from core.text import separator_of

PIXELS = 28 * 28
LABEL_NAMES = ("label", "class", "digit", "target", "y")
PIXEL_NAME = re.compile(r"\D*[0-9]+(?:\D+[0-9]+)?\D*")  # pixel17, p17, 17, 3x14
DIGITS = {float(digit) for digit in range(10)}
LONGEST_LINE = 32 * (PIXELS + 1)  # characters: a number or a name of 31 in each column
MOST_VALUES = 300  # different ones that are looked at in a column: labels have ten
ROW = f"a label and {PIXELS} pixels"


class TableError(RefusalError, ValueError):
    """A table that cannot be read without guessing; the message is a sentence without the file's name."""


@dataclass(frozen=True)
class Layout:
    """The sign between cells, whether a header stands first, the number of columns, and those of label and pixels."""

    separator: str
    has_header: bool
    columns: int
    label: int
    pixels: tuple[int, ...]  # in reading order, whatever order they stand in

    def cells(self, line: str) -> list[str]:
        """The cells of a line, without quotes and blanks around them, and without an empty one after the last."""
        return cells(line, self.separator)


def cells(line: str, separator: str) -> list[str]:
    """The cells of a line of numbers or names."""
    if '"' in line:
        line = line.replace('"', "")  # neither numbers nor the names of columns need their quotes
    found = [cell.strip() for cell in line.split(separator)]
    return found[:-1] if found and not found[-1] else found


def layout_of(lines: Iterable[str]) -> Layout:
    """The layout of a table's lines; TableError when it is ambiguous.

    A header names the label's column; it is ordered by the numbers in the pixels' names. Without a header the label is
    the first or the last number of a row: the one that is 0 to 9 in all rows, and not the same in all.
    """
    rows = (line for line in lines if line.strip())
    first = next(rows, "")
    if len(first) > LONGEST_LINE:
        raise TableError(f"expected {ROW}, found a first line of more than {LONGEST_LINE:,} characters.")
    separator = separator_of(first)
    names = cells(first, separator)
    if any(not is_number(name) for name in names):
        return _from_header(separator, [name.lower() for name in names])
    ends = _Ends(separator)
    for line in chain([first], rows):
        ends.add(line)
    place = ends.place_of_label()
    return Layout(separator, False, PIXELS + 1, place, tuple(range(1, PIXELS + 1) if place == 0 else range(PIXELS)))


def is_number(cell: str) -> bool:
    """Whether a cell holds a plain number."""
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def _from_header(separator: str, names: list[str]) -> Layout:
    labels = [place for place, name in enumerate(names) if name in LABEL_NAMES]
    if len(labels) > 1:
        found = ", ".join(dict.fromkeys(names[place] for place in labels))
        raise TableError(f"{len(labels)} columns are named {found}; expected one.")
    if alike := next((name for name, count in Counter(names).items() if count > 1 and name), None):
        raise TableError(f"two columns are named {alike!r}; expected each name once.")
    pixels = [place for place, name in enumerate(names) if PIXEL_NAME.fullmatch(name)]
    others = [place for place in range(len(names)) if place not in set(pixels)]
    label = labels or (others if len(names) == PIXELS + 1 else [])
    if len(label) != 1:
        raise TableError(f"no column is named label; expected {ROW} in {PIXELS + 1} columns, found {len(names)}.")
    if len(pixels) != PIXELS and len(names) == PIXELS + 1:  # names of another kind: in the order they stand in
        rest = tuple(place for place in range(len(names)) if place != label[0])
        return Layout(separator, True, len(names), label[0], rest)
    if len(pixels) != PIXELS:
        raise TableError(f"expected {ROW}, found {len(pixels)} columns named like pixels among {len(names)}.")
    numbers = {place: tuple(map(int, re.findall("[0-9]+", names[place]))) for place in pixels}
    if len({len(number) for number in numbers.values()}) == 1:  # else they follow no one scheme: as they stand
        pixels.sort(key=numbers.__getitem__)
    return Layout(separator, True, len(names), label[0], tuple(pixels))


class _Ends:
    """What the first and the last number of all rows could be."""

    def __init__(self, separator: str) -> None:
        self._separator = separator
        self._firsts: set[float] = set()
        self._lasts: set[float] = set()

    def add(self, line: str) -> None:
        first, _, rest = line.partition(self._separator)
        last = rest.rstrip().rstrip(self._separator).rpartition(self._separator)[2]
        for seen, cell in ((self._firsts, first), (self._lasts, last)):
            bare = cell.strip().strip('"')
            if len(seen) <= MOST_VALUES and is_number(bare):
                seen.add(float(bare.replace(",", ".")))

    def place_of_label(self) -> int:
        """0 or 784; TableError when it may be either, or neither."""
        ends = {0: self._firsts, PIXELS: self._lasts}
        if not self._firsts or not self._lasts:
            raise TableError(f"no row with {ROW}.")
        fit = [place for place, seen in ends.items() if seen <= DIGITS]
        if len(fit) == 2:  # a corner of the pictures is 0 to 9 too: paper, mostly, and the same in all
            best = max(_rank(seen) for seen in ends.values())
            fit = [place for place, seen in ends.items() if _rank(seen) == best]
        if len(fit) == 1 and (max(ends[fit[0]]) or len(ends[PIXELS - fit[0]]) == 1):
            return fit[0]  # but not a column of zeros beside one that is nearly all labels
        which = "may be either" if len(fit) == 2 else "is neither, since it should be 0 to 9 in every row"
        raise TableError(
            f"expected the label first or last in each row, and it {which}. "
            "Please add a first line that names the columns, the label's column 'label'."
        )


def _rank(values: set[float]) -> tuple[bool, bool]:
    """How much the values of a column look like labels: more than one of them, and others than a bit's 0 and 1."""
    return len(values) > 1, max(values) > 1
