"""Answers on the disk as they come: CSV or JSON lines in one file, Parquet in parts."""

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from core.files import written_whole
from core.many.arrow import arrow, arrow_parquet
from core.many.kept import OutError
from core.many.rows import Row
from core.reading_lines import FORMS, header

FORM_OF = {".csv": "csv", ".jsonl": "json", ".parquet": "json"}
TEXT_EVERY_S = 1.0  # between two moments at which what was written is safe
PART_EVERY_S, PART_ROWS = 60.0, 2**16
EDGES = ("top", "left", "bottom", "right")
STATE = ".progress.json"  # behind the name of a file of answers; within a folder of Parquet


class Out(Protocol):
    """Where rows go. `keep` makes all that was written safe, which `due` says is worth its while."""

    state: Path

    def begin(self, position: int) -> None:
        """Go on at a position that `keep` returned, or at 0; what was written after it is dropped."""
        ...

    def write(self, rows: Sequence[Row]) -> None:
        """Add the rows of some pictures."""
        ...

    def due(self) -> bool:
        """Whether it is time to keep what was written."""
        ...

    def keep(self) -> int:
        """Have all on the disk; the position up to which it is."""
        ...

    def close(self) -> None:
        """Nothing more is written; what was not kept may be lost."""
        ...


def out_of(path: Path, form: str | None, each: bool) -> Out:
    """What writes a file of that ending; OutError for an ending that is none of FORM_OF."""
    if path.suffix.lower() not in FORM_OF:
        raise OutError(f"{path}: expected a name that ends in {', '.join(FORM_OF)}")
    return ParquetOut(path) if path.suffix.lower() == ".parquet" else TextOut(path, header(FORMS[form, each]))


class TextOut:
    """One file of lines."""

    def __init__(self, path: Path, head: Sequence[str]) -> None:
        self.state = path.with_name(f"{path.name}{STATE}")
        self._path, self._head = path, head
        self._file: BinaryIO | None = None

    def begin(self, position: int) -> None:
        """See Out."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        there = self._path.stat().st_size if self._path.exists() else 0
        if there < position:
            raise OutError(f"{self._path}: is shorter than it was; remove it to begin anew")
        self._file = file = self._path.open("r+b" if position else "wb")
        file.truncate(position)
        file.seek(position)
        self._kept_at = time.monotonic()
        if not position:
            self._lines(self._head)

    def write(self, rows: Sequence[Row]) -> None:
        """See Out."""
        for row in rows:
            self._lines(row.lines)

    def _lines(self, lines: Sequence[str]) -> None:
        assert self._file is not None
        for line in lines:
            self._file.write(line.encode("utf-8", "backslashreplace") + b"\n")

    def due(self) -> bool:
        """See Out."""
        return time.monotonic() - self._kept_at >= TEXT_EVERY_S

    def keep(self) -> int:
        """See Out."""
        assert self._file is not None
        self._file.flush()
        os.fsync(self._file.fileno())
        self._kept_at = time.monotonic()
        return self._file.tell()

    def close(self) -> None:
        """See Out."""
        if self._file is not None:
            self._file.close()


class ParquetOut:
    """A folder of Parquet files, as programs that read Parquet take it: one that is half written could not be read."""

    def __init__(self, path: Path) -> None:
        self.state = path / f"_{STATE.removeprefix('.')}"  # readers pass over names with an underscore
        self._path = path
        self._schema = _schema()
        self._batches: list[Any] = []

    def begin(self, position: int) -> None:
        """See Out."""
        self._path.mkdir(parents=True, exist_ok=True)
        self._parts, self._kept_at = position, time.monotonic()
        if not all(self._part(number).is_file() for number in range(position)):
            raise OutError(f"{self._path}: has fewer parts than it had; remove it to begin anew")
        later = (part for part in self._path.glob("part-*.parquet") if part.name >= self._part(position).name)
        for part in (*later, *self._path.glob(".part-*.partial")):
            part.unlink()

    def write(self, rows: Sequence[Row]) -> None:
        """See Out."""
        told = [_told(json.loads(row.lines[0])) for row in rows]
        self._batches.append(arrow().RecordBatch.from_pylist(told, schema=self._schema))

    def due(self) -> bool:
        """See Out."""
        rows = sum(batch.num_rows for batch in self._batches)
        return rows >= PART_ROWS or time.monotonic() - self._kept_at >= PART_EVERY_S

    def keep(self) -> int:
        """See Out."""
        self._kept_at = time.monotonic()
        if self._batches:
            with written_whole(self._part(self._parts)) as file:
                arrow_parquet().write_table(arrow().Table.from_batches(self._batches), file)
            self._parts, self._batches = self._parts + 1, []
        return self._parts

    def close(self) -> None:
        """See Out."""

    def _part(self, number: int) -> Path:
        return self._path / f"part-{number:06d}.parquet"


def _schema() -> Any:  # noqa: ANN401 (pyarrow is an extra, without types)
    pa = arrow()
    text, share = pa.string(), pa.float32()
    digit = {"label": pa.int8(), "probability": share, "probabilities": pa.list_(share), "digit_score": share}
    digits = pa.list_(pa.struct([*(digit | dict.fromkeys(EDGES, pa.int32())).items()]))
    columns = {"file": text, "text": text, "sure": pa.bool_(), "reason": text, "probability": share, "error": text}
    return pa.schema(columns | {"digits": digits})


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON has it -> one as the columns of Parquet have it; what cannot be written as text is written out."""
    name = row["file"].encode("utf-8", "backslashreplace").decode()
    if "error" in row:
        return {"file": name, "error": row["error"]}
    digits = [digit | dict(zip(EDGES, digit["box"], strict=True)) for digit in row["digits"]]
    least = min((digit["probability"] for digit in digits), default=0.0)
    return row | {"file": name, "probability": least, "digits": digits}
