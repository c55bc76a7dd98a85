"""A table of digits, as MNIST is often passed on: a label and 784 pixels a row, a header or none."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from demo.mnist import DataError

PIXELS = 28 * 28
CHARACTERS = 4  # that a pixel takes at most


def read(
    path: Path, limit_bytes: int, progress: Callable[[float], None]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], list[str]]:
    """Images (N, 28, 28) uint8, labels (N,) as they stand there, and a sentence for each row that could not be read.

    limit_bytes: of all pixels. A header names the column `label`; without one the label comes first.
    errors:      DataError when the file is larger, its header is ambiguous, or no row is left.
    """
    size = path.stat().st_size
    if size > CHARACTERS * limit_bytes:
        raise DataError(
            f"{path.name} has {size / 2**20:.0f} MB; at most {CHARACTERS * limit_bytes // 2**20} MB are read."
        )
    rows: list[NDArray[np.uint8]] = []
    problems: list[str] = []
    place, read_bytes = 0, 0
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            read_bytes += len(line)
            if number % 500 == 0:
                progress(min(read_bytes / max(size, 1), 1.0))
            if number == 1 and "label" in line.lower():
                place = _label_column(path.name, line)
                continue
            _row(line, number, rows, problems)
    if not rows:
        raise DataError(f"{path.name}: no row with a label and {PIXELS} pixels. {' '.join(problems[:3])}")
    table = np.stack(rows)
    return np.delete(table, place, axis=1).reshape(-1, 28, 28), table[:, place], problems


def _label_column(name: str, header: str) -> int:
    names = [one.strip().strip('"').lower() for one in header.split(",")]
    if names.count("label") != 1:
        raise DataError(f"{name}: {names.count('label')} columns are named label; expected one.")
    alike = sorted({one for one in names if names.count(one) > 1})
    if alike:
        raise DataError(f"{name}: two columns are named {alike[0]!r}; expected each name once.")
    return names.index("label")


def _row(line: str, number: int, rows: list[NDArray[np.uint8]], problems: list[str]) -> None:
    if not line.strip():
        return
    try:
        values = np.array([int(value) for value in line.split(",")])
    except (ValueError, OverflowError):
        problems.append(f"Line {number}: expected whole numbers, found something else.")
        return
    if len(values) != PIXELS + 1:
        problems.append(f"Line {number}: expected a label and {PIXELS} pixels, found {len(values)} numbers.")
    elif values.min() < 0 or values.max() > 255:
        problems.append(f"Line {number}: expected pixels from 0 to 255, found {values.min()} to {values.max()}.")
    else:
        rows.append(values.astype(np.uint8))
