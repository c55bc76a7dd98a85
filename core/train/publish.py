"""`digits publish NAME RUN...`: choose the run with the fewest validation errors, calibrate it, ship it.

This is the one place that reads the test set for a published number: once for each run, after the choice is made.
`digits publish finder RUN` ships a finder's weights: what they are worth, the reader's proofs say.
`digits publish RUN --to-hub NAME` ships nothing and reads no test set: it makes the folder that `hf upload` takes of a
run that `digits export` made files of.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from core import verbs
from core.files import MODELS, sha256, write_atomic, write_json
from core.net import checkpoint
from core.net.finder import load_finder
from core.net.recognizer import Calibration, Recognizer, answers
from core.refusals import in_a_sentence
from core.train import data, hub
from core.train.calibrate import calibrate
from core.train.measure.metrics import count_wrong, expected_calibration_error, predict
from core.train.presets import PRESETS

FORMAT = 1
FINDER = "finder"
FINDER_FILE = f"{FINDER}.safetensors"  # in a run's folder as among the shipped ones


def read_run(folder: Path) -> dict[str, Any]:
    """A finished run's metrics.json; CheckpointError when the run is not finished or its weights have changed."""
    path, weights = folder / "metrics.json", folder / "weights.safetensors"
    if not path.is_file():
        raise checkpoint.CheckpointError(f"{folder}: no metrics.json; the run is not finished (go on with --resume)")
    try:
        record: dict[str, Any] = json.loads(path.read_text())
        stated, _, _ = record["weights_sha256"], record["config"]["net"], record["epochs"][-1]["val_wrong"]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise checkpoint.CheckpointError(f"{path}: damaged ({error!r}); restore it, or train again") from error
    if (found := sha256(weights)) != stated:
        raise checkpoint.CheckpointError(f"{weights}: SHA-256 {found} is not the {stated} of metrics.json; train again")
    return record


def val_error(record: dict[str, Any]) -> float:
    """Validation error after the last epoch, the weights that are kept."""
    last = record["epochs"][-1]
    return float(last["val_wrong"] / last["val_n"])


def publish(
    name: str, folders: list[Path], models: Path, only_record: bool = False, add: bool = False
) -> dict[str, Any]:
    """Enter the runs in models/metrics.json and ship the best of them as models/NAME.safetensors, unless told not to.

    add:     the group's earlier runs stay in it, as far as they are of the same recipe.
    returns: the runs' group of metrics.json.
    """
    records = {folder.name: read_run(folder) for folder in folders}
    best = min(folders, key=lambda folder: val_error(records[folder.name]))
    test = data.load("test")
    for folder in folders:
        records[folder.name]["test"] = measure_run(folder, test)
    metrics_path = models / "metrics.json"
    metrics: dict[str, Any] = json.loads(metrics_path.read_text()) if metrics_path.is_file() else {"format": FORMAT}
    if not only_record:
        metrics.setdefault("models", {})[name] = ship(name, best, test, models)
    earlier = same_recipe(metrics, name, records) if add else {}
    metrics.setdefault("runs", {}).update(records)
    metrics.setdefault("groups", {})[name] = group({**earlier, **records})
    write_json(metrics_path, metrics)
    return dict(metrics["groups"][name])


