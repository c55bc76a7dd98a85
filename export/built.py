"""Files that are written on request, in another form than what ships; each is proved as what ships is."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from torch import nn

from core.batches import Batches
from core.catalogue import Build
from core.files import DATA
from core.session import open_session
from export import readers
from export.contracts import READER, RECOGNIZER, Contract, Shipped
from export.graph.fixed import arranged, fixed_contract, free_shapes
from export.graph.signature import check_operators, check_signature, check_source
from export.graph.to_onnx import export
from export.proving.ladder import MismatchError, Rung, climb
from export.proving.margin import margin
from export.proving.numbers import write_numbers
from export.proving.pictures import Case, Grey, enlarge, plain
from export.proving.prove import Log, Subject, identity, outcome, prove, told
from export.proving.sets import other_cases
from export.proving.tolerance import allowed
from export.runtimes.run import Outputs, Run
from export.runtimes.with_onnxruntime import open_model
from export.runtimes.with_torch import wrap

Entry = dict[str, Any]
BATCH = (1,)  # of torch too: a picture may lie so near to an edge of the preprocessing that torch's own batches differ
SHOWN = 2000  # digits in each polarity that a recogniser of one size is shown
PLAIN = 64  # pictures without a digit, of each kind
READ = 300  # digits in each polarity, and numbers, that a reader of one size is shown: it takes 0.1 s for each


def export_built(
    build: Build, shipped: Shipped, weights_dir: Path, folder: Path, digits: Grey, log: Log
) -> dict[str, Entry]:
    """Write one model as it was asked for into `folder`, and prove it against torch; its entry of the record.

    digits: (M, 28, 28) uint8, ink 255.
    errors: MismatchError where it differs; OperatorError where the operator set cannot say it.
    """
    module, file = export(shipped, weights_dir, folder, build)
    weights = weights_dir / shipped.weights
    log(f"{file.name}: {file.stat().st_size:,} bytes; proving it against torch")
    if build.size:
        check(file, fixed_contract(shipped.contract, build), weights)
        entry = identity(file, weights) | prove_fixed(build, shipped, module, file, digits, weights_dir, log)
    elif shipped.contract == READER:
        check(file, READER, weights)
        entry = identity(file, weights) | readers.prove(module, file, [*readers.cases(digits)], log)
    else:
        others = other_cases(shipped.contract, DATA)
        entry = prove(Subject(shipped, module, weights, digits, log, others), file)
    return {file.name.removesuffix(".onnx"): entry}


def check(file: Path, contract: Contract, weights: Path) -> None:
    """MismatchError where a file breaks its contract, or was not made from these weights."""
    model = onnx.load(file)
    check_signature(model, contract)
    check_operators(model)
    check_source({entry.key: entry.value for entry in model.metadata_props}, weights)


def prove_fixed(
    build: Build, shipped: Shipped, module: nn.Module, file: Path, digits: Grey, weights_dir: Path, log: Log
) -> Entry:
    """A file of one size against torch, and against the file for all sizes where that lies beside the weights."""
    model = onnx.load(file)
    if free := free_shapes(model):
        raise MismatchError(f"{file.name}: {free[0]} hangs on a shape that is no number; expected none")
    shown = [*cases(build, shipped.contract, digits)]
    limits = readers.allowed(module) if shipped.contract == READER else allowed(shipped.contract, module)
    references = {"torch": wrap(module, shipped.contract)}
    if (parent := weights_dir / shipped.file).is_file():
        references[parent.name] = open_model(parent)
    proofs = {}
    for name, reference in references.items():
        steps = told(shown, f"{file.name} beside {name}", log)
        rungs = climb(reference, of_any_count(file, build), shipped.contract, steps, limits)
        proofs[name] = outcome(name, rungs, shipped.contract) | _margin(shipped.contract, rungs)
    nodes = {"nodes": len(model.graph.node), "opset": build.operators}
    return nodes | proofs.pop("torch") | {"beside": proofs}


def _margin(contract: Contract, rungs: list[Rung]) -> Entry:
    """Whether no label can differ, of a model that has scores of ten."""
    if contract == READER:
        return {}
    proof = margin(rungs, contract.scores)
    return {"margin": asdict(proof) | {"holds": proof.holds, "sentence": str(proof)}}


def of_any_count(file: Path, build: Build) -> Run:
    """A function from any number of grey pictures (N, H, W) to a file's answers, each in the form that it takes."""
    batches = Batches(open_session(file), file.name)

    def run(pictures: Grey) -> Outputs:
        return batches(arranged(pictures, build))

    return run  # type: ignore[return-value]  # pictures are uint8 here


def cases(build: Build, contract: Contract, digits: Grey, seed: int = 0) -> Iterator[Case]:
    """All pictures of one size: without a digit, digits in either polarity, and other people's, or numbers."""
    assert build.size is not None
    height, width = build.size
    for name, grey in plain(PLAIN if contract == RECOGNIZER else readers.FEW, height, width, seed):
        yield Case(name, grey, BATCH)
    scenes = enlarge(digits[: SHOWN if contract == RECOGNIZER else READ], height, width)
    yield Case("digits, light on dark", scenes, BATCH)
    yield Case("digits, dark on light", 255 - scenes, BATCH)
    if contract == READER:
        yield Case("numbers", shrunk(write_numbers(digits, READ, seed)[0], height, width), BATCH)
    else:
        yield from (case for case in other_cases(contract, DATA) if case.images.shape[1:] == (height, width))


def shrunk(pictures: Grey, height: int, width: int) -> Grey:
    """Pictures (N, h, w) as large as fits in the middle of white ones (N, height, width), by their nearest pixels."""
    _, tall, wide = pictures.shape
    scale = min(height / tall, width / wide)
    rows, columns = max(1, int(tall * scale)), max(1, int(wide * scale))
    small = pictures[:, np.arange(rows) * tall // rows][:, :, np.arange(columns) * wide // columns]
    scene = np.full((len(pictures), height, width), 255, np.uint8)
    top, left = (height - rows) // 2, (width - columns) // 2
    scene[:, top : top + rows, left : left + columns] = small
    return scene
