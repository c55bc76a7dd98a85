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

from core import verbs
from core.batches import Batches
from core.files import sha256, write_atomic, write_json
from core.refusals import NOT_READ, in_a_sentence
from core.session import ModelError, Outputs, Session, open_session
from core.stamp import FORMAT, machine, versions
from export.contracts import UNSTATED, Contract, Port
from export.graph.signature import check_alike, read_contract
from export.inputs import BATCH, Form, brought_case, chosen_form, own_cases
from export.proving.ladder import MismatchError, compare
from export.proving.layers import first_difference, trace_file
from export.proving.pictures import Case
from export.proving.record import PACKAGES
from export.report import as_html, as_text
from export.runtimes.run import Run
from export.runtimes.with_onnxruntime import read_model

SHARE = 1e-5  # float32 in two orders of summing, with room for nets a hundred times as deep as ours


@dataclass(frozen=True)
class Side:
    """One of the two models: its file, its graph and its open session."""

    file: Path
    graph: onnx.ModelProto
    session: Session

    def run(self, form: Form) -> Run:
        """A function that runs it on any number of pictures, in batches that it takes."""
        return Batches(self.session, str(self.file), BATCH, alone=form.alone)


def arguments() -> argparse.ArgumentParser:
    parser = verbs.parser("export.parity", __doc__)
    parser.add_argument("a", type=Path, metavar="A.onnx", help="the model that is held to be right")
    parser.add_argument("b", type=Path, metavar="B.onnx", help="the model that is compared with it")
    parser.add_argument("--data", type=Path, metavar="PATH", help="a folder of pictures, an .npz or an .npy of inputs")
    parser.add_argument("--share", type=share, default=SHARE, help="allowed difference as a share of an output's range")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the comparison as JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="also write the comparison as a page")
    return parser


def share(text: str) -> float:
    """A number from 0 up; ArgumentTypeError for anything else."""
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number from 0 up, got {text!r}")
    return number


@in_a_sentence(status=NOT_READ, first="cannot compare")
def main(argv: list[str] | None = None) -> int:
    """Compare and report; 0 when every answer agrees, 1 when one differs, 2 when nothing could be compared."""
    chosen = arguments().parse_args(argv)
    a, b = open_side(chosen.a), open_side(chosen.b)
    record = compare_models(a, b, chosen.data, chosen.share)
    if chosen.json:
        write_json(chosen.json, record)
    if chosen.html:
        write_atomic(chosen.html, as_html(record).encode())
    print(as_text(record))
    return int(not record["agrees"])


def open_side(file: Path) -> Side:
    """Read and open one model; ModelError when it is missing, damaged or has lost its external data."""
    return Side(file, read_model(file), open_session(file))


def compare_models(a: Side, b: Side, data: Path | None, share: float) -> dict[str, Any]:
    """Show both models the same pictures; returns the record that the reports are made of.

    errors: MismatchError when their inputs or outputs are not alike, so that there is nothing to compare; ModelError
            when one of them does not run.
    """
    stated, other = read_contract(a.graph), read_contract(b.graph)
    check_alike(stated, other)
    image = stated.image if stated.image.axes != UNSTATED else other.image
    if image.dtype not in np.sctypeDict or image.numpy_dtype.kind not in "biuf":
        raise MismatchError(f"the models take {image}; expected one array of numbers")
    form, cases = shown(a, b, image, data)
    contract = Contract(image, given(a.run(form)(cases[0].images[:1])))
    rows = [row(a.run(form), b.run(form), contract, case, share, (a, b)) for case in cases]
    return {
        "format": FORMAT,
        "agrees": all(row["agrees"] for row in rows),
        "models": {side: {"file": it.file.name, "sha256": sha256(it.file)} for side, it in (("a", a), ("b", b))},
        "allowed_share_of_range": share,
        "versions": versions(PACKAGES),
        "machine": machine(),
        "cases": rows,
    }


def shown(a: Side, b: Side, image: Port, data: Path | None) -> tuple[Form, list[Case]]:
    """The pictures for both: what somebody brought, else ours in the first form that both models take."""
    if data is not None:
        form, case = brought_case(image, data)
        return form, [case]
    form = chosen_form(image, lambda form, blank: (a.run(form)(blank), b.run(form)(blank)))
    return form, own_cases(image, form)


def given(outputs: Outputs) -> tuple[Port, ...]:
    """What a model really gives, which need not be what its file says: kind and number of axes."""
    return tuple(Port(name, str(array.dtype), ("N", *"?" * (array.ndim - 1))) for name, array in outputs.items())


def row(a: Run, b: Run, contract: Contract, case: Case, share: float, sides: tuple[Side, Side]) -> dict[str, Any]:
    """One kind of pictures: what was measured, or the first thing that differs."""
    about = {"case": case.name, "pictures": len(case.images)}
    allowed = {port.name: share for port in contract.outputs}
    batch = case.batches[0]
    expected, found = a(case.images), b(case.images)
    try:
        rung = compare(case, batch, expected, found, contract, allowed)
    except MismatchError as mismatch:
        return (
            about
            | {"agrees": False, "reason": str(mismatch), "layer": first_layer(*sides, mismatch, share)}
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
    try:
        return first_difference(trace_file(a.graph, mismatch.image), trace_file(b.graph, mismatch.image), share)
    except ModelError:  # such as a graph that takes ten pictures and no fewer
        return None


if __name__ == "__main__":
    sys.exit(main())
