"""Sets of labelled pictures, or of pen strokes, on disk -> uint8 grey arrays."""

import gzip
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from core import kept_corrections, npz, pictures, tables
from core.complaints import MOST, Complaints
from core.labels import MISSING, UNNAMED, LabelsError, labelled
from core.pictures import Grey, PictureError
from core.refusals import RefusalError
from core.table_layout import TableError

Stroke = list[tuple[float, float]]

OVERSAMPLE = 4  # strokes are drawn this much larger and averaged down, for soft edges
MARGIN = 0.18  # free part of the canvas on each side of the strokes' longer side


class PicturesError(RefusalError):
    """A set that cannot be read; the message names the path, what was found and what is accepted."""


@dataclass(frozen=True)
class Picture:
    """One labelled picture: image (H, W) uint8 in [0, 255]; label as the set writes it, "7" or "OTHER:a".

    strokes: how many pen strokes it was drawn from; 0 where that is not known.
    """

    name: str
    label: str
    image: Grey
    strokes: int = 0


@dataclass(frozen=True)
class PictureSet:
    """The readable pictures of a set in its own order, and one sentence for each file that could not be read."""

    pictures: list[Picture]
    unreadable: list[str]


def read(path: Path, pen_px: float = 16, side_px: int = 280) -> PictureSet:
    """Every picture of a set.

    path:    a .zip or folder of pictures of any format, with labels.csv (columns file, label), or with a folder per
             label, or with names that begin with their digit; a .csv with a label and 784 pixels a row; a .jsonl.gz of
             pen strokes, which are drawn `pen_px` wide on a `side_px` square; an .npz in MNIST's format; or the .sqlite
             file in which a page keeps corrections.
    errors:  PicturesError when nothing of the kind is there. Single damaged pictures are listed, not raised.
    """
    if path.name.endswith(".jsonl.gz"):
        return PictureSet([*_drawn(path, pen_px, side_px)], [])
    if path.suffix.lower() == ".npz":
        return PictureSet([*_arrays(path)], [])
    if path.suffix.lower() == ".csv" and path.is_file():
        return _table(path)
    if path.suffix.lower() in kept_corrections.ENDINGS:
        return PictureSet([*_corrected(path)], [])
    if path.is_dir():
        names = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
        return _gather(path, names, lambda name: (path / name).read_bytes())
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = [member.filename for member in archive.infolist() if not member.is_dir()]
            return _gather(path, names, archive.read)
    raise PicturesError(f"{path}: expected a folder, a .zip, .npz or .jsonl.gz of strokes; found none of these")


def _gather(path: Path, names: list[str], read_bytes: Callable[[str], bytes]) -> PictureSet:
    unused = Complaints(most=len(names) + MOST)
    readable: list[Picture] = []
    files = set(names)
    try:
        labels = labelled(names, read_bytes, unused)
    except LabelsError as error:
        raise PicturesError(f"{path}: {error}") from error
    if not any(label for _, label in labels) and not len(unused):
        raise PicturesError(f"{path}: found no labels.csv and no folder per digit with pictures in it")
    for name, label in labels:
        if not label or name not in files:
            unused.add(f"{name}: {UNNAMED if name in files else MISSING}")
            continue
        try:
            readable.append(Picture(name, label, pictures.read(read_bytes(name))))
        except (PictureError, OSError, KeyError, zipfile.BadZipFile, zlib.error, RuntimeError) as error:
            unused.add(f"{name}: {error}")
    return PictureSet(readable, unused.sentences)


def _table(path: Path) -> PictureSet:
    unused = Complaints()
    try:
        table = tables.read(path, lambda _: None, unused)
    except TableError as error:
        raise PicturesError(f"{path}: {error}") from error
    rows = zip(table.lines, table.labels, table.images, strict=True)
    return PictureSet(
        [Picture(f"{path.name} line {line}", str(label), image) for line, label, image in rows], unused.sentences
    )


def _arrays(path: Path) -> Iterator[Picture]:
    try:
        images, labels = npz.read(path)
    except npz.NpzError as error:
        raise PicturesError(f"{path}: {error}") from error
    yield from (Picture(f"{path.name}[{i}]", str(labels[i]), images[i]) for i in range(len(labels)))


def _corrected(path: Path) -> Iterator[Picture]:
    try:
        for number, digit, image in kept_corrections.read(path):
            yield Picture(f"{path.name}[{number}]", str(digit), image)
    except kept_corrections.KeptError as error:
        raise PicturesError(str(error)) from error


def _drawn(path: Path, pen_px: float, side_px: int) -> Iterator[Picture]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                row = json.loads(line)
                drawn = draw(row["strokes"], pen_px, side_px)
                yield Picture(f"{number:05d}", row["label"], drawn, len(row["strokes"]))
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise PicturesError(f"{path}: expected gzipped JSON lines with label and strokes ({error})") from error


def draw(strokes: list[Stroke], pen_px: float, side_px: int) -> Grey:
    """Pen strokes -> (side, side) uint8, black on white, as a round pen leaves them in the middle of a canvas."""
    points = np.array([point for stroke in strokes for point in stroke], dtype=float)
    low, high = points.min(0), points.max(0)
    scale = side_px * (1 - 2 * MARGIN) / max(float((high - low).max()), 1.0) * OVERSAMPLE
    offset = side_px * OVERSAMPLE / 2 - (low + high) / 2 * scale
    canvas = Image.new("L", (side_px * OVERSAMPLE, side_px * OVERSAMPLE), 255)
    pencil, radius = ImageDraw.Draw(canvas), pen_px * OVERSAMPLE / 2
    for stroke in strokes:
        line = [tuple(point) for point in np.array(stroke, dtype=float) * scale + offset]
        if len(line) > 1:
            pencil.line(line, fill=0, width=round(2 * radius))
        for x, y in line:
            pencil.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    return np.asarray(canvas.resize((side_px, side_px), Image.Resampling.BOX))
