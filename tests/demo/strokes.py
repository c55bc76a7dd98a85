"""Pen strokes that people made elsewhere, placed on the page's canvas."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

from tests.demo.browsing import ROOT

STROKES = ROOT / "data" / "pendigits8" / "strokes.jsonl.gz"
Point = tuple[float, float]


@dataclass(frozen=True)
class Digit:
    """A label and its strokes, each a list of (x, y), y down, in [0, 1] of the canvas."""

    label: str
    strokes: list[list[Point]]


def digits(count: int, path: Path = STROKES) -> list[Digit]:
    """The first `count` digits, centred, the longer side 60% of the canvas."""
    with gzip.open(path, "rt") as lines:
        rows = [json.loads(line) for line, _ in zip(lines, range(count), strict=False)]
    return [Digit(row["label"], _centred(row["strokes"])) for row in rows]


def _centred(strokes: list[list[list[float]]]) -> list[list[Point]]:
    xs, ys = zip(*(point for stroke in strokes for point in stroke), strict=True)
    side = max(max(xs) - min(xs), max(ys) - min(ys), 1) / 0.6
    left, top = (min(xs) + max(xs) - side) / 2, (min(ys) + max(ys) - side) / 2
    return [[((x - left) / side, (y - top) / side) for x, y in stroke] for stroke in strokes]
