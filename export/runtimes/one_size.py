"""`python -m export.runtimes.one_size`: a recogniser for pictures of one size in every runtime that this machine has.

It is written now, as `digits export --size` does it, without and with `--phone`: what phones say of both, and how long
they take beside what ships. Then every runtime answers the same pictures one by one, and is held against what ships.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx

from core import verbs
from core.catalogue import CATALOGUE, Build
from core.files import MODELS, ROOT, sha256, write_json
from core.refusals import in_a_sentence
from core.stamp import stamp
from core.train.data import load
from export.contracts import RECOGNIZER, SHIPPED
from export.graph.fixed import arranged
from export.graph.phone_check import checked
from export.graph.to_onnx import export
from export.proving.ladder import MismatchError, compare, in_batches
from export.proving.pictures import Case, Grey, enlarge
from export.proving.record import PACKAGES
from export.proving.tolerance import allowed
from export.runtimes.registry import RUNTIMES
from export.runtimes.run import HALF, Array, MissingError, Outputs, Runtime, UnsupportedError
from export.runtimes.with_onnxruntime import open_model
from export.speed.timing import calls, interleaved, statistics

RECORD = ROOT / "docs" / "records" / "one_size.json"
BUILD = Build(size=(96, 96), float_input=True, one_channel=True)
PHONE = replace(BUILD, phone=True)
NAME = next(
    Path(model.weights).stem for model in CATALOGUE.values() if model.space.endswith("-light")
)  # the compact one
ROUNDS = 400  # calls that are timed, of each file in turn
VALIDATION = 55_000  # the first of MNIST's training pictures that no shipped net learned from
FEW = 20  # pictures where each takes long


def arguments() -> argparse.ArgumentParser:
    parser = verbs.parser("export.runtimes.one_size", __doc__)
    parser.add_argument("--pictures", type=int, default=50, metavar="N", help="in each polarity (50)")
    parser.add_argument("--runtimes", nargs="+", metavar="NAME", choices=RUNTIMES, help="; ".join(RUNTIMES))
    parser.add_argument("--record", type=Path, default=RECORD, metavar="FILE", help=f"({RECORD.name} in docs/records)")
    return parser


@in_a_sentence(first="stopped")
def main(argv: list[str] | None = None) -> int:
    """Try every runtime and write the record; 1 where one answers otherwise."""
    chosen = arguments().parse_args(argv)
    parent, pictures = MODELS / SHIPPED[NAME].file, shown(chosen.pictures)
    with TemporaryDirectory() as folder:
        module, file = export(SHIPPED[NAME], MODELS, Path(folder), BUILD)
        _, phone = export(SHIPPED[NAME], MODELS, Path(folder), PHONE)
        forms = described(
            {parent: pictures[:1], file: arranged(pictures[:1], BUILD), phone: arranged(pictures[:1], PHONE)}
        )
        expected, limits = in_batches(open_model(parent), pictures, 64), allowed(RECOGNIZER, module)
        outcomes = {}
        for name in chosen.runtimes or RUNTIMES:
            outcomes[name] = tried(RUNTIMES[name], file, pictures, expected, limits)
            print(f"{file.name} in {name}: {outcomes[name]}", flush=True)
    agree = sum(outcome["outcome"] == "agrees" for outcome in outcomes.values())
    print(f"{agree} of {len(outcomes)} runtimes agree")
    about = {"forms": forms, "file": file.name, "pictures": len(pictures), "agree": agree, "runtimes": outcomes}
    write_json(chosen.record, stamp("python -m export.runtimes.one_size", [parent], PACKAGES) | about)
    return int(any(outcome["outcome"] == "differs" for outcome in outcomes.values()))


def described(files: dict[Path, Array]) -> dict[str, dict[str, Any]]:
    """Bytes, nodes, the check for phones and one thread's time of files, each with a picture in its form."""
    times = interleaved({file.name: calls(open_model(file), picture)[0] for file, picture in files.items()}, ROUNDS)
    return {
        file.name: {
            "sha256": sha256(file),
            "bytes": file.stat().st_size,
            "nodes": len(onnx.load(file).graph.node),
            "phone_check": checked(file),
            **statistics(times[file.name]),
        }
        for file in files
    }


def shown(count: int) -> Grey:
    """Validation digits at the file's size in both polarities, (2 * count, H, W) uint8."""
    assert BUILD.size is not None
    scenes = enlarge(load("train")[0][VALIDATION : VALIDATION + count].numpy(), *BUILD.size)
    return np.concatenate([scenes, 255 - scenes])


def tried(runtime: Runtime, file: Path, pictures: Grey, expected: Outputs, limits: dict[str, float]) -> dict[str, Any]:
    """How one runtime answers: "agrees" with the largest differences, or "differs", "refuses", "missing" and why."""
    few = FEW if runtime.pictures or runtime.raw or not runtime.timed else len(pictures)
    pictures, expected = pictures[:few], {name: array[:few] for name, array in expected.items()}
    wide = {name: max(share, HALF if runtime.half else 0.0) for name, share in limits.items()}
    try:
        version, run = runtime.version(), runtime.open(file)
        try:
            found = in_batches(run, arranged(pictures, BUILD), 1)
        finally:
            getattr(run, "close", lambda: None)()
        shaped = {name: array.reshape(expected[name].shape) for name, array in found.items()}
        rung = compare(Case("digits 96x96", pictures, (1,)), 1, expected, shaped, RECOGNIZER, wide)
    except (MissingError, UnsupportedError, MismatchError) as error:
        kinds = {MissingError: "missing", UnsupportedError: "refuses", MismatchError: "differs"}
        return {"outcome": kinds[type(error)], "reason": str(error)}
    return {"outcome": "agrees", "version": version, "pictures": few, "largest_difference": rung.differences}


if __name__ == "__main__":
    sys.exit(main())
