"""`digits compare A B...`: runs side by side, as a table and as one picture; or models, ours and anybody's.

Folders of runs are compared by their epochs. Where a file of a model is among the words, all are read as models, a
folder by what `digits export` made of it, on MNIST's validation pictures or on a set of one's own.
"""

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core import verbs
from core.net.checkpoint import CheckpointError
from core.refusals import NOT_READ, in_a_sentence
from core.train.curves import draw_curves
from core.train.measure.answered import Answered, against
from core.train.measure.compare_models import compare_models
from core.train.measure.metrics import Count

HEAD = "errors on the held-out MNIST pictures; for people's own held-out pictures see finetune.txt of a run"


@dataclass(frozen=True)
class Finished:
    """A run's epochs, and its answers to the validation pictures where it has stored them."""

    name: str
    epochs: list[dict[str, Any]]
    answered: Answered | None


def read_run(folder: Path) -> Finished:
    """A run's records, finished or not; CheckpointError when there are none or they cannot be read."""
    try:
        labels, answers = read_answers(folder / "validation.csv")
        answered = None if labels is None or answers is None else Answered(folder.name, labels, answers)
        epochs = read_epochs(folder)
        if not epochs:
            raise ValueError("no epoch is finished")
        return Finished(folder.name, epochs, answered)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(
            f"{folder}: expected the folder of a run with metrics.json or epochs.csv ({error})"
        ) from error


def read_epochs(folder: Path) -> list[dict[str, Any]]:
    """The numbers of each epoch: of metrics.json, or of epochs.csv while the run goes on."""
    if (folder / "metrics.json").is_file():
        epochs: list[dict[str, Any]] = json.loads((folder / "metrics.json").read_text())["epochs"]
        return epochs
    with (folder / "epochs.csv").open(newline="") as file:
        whole = {"epoch", "val_wrong", "val_n"}
        return [{k: int(v) if k in whole else float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def read_answers(path: Path) -> tuple[Tensor | None, Tensor | None]:
    """Labels and answers (N,) of validation.csv; (None, None) for runs that have none."""
    if not path.is_file():
        return None, None
    with path.open(newline="") as file:
        rows = [(int(row["label"]), int(row["answer"])) for row in csv.DictReader(file)]
    return torch.tensor([label for label, _ in rows]), torch.tensor([answer for _, answer in rows])


def table(runs: list[Finished]) -> str:
    """A line a run: its last epoch's error with Wilson's interval, its seconds, and how it differs from the first."""
    width = max(len(run.name) for run in runs)
    lines = [HEAD]
    for run in runs:
        last, seconds = run.epochs[-1], sum(epoch.get("seconds", 0) for epoch in run.epochs)
        error = Count(last["val_wrong"], last["val_n"])
        lines.append(f"{run.name:{width}}  epoch {last['epoch']:3d}  {seconds:8.0f} s  {error}")
        if run is not runs[0]:
            lines.append(f"{'':{width}}  {differs(runs[0], run)}")
    return "\n".join(lines)


def differs(first: Finished, run: Finished) -> str:
    """How a run differs from the first one, where both have stored what they answered."""
    if first.answered is None or run.answered is None:
        return f"against {first.name}: no stored answers, so only the intervals speak"
    return against(first.answered, run.answered)


@in_a_sentence(status=NOT_READ)
def main(argv: Sequence[str] | None = None) -> int:
    """Compare; returns the exit status."""
    parser = verbs.parser("core.train.measure.compare", __doc__)
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="RUN", help="folders of runs, or models; the first is compared with"
    )
    parser.add_argument("--out", type=Path, help="of runs: the picture (default: compare.png)")
    parser.add_argument(
        "--pictures", type=Path, help="of models: a labelled set, instead of MNIST's validation pictures"
    )
    parser.add_argument(
        "--preprocess", action="store_true", help="of models: show them what the recogniser's preprocessing sees"
    )
    arguments = parser.parse_args(argv)
    if any(not path.is_dir() for path in arguments.paths):
        if arguments.out:
            parser.error("--out is the picture of runs; models have a table alone")
        print(compare_models(arguments.paths, arguments.pictures, arguments.preprocess))
        return 0
    if arguments.pictures or arguments.preprocess:
        parser.error("--pictures and --preprocess are for models; name the file of one")
    compare_runs(arguments.paths, arguments.out or Path("compare.png"))
    return 0


def compare_runs(folders: list[Path], picture: Path) -> None:
    """Print the table of some runs and draw them."""
    runs = [read_run(folder) for folder in folders]
    draw_curves({run.name: run.epochs for run in runs}, picture)
    print(table(runs))
    print(f"wrote {picture}")


if __name__ == "__main__":
    sys.exit(main())
