"""Files that are written on request, in other operator sets than what ships; each is proved as what ships is."""

from pathlib import Path
from typing import Any

from core.catalogue import Build
from core.train.data import ROOT
from export import readers
from export.contracts import READER, Shipped
from export.pictures import Grey
from export.prove import Log, Subject, identity, prove
from export.sets import other_cases
from export.to_onnx import export

Entry = dict[str, Any]


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
    if shipped.contract == READER:
        readers.checked(file, weights)
        entry = identity(file, weights) | readers.prove(module, file, [*readers.cases(digits)], log)
    else:
        others = other_cases(shipped.contract, ROOT)
        entry = prove(Subject(shipped, module, weights, digits, log, others), file)
    return {file.name.removesuffix(".onnx"): entry}