def same_recipe(metrics: dict[str, Any], name: str, records: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The recorded runs of a group whose recipe is that of `records`."""
    new = recipe(next(iter(records.values())))
    runs = {run: metrics["runs"][run] for run in metrics.get("groups", {}).get(name, {}).get("runs", ())}
    return {run: record for run, record in runs.items() if recipe(record) == new}


def measure_run(folder: Path, test: data.Pictures) -> dict[str, int]:
    """Test errors of a run's weights, through the preprocessing where they were trained through it."""
    net, history = checkpoint.load_net(folder / "weights.safetensors")
    return asdict(count_wrong(reader(net, history["config"], Calibration())(test[0]), test[1]))


def reader(net: nn.Module, config: dict[str, Any], calibration: Calibration) -> Callable[[Tensor], Tensor]:
    """MNIST pictures (N, 28, 28) uint8 -> probabilities (N, 10), the way the net was trained to see them."""
    if config["ink"] == "people":
        recognizer = Recognizer(net, calibration).eval()
        return lambda images: answers(recognizer, images)[0]
    return lambda images: torch.softmax(predict(net, images) / calibration.temperature, dim=1)


def ship(name: str, folder: Path, test: data.Pictures, models: Path) -> dict[str, Any]:
    """Calibrate a run's net on its validation pictures, write it to `models`; returns its entry of metrics.json."""
    net, history = checkpoint.load_net(folder / "weights.safetensors")
    config = history["config"]
    _, val = data.hold_out(data.load("train"), config["val_count"])
    calibration = calibrate(net, val, config)
    read = reader(net, config, calibration)
    entry: dict[str, Any] = {"val": score(read, val), "test": score(read, test)}
    history = {**history, "run": folder.name, "calibration": asdict(calibration), **entry}
    path = models / f"{name}.safetensors"
    checkpoint.save(path, net.state_dict(), config["net"], history)
    return {
        "file": path.name,
        "sha256": sha256(path),
        "net": config["net"],
        "parameters": sum(parameter.numel() for parameter in net.parameters()),
        "run": folder.name,
        "seed": config["seed"],
        "calibration": asdict(calibration),
        **entry,
    }


def score(read: Callable[[Tensor], Tensor], pictures: data.Pictures) -> dict[str, float]:
    """Wrong answers, number of pictures and expected calibration error (0 to 1)."""
    images, labels = pictures
    probabilities = read(images)
    ece = round(expected_calibration_error(probabilities, labels), 6)
    return {**asdict(count_wrong(probabilities, labels)), "ece": ece}


def group(records: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Mean and deviation of the test error over the seeds of one recipe, as shares from 0 to 1."""
    errors = [record["test"]["wrong"] / record["test"]["n"] for record in records.values()]
    return {
        "command": recipe(next(iter(records.values()))),
        "runs": list(records),
        "seeds": [record["config"]["seed"] for record in records.values()],
        "n": len(errors),
        "test_error_mean": round(statistics.mean(errors), 6),
        "test_error_sd": round(statistics.stdev(errors), 6) if len(errors) > 1 else None,
    }


def recipe(record: dict[str, Any]) -> str:
    """The shortest command that trains with a run's settings: a preset where one has them all, else its own command."""
    if "parents" in record:  # a mean of runs; its settings are those of the last of them
        return str(record["command"])
    about_the_run = {"seed", "threads", "out", "device"}
    for name, preset in PRESETS.items():
        settings = {key: value for key, value in asdict(preset).items() if key not in about_the_run}
        if all(record["config"].get(key, value) == value for key, value in settings.items()):
            return f"python -m core.train --preset {name}"
    return str(record["command"])


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Publish; returns the exit status."""
    parser = verbs.parser("core.train.publish", __doc__)
    parser.add_argument(
        "words",
        nargs="+",
        metavar="NAME RUN",
        help="the shipped model's name, models/NAME.safetensors, then folders of finished runs of one recipe; with "
        "--to-hub one RUN alone",
    )
    parser.add_argument("--only-record", action="store_true", help="enter the runs in metrics.json, ship nothing")
    parser.add_argument("--add", action="store_true", help="beside the runs of the same recipe that are recorded")
    parser.add_argument("--models", type=Path, default=MODELS, help="where shipped models lie")
    parser.add_argument("--to-hub", metavar="NAME", help="of the repository, or USER/NAME: make a folder to upload")
    parser.add_argument("--out", type=Path, help="with --to-hub: the folder (default: RUN/hub)")
    parser.add_argument("--licence", default="mit", help="with --to-hub: as the hub abbreviates it (%(default)s)")
    arguments = parser.parse_args(argv)
    if arguments.to_hub is not None:
        if len(arguments.words) != 1:
            parser.error("--to-hub takes one RUN alone; the name stands behind --to-hub")
        run = Path(arguments.words[0])
        try:
            asked = hub.Request(run, arguments.to_hub, arguments.out or run / hub.FOLDER, arguments.licence)
        except ValueError as error:
            parser.error(str(error))
        to_hub(asked)
        return 0
    if len(arguments.words) < 2:
        parser.error("expected NAME and after it a RUN or more; RUN alone goes with --to-hub NAME")
    name, *runs = arguments.words
    if name == FINDER:
        if len(runs) != 1:
            parser.error(f"{FINDER} takes one RUN: no test set chooses among several")
        ship_finder(Path(runs[0]), arguments.models)
        return 0
    ship_best(name, [Path(run) for run in runs], arguments)
    return 0


def ship_best(name: str, runs: list[Path], arguments: argparse.Namespace) -> None:
    """Publish for this project, and say what came of it."""
    print("reading the test set once for each run; that takes minutes", flush=True)
    entry = publish(name, runs, arguments.models, arguments.only_record, arguments.add)
    print(f"{name}: mean test error {entry['test_error_mean']:.3%} over {entry['n']} run(s)")
    shipped = "" if arguments.only_record else f"{arguments.models / name}.safetensors and "
    print(f"wrote {shipped}{arguments.models / 'metrics.json'}; `digits export RUN` makes a file of a run of one's own")


def ship_finder(run: Path, models: Path) -> None:
    """Ship the weights of a finder's run; CheckpointError when they are none."""
    weights, shipped = run / FINDER_FILE, models / FINDER_FILE
    load_finder(weights)
    write_atomic(shipped, weights.read_bytes())
    print(f"wrote {shipped}; `python -m export --only reader edge-reader` puts it into both")


def to_hub(asked: hub.Request) -> None:
    """Make the folder, and name the command that uploads it; that is for the person to type."""
    record = read_run(asked.run)
    files = hub.make_folder(asked, record)
    if places := hub.named_places(record):
        print(f"note: its records name {', '.join(places)}, which the hub would show", file=sys.stderr)
    print(f"wrote {', '.join(file.name for file in files)} in {asked.out}")
    print(f"next: `{asked.upload}` puts them on the hub, after `hf auth login`; nothing was sent")


if __name__ == "__main__":
    sys.exit(main())
