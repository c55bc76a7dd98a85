"""Which file of a folder or zip is which digit: by labels.csv, by its folder, or by its own name."""

import csv
import re
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from core.complaints import Complaints
from core.refusals import RefusalError
from core.text import decoded, plain_number, separator_of

UNNAMED = "neither its folder nor its name begins with one digit, so its label is missing."
MISSING = "labels.csv names it, and it is not there."
LABELS = "labels.csv"
COLUMNS = ("file", "label")
DIGIT = re.compile(r"([0-9])(?![0-9])")  # one digit alone at the start of a folder's or file's name
NO_DIGIT = "OTHER"  # begins the labels of pictures that show no digit
MOST_BYTES = 16 * 2**20  # of a labels.csv
SYSTEMS_OWN = {"__MACOSX", "Thumbs.db", "desktop.ini"}  # what systems leave in folders; and all names with a dot first


class LabelsError(RefusalError, ValueError):
    """A labels.csv that does not say which file has which label; the message says what it has."""


def labelled(names: Sequence[str], read_bytes: Callable[[str], bytes], complaints: Complaints) -> list[tuple[str, str]]:
    """(name, label) of each file that may be a picture, in the order of labels.csv (it may name others) or of `names`.

    names:      all files, with slashes. A labels.csv, at the top or in a folder, speaks of what is beside and below it.
                Without one the label is the digit that the folder's name, or else the file's own, begins with; the
                folder's name as it is where that says more ("OTHER", "a", "42"); "" where nothing says it.
    complaints: gets a sentence for each row and each file that goes unused.
    errors:     LabelsError when a labels.csv has other columns.
    """
    files = [name for name in names if not is_systems_own(name)]
    tables = [name for name in files if PurePosixPath(name).name.lower() == LABELS]
    if not tables:
        by_folder = any(DIGIT.match(PurePosixPath(name).parent.name) for name in files)
        return [(name, label_of(name, by_folder)) for name in files]
    rows = [row for table in sorted(tables) for row in _rows(table, read_bytes(table), set(files), complaints)]
    for name in sorted(set(files) - {name for name, _ in rows} - set(tables)):
        complaints.add(f"{name}: {LABELS} does not name it.")
    return rows


def label_of(name: str, by_folder: bool) -> str:
    """The label that a file's path says; by_folder: other folders are digits, so this one's name counts as it is."""
    path = PurePosixPath(name)
    folder = path.parent.name
    if folder.isdecimal() or folder.startswith(NO_DIGIT):
        return folder
    if found := DIGIT.match(folder):
        return found[1]
    if (not folder or not by_folder) and (found := DIGIT.match(path.name)):
        return found[1]
    return folder


def is_systems_own(name: str) -> bool:
    """Whether a file, named with slashes, is one that systems leave beside a person's own, or lies in such a folder."""
    return any(part in SYSTEMS_OWN or part.startswith(".") for part in name.split("/"))


def _rows(table: str, content: bytes, files: set[str], complaints: Complaints) -> list[tuple[str, str]]:
    if len(content) > MOST_BYTES:
        raise LabelsError(f"{table} has {len(content) / 2**20:.0f} MB; at most {MOST_BYTES // 2**20} MB are read")
    lines = decoded(content).splitlines()
    rows = csv.reader(lines, delimiter=separator_of(lines[0] if lines else ""))
    header = [name.strip().lower() for name in next(rows, [])]
    if not set(COLUMNS) <= set(header):
        raise LabelsError(f"{table} has columns {header[:9]}; expected file and label")
    file_place, label_place = (header.index(column) for column in COLUMNS)
    found = []
    for row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) <= max(file_place, label_place) or not cells[file_place] or not cells[label_place]:
            complaints.add(f"{table}, line {rows.line_num}: expected a file and its label, found {', '.join(cells)!r}.")
            continue
        name = _beside(table, cells[file_place].replace("\\", "/"), files)
        found.append((name, plain_number(cells[label_place])))
    return found


def _beside(table: str, named: str, files: set[str]) -> str:
    """The file that a row means, from its table's folder or from the top; as it is named where it is at neither."""
    return next((name for name in (str(PurePosixPath(table).parent / named), named) if name in files), named)
