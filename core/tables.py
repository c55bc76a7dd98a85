"""A table of digits, as MNIST is often passed on: a label and 784 pixels a row, a header or none -> uint8 arrays."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.complaints import Complaints
from core.pictures import Grey
from core.table_layout import LONGEST_LINE, ROW, Layout, TableError, layout_of
from core.text import encoding_of

SIDE_PX = 28
REPORTED_ROWS = 500  # between two reports of progress
DIGITS = range(10)


@dataclass(frozen=True)
class Table:
    """The digits of a table: images (N, 28, 28) uint8 in [0, 255], labels (N,) uint8 in 0..9, and the line of each."""

    images: Grey
    labels: NDArray[np.uint8]
    lines: list[int]


def read(path: Path, progress: Callable[[float], None], complaints: Complaints) -> Table:
    """The rows of a table that can be read.

    Pixels are 0 to 255 or, where no row has more than 1, shares of white; a header's columns may stand in any order.
    complaints: gets a sentence for each row that could not be read.
    errors:     TableError when it cannot be told where the label stands, or no row is left.
    """
    layout = layout_of(line for _, line, _ in _lines(path))
    labels, pixels, lines = bytearray(), _Pixels(), list[int]()
    waits_for_header = layout.has_header
    for number, line, share in _lines(path):
        if number % REPORTED_ROWS == 0:
            progress(share)
        if not line.strip() or waits_for_header:
            waits_for_header = waits_for_header and not line.strip()
            continue
        try:
            label, levels = _row(line, layout)
        except TableError as error:
            complaints.add(f"Line {number}: {error}")
            continue
        labels.append(label)
        pixels.add(levels)
        lines.append(number)
    if not labels:
        raise TableError(f"no row with {ROW}. {' '.join(complaints.sentences[:3])}")
    return Table(pixels.images(), np.frombuffer(labels, np.uint8), lines)


def _lines(path: Path) -> Iterator[tuple[int, str, float]]:
    """(number, line, share of the file read) of each line; of one that is too long the beginning, still too long."""
    with path.open("rb") as file:
        encoding = encoding_of(file.read(4))
    size, number, seen = max(path.stat().st_size, 1), 0, 0
    with path.open(encoding=encoding, errors="replace") as lines:
        while line := lines.readline(LONGEST_LINE + 1):
            number += 1
            rest = line
            seen += len(line)
            while rest and not rest.endswith("\n"):  # to the end of a line that is too long, or of the file
                rest = lines.readline(LONGEST_LINE)
                seen += len(rest)
            yield number, line, min(seen / size, 1.0)


def _row(line: str, layout: Layout) -> tuple[int, NDArray[np.float64]]:
    """(label, levels (784,) as they stand) of a line; TableError with the rest of a sentence for any other."""
    if len(line) > LONGEST_LINE:
        raise TableError(f"expected {ROW}, found more than {LONGEST_LINE:,} characters.")
    cells = layout.cells(line)
    if len(cells) != layout.columns:
        raise TableError(f"expected {ROW}, found {len(cells)} numbers.")
    values = _numbers(cells, line)
    levels, label = values[list(layout.pixels)], values[layout.label]
    if not (levels.min() >= 0 and levels.max() <= 255):
        raise TableError(f"expected pixels from 0 to 255, found {levels.min():g} to {levels.max():g}.")
    if label not in DIGITS:
        raise TableError(f"expected a label from 0 to 9, found {label:g}.")
    return int(label), levels


def _numbers(cells: list[str], line: str) -> NDArray[np.float64]:
    if not line.isascii() or "_" in line:  # Python would read other scripts' digits, and 1_0 as ten
        raise TableError("expected numbers, found something else.")
    try:
        return np.array([int(cell) for cell in cells], np.float64)
    except (ValueError, OverflowError):
        pass  # fractions, or no numbers
    try:
        return np.array([float(cell.replace(",", ".")) for cell in cells], np.float64)
    except (ValueError, OverflowError) as error:
        raise TableError("expected numbers, found something else.") from error


class _Pixels:
    """Rows of levels in one byte each; whether they are shares of white shows when the last has come."""

    def __init__(self) -> None:
        self._rows = bytearray()
        self._are_shares: list[bool] = []

    def add(self, levels: NDArray[np.float64]) -> None:
        shares = bool(levels.max() <= 1)
        self._are_shares.append(shares)
        self._rows += (levels * (255 if shares else 1)).round().astype(np.uint8).tobytes()

    def images(self) -> Grey:
        rows = np.frombuffer(self._rows, np.uint8).reshape(-1, SIDE_PX, SIDE_PX)
        shares = np.array(self._are_shares)
        if not shares.all():  # levels after all: nearly blank pictures among others
            rows = rows.copy()
            rows[shares] = (rows[shares] / 255).round().astype(np.uint8)
        return rows
