"""What can be analysed here: the data sets and models that lie in this checkout, and what visitors sent."""

import gzip
import json
import threading
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from core import npz
from core.catalogue import CATALOGUE, EXPLAIN
from core.mnist import FOLDER, DataError
from demo.guard import limits
from demo.mnist import Labelled, load
from demo.settings import MODELS, ROOT

VALIDATION_PICTURES = 5000  # the last ones of the training file
STROKE_SIDE_PX, STROKE_WIDTH_PX, STROKE_UNITS = 112, 8, 1000
UPLOADED = "upload-"
UPLOADS_LIMIT_BYTES = limits.ANALYSIS_BYTES  # of all visitors together; the oldest go first
TITLES = {model.file: model.analysed for model in CATALOGUE.values() if model.analysed}
# How the files begin that answer for no single digit.
UNMEASURED = (*(f"{model.name}." for model in CATALOGUE.values() if not model.analysed), *EXPLAIN)
OTHER_KINDS = {".int8.onnx": "whole numbers of 8 bits", ".fp16.onnx": "half precision"}


def models(folder: Path = MODELS) -> dict[str, str]:
    """File name -> title of every .onnx in `folder` that answers for one digit, the recogniser first."""
    return dict(_models(folder, folder.stat().st_mtime_ns) if folder.is_dir() else {})


@lru_cache(maxsize=4)
def _models(folder: Path, changed_ns: int) -> dict[str, str]:  # noqa: ARG001 (it tells a folder's states apart)
    """Kept, since every view asks for it several times."""
    names = [path.name for path in folder.glob("*.onnx") if not path.name.startswith(UNMEASURED)]
    names.sort(key=lambda name: (name != "recognizer.onnx", name))
    return {name: _title(name) for name in names}


def _title(name: str) -> str:
    for ending, kind in OTHER_KINDS.items():
        if name.endswith(ending):
            return f"{_title(name.removesuffix(ending) + '.onnx')}, {kind}"
    return TITLES.get(name, name)


def data_sets(root: Path = ROOT) -> dict[str, str]:
    """Name -> title of what is shipped: MNIST's parts where their files are, other digits of data/."""
    raw = root / FOLDER.relative_to(ROOT)
    shipped = {}
    if (raw / "t10k-images-idx3-ubyte.gz").is_file():
        shipped["mnist-test"] = "MNIST test: 10,000 pictures"
    if (raw / "train-images-idx3-ubyte.gz").is_file():
        shipped["mnist-validation"] = "MNIST validation: the last 5,000 training pictures"
    for folder in sorted((root / "data").glob("*/")):
        if (folder / "strokes.jsonl.gz").is_file() or (folder / "pictures.npz").is_file():
            shipped[folder.name] = f"Other digits: {folder.name}"
    return shipped


def load_data(name: str, uploads: "Uploads", root: Path = ROOT) -> Labelled:
    """The data set of that name; DataError with a sentence when there is none, or it is damaged."""
    if name.startswith(UPLOADED):
        return uploads.get(name)
    if name not in data_sets(root):
        raise DataError(f"There is no data set {name!r} here; choose one of the list.")
    raw = root / FOLDER.relative_to(ROOT)
    if name == "mnist-test":
        return load("test", raw)
    if name == "mnist-validation":
        whole = load("train", raw)
        return Labelled(
            "MNIST validation", whole.images[-VALIDATION_PICTURES:].copy(), whole.labels[-VALIDATION_PICTURES:].copy()
        )
    folder = root / "data" / name
    strokes = folder / "strokes.jsonl.gz"
    if strokes.is_file():
        return _pen(name, strokes)
    images, labels = npz.read(folder / "pictures.npz")
    return Labelled(name, images, labels.astype(np.uint8))


def training_sample(root: Path = ROOT) -> NDArray[np.uint8] | None:
    """Every sixth of MNIST's first 55,000 training pictures; None where the file is not shipped."""
    raw = root / FOLDER.relative_to(ROOT)
    if not (raw / "train-images-idx3-ubyte.gz").is_file():
        return None
    return load("train", raw).images[:-VALIDATION_PICTURES:6].copy()


class Uploads:
    """What visitors sent, in memory only, named by content: who does not have the data cannot guess its name."""

    def __init__(self, limit_bytes: int = UPLOADS_LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[str, Labelled] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, data: Labelled) -> str:
        """The name under which the data can be had from now on, until newer data pushes it out."""
        name = UPLOADED + data.sha256[:32]
        with self._lock:
            self._kept[name] = data
            self._kept.move_to_end(name)
            while len(self._kept) > 1 and sum(one.images.nbytes for one in self._kept.values()) > self._limit_bytes:
                self._kept.popitem(last=False)
        return name

    def get(self, name: str) -> Labelled:
        """The data of that name; DataError when it is no longer kept."""
        with self._lock:
            if name not in self._kept:
                raise DataError("That upload is no longer kept here; please send it again.")
            return self._kept[name]


def _pen(name: str, path: Path) -> Labelled:
    rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    images = np.stack([_drawn(row["strokes"]) for row in rows])
    return Labelled(name, images, np.array([int(row["label"]) for row in rows], np.uint8))


def _drawn(strokes: list[list[list[int]]]) -> NDArray[np.uint8]:
    picture = Image.new("L", (STROKE_SIDE_PX, STROKE_SIDE_PX))
    pen = ImageDraw.Draw(picture)
    scale = (STROKE_SIDE_PX - 6 * STROKE_WIDTH_PX) / STROKE_UNITS
    for stroke in strokes:
        points = [(3 * STROKE_WIDTH_PX + x * scale, 3 * STROKE_WIDTH_PX + y * scale) for x, y in stroke]
        pen.line(points, fill=255, width=STROKE_WIDTH_PX, joint="curve")
    return np.asarray(picture)
