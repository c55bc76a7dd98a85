"""In which order the tables name nets and files: the same everywhere."""

from typing import TypeVar

Row = TypeVar("Row")

NETS = ("reader", "convnet", "recognizer", "edge-reader", "edge", "edge-recognizer", "reference")
FORMATS = ("onnx", "fp16.onnx", "int8.onnx", "ort")


def place(file: str) -> tuple[int, int, str]:
    """The key to sort file names, or names of nets, by: nets, then formats; what is unknown comes last."""
    net, _, kind = file.partition(".")
    return _index(NETS, net), _index(FORMATS, kind or FORMATS[0]), file


def in_order(rows: dict[str, Row]) -> list[tuple[str, Row]]:
    """The items of a record whose keys are names of files or of nets."""
    return sorted(rows.items(), key=lambda item: place(item[0]))


def _index(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else len(names)
