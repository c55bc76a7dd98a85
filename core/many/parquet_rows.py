"""Pictures in a column of a Parquet file, read forward: a few rows are in memory at a time."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from core.many.arrow import arrow_parquet
from core.many.places import Here, Named
from core.pictures import PictureError
from core.refusals import RefusalError

ENDINGS = (".parquet",)
AT_ONCE = 32  # rows
USUAL = ("image", "picture", "img", "bytes")  # names that decide where several columns hold bytes


class ParquetError(RefusalError):
    """A Parquet file without pictures; the message is a sentence without its name."""


def rows(path: Path) -> Iterator[Named]:
    """A picture a row, named `FILE[ROW]` from 0, out of the column of bytes: plain, or as Hugging Face's sets have it.

    errors: ParquetError when it cannot be read, or has no such column or several; RefusalError without pyarrow.
    """
    try:
        file = arrow_parquet().ParquetFile(path, pre_buffer=False, buffer_size=2**20)
    except (OSError, ValueError) as error:  # pyarrow's own errors are of these
        raise ParquetError(f"is no Parquet file that can be read ({error})") from error
    forward = _Forward(file, _column(file.schema_arrow))  # which keeps it open: rows are asked for later than named
    for at in range(file.metadata.num_rows):
        yield Named(f"{path}[{at}]", Here(partial(forward.content, at)))


def _column(schema: Any) -> str:  # noqa: ANN401 (pyarrow is an extra, without types)
    holds = {field.name: inner for field in schema if (inner := _bytes_of(field)) is not None}
    usual = [name for name in USUAL if name in holds]
    if len(holds) != 1 and not usual:
        found = ", ".join(holds) or f"none among {', '.join(schema.names)}"
        raise ParquetError(f"expected one column of bytes, or one that is called {USUAL[0]}; found {found}")
    return holds[usual[0] if usual else next(iter(holds))]


def _bytes_of(field: Any) -> str | None:  # noqa: ANN401 (as above)
    """The path of what holds bytes in a column: itself, or its part `bytes`."""
    if str(field.type) in ("binary", "large_binary"):
        return str(field.name)
    inner = {part.name: str(part.type) for part in field.flatten()} if str(field.type).startswith("struct") else {}
    name = f"{field.name}.bytes"
    return name if inner.get(name) in ("binary", "large_binary") else None


class _Forward:
    """The rows of one column; asked for from the first to the last, and those that are not are never decoded."""

    def __init__(self, file: Any, column: str) -> None:  # noqa: ANN401 (as above)
        self._file, self._column = file, column
        self._group, self._group_ends = -1, 0
        self._begins, self._values = 0, list[bytes | None]()
        self._batches: Iterator[Any] = iter(())

    def content(self, at: int) -> bytes:
        """The bytes of a row; empty where there are none. PictureError when the file is damaged there."""
        try:
            self._forward_to(at)
        except (OSError, ValueError, StopIteration) as error:
            raise PictureError("That row of the file is damaged. Please write the file anew.") from error
        return self._values[at - self._begins] or b""

    def _forward_to(self, at: int) -> None:
        while at >= self._group_ends:
            self._group += 1
            self._begins, self._values = self._group_ends, []
            self._group_ends += self._file.metadata.row_group(self._group).num_rows
            self._batches = iter(())
            if at < self._group_ends:
                self._batches = self._file.iter_batches(AT_ONCE, row_groups=[self._group], columns=[self._column])
        while at >= self._begins + len(self._values):
            self._begins += len(self._values)
            column = next(self._batches).column(0)
            self._values = (column.field("bytes") if "." in self._column else column).to_pylist()
