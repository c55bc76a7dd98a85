"""Readers: written, and proved against torch on digits, on numbers, and on pictures without any."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import onnx
from torch import nn

from core.catalogue import CATALOGUE
from core.files import DATA, write_atomic
from export.contracts import READER, Shipped
from export.graph.quantize import half_weights, ort_format
from export.graph.signature import check_operators, check_signature, check_source
from export.graph.to_onnx import export, write
from export.proving.ladder import MismatchError, climb
from export.proving.numbers import write_numbers
from export.proving.pictures import SIZES, Case, Grey, enlarge, plain
from export.proving.prove import Log, Subject, identity, outcome, told
from export.proving.sets import sets_for
from export.proving.tolerance import GAIN, SEEN, of_net
from export.runtimes.with_onnxruntime import open_model
from export.runtimes.with_torch import wrap
from export.variants import ROUNDED, rounded, write_int8

Entry = dict[str, Any]
DIGITS = 1000  # single digits that are compared, in each polarity
NUMBERS = 2000  # of 2 to 8 digits
BATCHES = (1, 7)
FEW = 3  # pictures of each size
# Where parts meet, `seen` hangs on the finder's rounding through a steep mask: on one number of 630 torch with one
# thread and torch with two are 0.0018 apart, five times SEEN. This is one grey step, which nobody can see either.
SEEN_OF_PARTS = 10 * SEEN
BOXES = 1 / 64  # of the picture: a cell of the first look. An edge may fall on either side of half a cell's ink


def export_reader(shipped: Shipped, weights_dir: Path, out: Path, digits: Grey, log: Log) -> dict[str, Entry]:
    """Write a reader in all its forms into `out`, and prove them; their entries of the record, or MismatchError.

    digits: (M, 28, 28) uint8, ink 255.
    """
    module, file = export(shipped, weights_dir, out)
    weights = weights_dir / shipped.weights
    model = checked(file, weights)
    packed, half = file.with_suffix(".ort"), file.with_suffix(".fp16.onnx")
    write_atomic(packed, ort_format(model))
    write(half_weights(model), half)
    checked(half, weights)
    shown = [*cases(digits)]
    entries = [
        identity(file, weights) | prove(module, file, shown, log),
        identity(half, weights) | prove(rounded(module), half, shown[-2:], log, ROUNDED),
        identity(packed, weights) | prove(module, packed, shown[-1:], log),  # the same graph
    ]
    if ".int8.onnx" in CATALOGUE[shipped.name].forms:
        subject = Subject(shipped, module, weights, digits, log)
        entries.append(write_int8(subject, file, sets_for(READER, DATA)))
    return {entry["file"].removesuffix(".onnx"): entry for entry in entries}


def checked(file: Path, weights: Path) -> onnx.ModelProto:
    """A reader's graph; MismatchError where it breaks its contract or was not made from these weights."""
    model = onnx.load(file)
    check_signature(model, READER)
    check_operators(model)
    check_source({entry.key: entry.value for entry in model.metadata_props}, weights)
    return model


def prove(module: nn.Module, file: Path, shown: list[Case], log: Log, reference: str = "torch") -> Entry:
    """Climb the ladder; what it came to, as the record has it. reference: what the module is, in words."""
    steps = told(shown, file.name, log)
    try:
        rungs = climb(wrap(module, READER), open_model(file), READER, steps, allowed(module))
        return outcome(reference, rungs, READER)
    except MismatchError as mismatch:
        raise MismatchError(f"{file.name}: {mismatch}") from mismatch


def allowed(module: nn.Module) -> dict[str, float]:
    """Allowed difference of each output, as a share of its range: none in what is counted."""
    soft = of_net(module) + GAIN * SEEN_OF_PARTS
    counted = dict.fromkeys(("digits", "line", "more"), 0.0)
    return counted | {"probabilities": soft, "digit_score": soft, "seen": SEEN_OF_PARTS, "boxes": BOXES}


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
    yield Case("numbers", write_numbers(digits, NUMBERS, seed)[0], BATCHES[-1:])
