"""`python -m export.choose_int8`: settings of 8-bit integers side by side on validation pictures, into a record."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import onnx

from core import mnist, verbs
from core.files import ROOT, write_json
from core.refusals import in_a_sentence
from core.stamp import stamp
from export.calibration import calibration_batches, validation_set
from export.contracts import SHIPPED, Shipped
from export.graph.quantize import Settings, int8
from export.proving.accuracy import measure_loss
from export.proving.record import PACKAGES
from export.proving.sets import answers
from export.runtimes.with_onnxruntime import open_model

RECORD = ROOT / "docs" / "records" / "int8.json"
CANDIDATES = (
    Settings(per_channel=False, relu_first=False),
    Settings(per_channel=False),
    Settings(relu_first=False),
    Settings(),
    Settings(first_float=True),
)


@in_a_sentence(first="stopped")
def main(argv: list[str] | None = None) -> int:
    parser = verbs.parser("export.choose_int8", __doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=SHIPPED, default=list(SHIPPED))
    parser.add_argument("--models", type=Path, default=ROOT / "models", metavar="DIR")
    parser.add_argument("--record", type=Path, default=RECORD, metavar="FILE")
    chosen = parser.parse_args(argv)
    tried = {name: try_settings(SHIPPED[name], chosen.models) for name in chosen.only}
    measured = [*(chosen.models / SHIPPED[name].file for name in chosen.only), *mnist.files("train")]
    write_json(chosen.record, stamp("python -m export.choose_int8", measured, PACKAGES) | {"models": tried})
    return 0


def try_settings(shipped: Shipped, models: Path) -> list[dict[str, Any]]:
    """Every candidate's labels on the validation pictures against those of the float file; ModelError without one."""
    file = models / shipped.file
    validation, calibration = (
        validation_set(shipped.contract),
        calibration_batches(shipped.contract, shipped.calibration_seed),
    )
    before = answers(open_model(file), shipped.contract, validation)
    rows = []
    for settings in CANDIDATES:
        content = int8(onnx.load(file), calibration, settings).SerializeToString(deterministic=True)
        loss = measure_loss(before, answers(open_model(content), shipped.contract, validation), validation.truth)
        print(f"{shipped.name}, {settings}: {loss}, {len(content):,} bytes", flush=True)
        counts = {"wrong_before": loss.wrong_before, "wrong_after": loss.wrong_after, "changed": len(loss.changed)}
        rows.append(asdict(settings) | {"pictures": loss.pictures, "bytes": len(content)} | counts)
    return rows


if __name__ == "__main__":
    sys.exit(main())
