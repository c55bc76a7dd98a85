"""`digits export RUN`: a run of one's own as a recogniser's files, calibrated, proved as the shipped ones are.

Nothing here reads a test set's labels: what the files are held to is torch, and the pictures that the run held out.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from core import manifest
from core.files import DATA, sha256, write_atomic, write_json
from core.net import checkpoint
from core.own_card import card
from core.refusals import RefusalError
from core.train import data
from core.train.calibrate import calibrate
from core.train.publish import read_run
from export.contracts import RECOGNIZER, Shipped
from export.graph.to_onnx import export
from export.proving.ladder import MismatchError
from export.proving.pictures import BATCHES
from export.proving.prove import Log, Subject, prove
from export.proving.sets import Labelled, other_cases
from export.variants import Entry, write_half, write_int8, write_ort

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
HELD_OUT = "held-out pictures"
BATCH = 256
SHOWN = 1000  # of the held-out pictures, to torch and to the file; what ships is compared on ten times as many
FINDER = "finder.safetensors"  # what `digits train-finder` leaves


class RunError(RefusalError):
    """A run that cannot become a recogniser's file; the message says what was found and what to do."""


@dataclass(frozen=True)
class Request:
    """What is asked for.

    run:  the folder of a finished run.
    name: of the files, NAME.onnx and its like.
    out:  the folder that they are written to.
    also: further forms, keys of FORMS.
    """

    run: Path
    name: str
    out: Path
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """The files that were written, and a sentence for each form that failed its proof and was left out."""

    files: list[Path]
    left_out: list[str]


Form = Callable[[Subject, Path, Labelled], Entry]
FORMS: dict[str, Form] = {
    "fp16": lambda subject, parent, _: write_half(subject, parent),
    "int8": lambda subject, parent, held_out: write_int8(subject, parent, {HELD_OUT: held_out}),
    "ort": lambda subject, parent, _: write_ort(subject, parent),
}


def default_name(run: Path) -> str:
    """The name of a run's folder, of letters, digits, - and _ alone: a file's ending begins at its first point."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", run.resolve().name).strip("-_") or "mine"


def checked_run(run: Path) -> dict[str, Any]:
    """The record of a finished run of a classifier; RunError, CheckpointError where the folder is none."""
    if run.is_file():
        raise RunError(f"{run}: a file; name the folder of the run that it belongs to, which `digits train` wrote")
    if not run.is_dir():
        raise RunError(f"{run}: no such folder; name the folder of a run, which `digits train` writes")
    if (run / FINDER).is_file() and not (run / "metrics.json").is_file():
        raise RunError(f"{run}: trained the net that finds digits, which reads none; expected a run of `digits train`")
    if not (run / "config.json").is_file() and not (run / "metrics.json").is_file():
        raise RunError(f"{run}: no run; expected a folder that `digits train` wrote")
    return read_run(run)


def export_run(asked: Request, log: Log) -> Written:
    """Calibrate, write and prove a run's recogniser in every form asked for; then the manifest and the card.

    Files take the place of earlier ones only once they are proved; the run itself stays as it is.
    errors: RunError, CheckpointError, MismatchError.
    """
    record = checked_run(asked.run)
    earlier = manifest.read(asked.out)
    asked.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=asked.out, prefix=".unproved-") as folder:
        weights = Path(folder) / f"{asked.name}.safetensors"
        held_out = calibrated(asked, weights, log)
        entries, left_out = proved(asked, weights, held_out, log)
        names = [weights.name, *(entry["file"] for entry in entries.values())]
        for name in names:
            (Path(folder) / name).replace(asked.out / name)
    about = description(asked, record, names, entries)
    gone = {name for name in earlier.get(asked.name, {"files": {}})["files"] if name not in names}
    for name in gone:
        (asked.out / name).unlink(missing_ok=True)  # forms of an earlier export, of other weights
    models = {**earlier, asked.name: about}
    write_atomic(asked.out / "README.md", card(models).encode())
    write_json(asked.out / manifest.FILE, {"format": manifest.FORMAT, "models": models})
    return Written([asked.out / name for name in (*names, "README.md", manifest.FILE)], left_out)


def calibrated(asked: Request, weights: Path, log: Log) -> Labelled:
    """Write the run's weights with a calibration; returns the pictures that the run held out, which it is fitted on."""
    net, history = checkpoint.load_net(asked.run / "weights.safetensors")
    config = history["config"]
    _, val = data.hold_out(data.load("train"), config["val_count"])
    if "calibration" not in history:
        log(f"{asked.name}: calibrating on {len(val[1]):,} pictures that the run held out")
        history = {**history, "calibration": asdict(calibrate(net, val, config))}
    checkpoint.save(weights, net.state_dict(), config["net"], {**history, "run": asked.run.resolve().name})
    return Labelled([part.numpy() for part in val[0].split(BATCH)], val[1].numpy())


def proved(asked: Request, weights: Path, held_out: Labelled, log: Log) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """The file and its forms, written beside the weights: entries of what holds, and a sentence for what does not."""
    shipped = Shipped(asked.name, f"{asked.name}, a recogniser of digits", weights.name, RECOGNIZER)
    module, file = export(shipped, weights.parent, weights.parent)
    log(f"{file.name}: {file.stat().st_size:,} bytes; proving it against torch")
    digits = np.concatenate(held_out.batches)[:SHOWN]
    others = tuple(replace(case, batches=BATCHES[-1:]) for case in other_cases(RECOGNIZER, DATA))
    # What ships is chosen so that no picture of noise lies on the border of two labels; nobody chooses that of a run.
    subject = Subject(shipped, module, weights, digits, log, others, ties=True)
    entries, left_out = {"onnx": prove(subject, file)}, []
    for form in asked.also:
        try:
            entries[form] = FORMS[form](subject, file, held_out)
        except MismatchError as mismatch:
            left_out.append(f"{form} is not written: {mismatch}")
    return entries, left_out


def description(
    asked: Request, record: dict[str, Any], names: Sequence[str], entries: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """A model's entry of the manifest: where it comes from, what it takes and gives, its files, and their proof."""
    weights = asked.out / f"{asked.name}.safetensors"
    net, history = checkpoint.load_net(weights)
    last = record["epochs"][-1]
    return {
        "run": history["run"],
        "trained_by": record.get("command", ""),
        "net": record["config"]["net"],
        "parameters": sum(parameter.numel() for parameter in net.parameters()),
        "validation": {"wrong": last["val_wrong"], "n": last["val_n"]},
        "own_pictures": record.get("extra"),
        "contract": {"input": str(RECOGNIZER.image), "outputs": [str(port) for port in RECOGNIZER.outputs]},
        "calibration": history["calibration"],
        "files": {
            name: {"bytes": (asked.out / name).stat().st_size, "sha256": sha256(asked.out / name)} for name in names
        },
        "proof": {form: without_file(entry) for form, entry in entries.items()},
    }


def without_file(entry: dict[str, Any]) -> dict[str, Any]:
    """A proof's entry without what `files` says already."""
    return {key: value for key, value in entry.items() if key not in ("sha256", "bytes", "weights_sha256")}
