"""Sets of labelled pictures, or of pen strokes, on disk -> uint8 grey arrays."""

import csv
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

Grey = NDArray[np.uint8]
Stroke = list[tuple[float, float]]

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"}
NOT_AN_NPZ = (OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error)
OVERSAMPLE = 4  # strokes are drawn this much larger and averaged down, for soft edges
MARGIN = 0.18  # free part of the canvas on each side of the strokes' longer side


class PicturesError(Exception):
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

    path:    a .zip or folder with labels.csv (columns file, label), or with a folder per label; or a .jsonl.gz of
             pen strokes, which are drawn `pen_px` wide on a `side_px` square; or an .npz in MNIST's format.
    errors:  PicturesError when nothing of the kind is there. Single damaged pictures are listed, not raised.
    """
    if path.name.endswith(".jsonl.gz"):
        return PictureSet([*_drawn(path, pen_px, side_px)], [])
    if path.suffix == ".npz":
        return PictureSet([*_arrays(path)], [])
    if path.is_dir():
        names = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
        return _gather(path, names, lambda name: (path / name).read_bytes())
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return _gather(path, archive.namelist(), archive.read)
    raise PicturesError(f"{path}: expected a folder, a .zip, .npz or .jsonl.gz of strokes; found none of these")


def _gather(path: Path, names: list[str], read_bytes: Callable[[str], bytes]) -> PictureSet:
    labels = _labels(path, names, read_bytes)
    pictures: list[Picture] = []
    unreadable: list[str] = []
    for name, label in labels:
        try:
            pictures.append(Picture(name, label, decode(read_bytes(name))))
        except (PicturesError, OSError, KeyError, zipfile.BadZipFile, zlib.error, RuntimeError) as error:
            unreadable.append(f"{name}: {error}")
    return PictureSet(pictures, unreadable)


def _labels(path: Path, names: list[str], read_bytes: Callable[[str], bytes]) -> list[tuple[str, str]]:
    if "labels.csv" in names:
        rows = csv.DictReader(io.StringIO(read_bytes("labels.csv").decode("utf-8-sig")))
        if not {"file", "label"} <= set(rows.fieldnames or ()):
            raise PicturesError(f"{path}: labels.csv has columns {rows.fieldnames}; expected file and label")
        return [(row["file"], row["label"]) for row in rows]
    files = [PurePosixPath(name) for name in names]
    labels = [(str(file), file.parent.name) for file in files if file.suffix.lower() in SUFFIXES and file.parent.name]
    if not labels:
        raise PicturesError(f"{path}: found no labels.csv and no folder per digit with pictures in it")
    return labels


def decode(content: bytes) -> Grey:
    """The bytes of an image file -> (H, W) uint8 grey, upright; PicturesError when it is no whole picture."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            return to_grey(image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PicturesError(f"not a whole picture ({error})") from error


def to_grey(image: Image.Image) -> Grey:
    """Any PIL picture -> (H, W) uint8 grey: turned upright by its EXIF, its first frame, transparency made paper."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I") or image.mode == "F":
        return _deep_to_grey(np.asarray(image).astype(np.float64))
    if image.has_transparency_data:
        return _composite(image.convert("RGBA"))
    return np.asarray(image.convert("RGB").convert("L"))


def _deep_to_grey(level: NDArray[np.float64]) -> Grey:
    """16-bit and float pictures: stretched from 65535, or from their own range where that is wider or below 256."""
    level = np.nan_to_num(level)
    if level.max() <= 255 and level.min() >= 0:
        white = 1.0 if level.max() <= 1 else 255.0
        return (level * (255 / white)).round().astype(np.uint8)
    black, white = min(level.min(), 0.0), max(level.max(), 65535.0)
    return ((level - black) * (255 / (white - black))).round().astype(np.uint8)


def _composite(image: Image.Image) -> Grey:
    """Put a transparent picture on white paper, or on black where what can be seen of it is light."""
    level, alpha = np.asarray(image.convert("RGB").convert("L"), float), np.asarray(image.getchannel("A"), float) / 255
    seen = alpha.sum()
    light = seen > 0 and (level * alpha).sum() / seen > 127.5 and alpha.min() < 0.5
    paper = 0.0 if light else 255.0
    return (level * alpha + paper * (1 - alpha)).round().astype(np.uint8)


def _arrays(path: Path) -> Iterator[Picture]:
    """The pictures of an .npz with images (N, H, W) uint8 and labels (N,) of whole numbers."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            images, labels = file["images"], file["labels"]
    except NOT_AN_NPZ as error:
        raise PicturesError(f"{path}: expected an .npz with images and labels ({error})") from error
    fits = images.ndim == 3 and images.dtype == np.uint8 and labels.shape == images.shape[:1] and images[0:1].size
    if not fits or labels.dtype.kind not in "iu":
        raise PicturesError(
            f"{path}: expected images (N, H, W) uint8 and labels (N,) of whole numbers; "
            f"found {images.shape} {images.dtype} and {labels.shape} {labels.dtype}"
        )
    yield from (Picture(f"{path.name}[{i}]", str(labels[i]), images[i]) for i in range(len(labels)))


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
