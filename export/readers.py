"""Readers: written, and proved against torch on digits, on numbers, and on pictures without any."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.random import default_rng
from torch import nn

from core.files import write_atomic
from export.contracts import READER, Shipped
from export.graph.quantize import ort_format
from export.graph.signature import check_operators, check_signature, check_source
from export.graph.to_onnx import export
from export.proving.ladder import MismatchError, climb
from export.proving.pictures import SIZES, Case, Grey, enlarge, plain
from export.proving.prove import Log, identity, outcome, told
from export.proving.tolerance import GAIN, SEEN, of_net
from export.runtimes.with_onnxruntime import open_model
from export.runtimes.with_torch import wrap

Entry = dict[str, Any]
DIGITS = 1000  # single digits that are compared, in each polarity
NUMBERS = 2000  # of 2 to 8 digits
NUMBER_PX = (48, 256)  # height, width of a number's picture
BATCHES = (1, 7)
FEW = 3  # pictures of each size
BOXES = 1 / 64  # of the picture: a cell of the first look. An edge may fall on either side of half a cell's ink


def export_reader(shipped: Shipped, weights_dir: Path, out: Path, digits: Grey, log: Log) -> dict[str, Entry]:
    """Write a reader and its .ort into `out`, prove both; their entries of the record. MismatchError where they differ.

    digits: (M, 28, 28) uint8, ink 255.
    """
    module, file = export(shipped, weights_dir, out)
    weights = weights_dir / shipped.weights
    model = checked(file, weights)
    packed = file.with_suffix(".ort")
    write_atomic(packed, ort_format(model))
    shown = [*cases(digits)]
    return {
        path.name.removesuffix(".onnx"): identity(path, weights) | prove(module, path, some, log)
        for path, some in ((file, shown), (packed, shown[-1:]))  # the packed form is the same graph
    }


def checked(file: Path, weights: Path) -> onnx.ModelProto:
    """A reader's graph; MismatchError where it breaks its contract or was not made from these weights."""
    model = onnx.load(file)
    check_signature(model, READER)
    check_operators(model)
    check_source({entry.key: entry.value for entry in model.metadata_props}, weights)
    return model


def prove(module: nn.Module, file: Path, shown: list[Case], log: Log) -> Entry:
    """Climb the ladder; what it came to, as the record has it."""
    steps = told(shown, file.name, log)
    try:
        return outcome("torch", climb(wrap(module, READER), open_model(file), READER, steps, allowed(module)), READER)
    except MismatchError as mismatch:
        raise MismatchError(f"{file.name}: {mismatch}") from mismatch


def allowed(module: nn.Module) -> dict[str, float]:
    """Allowed difference of each output, as a share of its range: none in what is counted."""
    soft = of_net(module) + GAIN * SEEN
    counted = dict.fromkeys(("digits", "line", "more"), 0.0)
    return counted | {"probabilities": soft, "digit_score": soft, "seen": SEEN, "boxes": BOXES}


def cases(digits: Grey, seed: int = 0) -> Iterator[Case]:
    """Everything that a reader is shown: no digit, one in either polarity and many sizes, numbers."""
    for name, grey in plain(5 * FEW, 28, 28, seed):
        yield Case(name, grey, BATCHES)
    for height, width in SIZES:
        for name, grey in plain(FEW, height, width, seed):
            yield Case(f"{name} {height}x{width}", grey, (1, FEW))
        yield Case(f"digits {height}x{width}", enlarge(digits[:FEW], height, width), (1, FEW))
    yield Case("digits, light on dark", digits[:DIGITS], BATCHES)
    yield Case("digits, dark on light", 255 - digits[:DIGITS], BATCHES[-1:])
    yield Case("numbers", numbers(digits, NUMBERS, seed), BATCHES[-1:])


def numbers(digits: Grey, count: int, seed: int) -> Grey:
    """Rows of 2 to 8 digits, dark on light, from touching to far apart, (count, *NUMBER_PX) uint8."""
    random = default_rng(seed)
    drawn = np.zeros((count, *NUMBER_PX), np.uint8)
    for picture in drawn:
        left = int(random.integers(0, 20))
        for digit in digits[random.integers(len(digits), size=random.integers(2, 9))]:
            top = int(random.integers(0, NUMBER_PX[0] - 27))
            place = picture[top : top + 28, left : left + 28]
            np.maximum(place, digit[:, : place.shape[1]], out=place)
            left = min(left + int(random.integers(16, 34)), NUMBER_PX[1] - 28)
    return 255 - drawn
