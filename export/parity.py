"""`python -m export.parity A.onnx B.onnx`: do two models with equal inputs give equal answers, picture by picture?"""

import argparse
import io
import sys
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from PIL import Image

from core.checkpoint import sha256, write_atomic, write_json
from core.data import DataError
from export.contracts import Contract
from export.inputs import InputError, input_cases
from export.ladder import MismatchError, compare, in_batches
from export.layers import first_difference, trace_file
from export.pictures import Case
from export.record import FORMAT, machine, versions
from export.report import as_html, as_text
from export.runtimes.run import Run
from export.runtimes.with_onnxruntime import ModelError, open_model, read_model
from export.signature import check_alike, read_contract

SHARE = 1e-5  # float32 in two orders of summing, with room for nets a hundred times as deep as ours


@dataclass(frozen=True)
class Side:
    """One of the two models: its file, its graph and a function that runs it."""

    file: Path
    graph: onnx.ModelProto
    run: Run


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m export.parity", description=__doc__, allow_abbrev=False)
    parser.add_argument("a", type=Path, metavar="A.onnx", help="the model that is held to be right")
    parser.add_argument("b", type=Path, metavar="B.onnx", help="the model that is compared with it")
    parser.add_argument("--data", type=Path, metavar="PATH", help="a folder of pictures, an .npz or an .npy of inputs")
    parser.add_argument("--share", type=float, default=SHARE, help="allowed difference as a share of an output's range")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the comparison as JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="also write the comparison as a page")
    return parser


def main(argv: list[str] | None = None) -> int:
    """Compare and report; 0 when every answer agrees, 1 when one differs, 2 when nothing could be compared."""
    chosen = arguments().parse_args(argv)
    try:
        a, b = open_side(chosen.a), open_side(chosen.b)
        record = compare_models(a, b, chosen.data, chosen.share)
    except (ModelError, InputError, DataError, MismatchError) as error:
        print(f"cannot compare: {error}", file=sys.stderr)
        return 2
    print(as_text(record))
    if chosen.json:
        write_json(chosen.json, record)
    if chosen.html:
        write_atomic(chosen.html, as_html(record).encode())
    return int(not record["agrees"])


def open_side(file: Path) -> Side:
    """Read and open one model; ModelError when it is missing, damaged or has lost its external data."""
    return Side(file, read_model(file), open_model(file))


def compare_models(a: Side, b: Side, data: Path | None, share: float) -> dict[str, Any]:
    """Show both models the same pictures; returns the record that the reports are made of.

    errors: MismatchError when their inputs or outputs are not alike, so that there is nothing to compare.
    """
    contract = read_contract(a.graph)
    check_alike(contract, read_contract(b.graph))
    rows = [row(a, b, contract, case, share) for case in input_cases(contract, read_contract(b.graph), data)]
    return {
        "format": FORMAT,
        "agrees": all(row["agrees"] for row in rows),
        "models": {side: {"file": it.file.name, "sha256": sha256(it.file)} for side, it in (("a", a), ("b", b))},
        "allowed_share_of_range": share,
        "versions": versions(),
        "machine": machine(),
        "cases": rows,
    }


def row(a: Side, b: Side, contract: Contract, case: Case, share: float) -> dict[str, Any]:
    """One kind of pictures: what was measured, or the first thing that differs."""
    about = {"case": case.name, "pictures": len(case.images)}
    allowed = {port.name: share for port in contract.outputs}
    batch = case.batches[0]
    expected, found = in_batches(a.run, case.images, batch), in_batches(b.run, case.images, batch)
    try:
        rung = compare(case, batch, expected, found, contract, allowed)
    except MismatchError as mismatch:
        return (
            about
            | {"agrees": False, "reason": str(mismatch), "layer": first_layer(a, b, mismatch, share)}
            | seen(mismatch)
        )
    proof = f"twice the difference is below the smallest gap, {rung.smallest_gap:.2g}" if rung.margin_holds else ""
    return about | {"agrees": True, "differences": rung.differences, "labels_changed": 0, "proof": proof}


def seen(mismatch: MismatchError) -> dict[str, str]:
    """The picture of a mismatch as a PNG in base64; nothing where it is no matter of one grey picture."""
    if mismatch.image is None or np.squeeze(mismatch.image).ndim != 2:
        return {}
    grey = np.nan_to_num(np.squeeze(mismatch.image).astype(np.float32))
    scale = 1 if mismatch.image.dtype == np.uint8 else 255
    content = io.BytesIO()
    Image.fromarray((grey * scale).clip(0, 255).astype(np.uint8)).save(content, format="PNG")
    return {"picture_png": b64encode(content.getvalue()).decode()}


def first_layer(a: Side, b: Side, mismatch: MismatchError, share: float) -> str | None:
    """Where the two graphs part on the picture that shows it; None when that cannot be told."""
    if mismatch.image is None or any(tensor.external_data for it in (a, b) for tensor in it.graph.graph.initializer):
        return None
    return first_difference(trace_file(a.graph, mismatch.image), trace_file(b.graph, mismatch.image), share)


if __name__ == "__main__":
    sys.exit(main())
