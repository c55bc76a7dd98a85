"""`digits compare RUN RUN...`: runs side by side, as a table and as one picture, with their uncertainty."""

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
from core.refusals import in_a_sentence
from core.train.curves import draw_curves
from core.train.measure.change import change
from core.train.measure.metrics import Count

HEAD = "errors on the held-out MNIST pictures; for people's own held-out pictures see finetune.txt of a run"


@dataclass(frozen=True)
class Finished:
    """A run's epochs, and its labels and answers (N,) to the validation pictures where it has stored them."""

    name: str
    epochs: list[dict[str, Any]]
    labels: Tensor | None
    answers: Tensor | None


def read_run(folder: Path) -> Finished:
    """A run's records, finished or not; CheckpointError when there are none or they cannot be read."""
    try:
        labels, answers = read_answers(folder / "validation.csv")
        epochs = read_epochs(folder)
        if not epochs:
            raise ValueError("no epoch is finished")
        return Finished(folder.name, epochs, labels, answers)
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
            lines.append(f"{'':{width}}  {against(runs[0], run)}")
    return "\n".join(lines)


def against(first: Finished, run: Finished) -> str:
    """How a run differs from the first one: McNemar's test where both answered the same pictures."""
    if first.labels is None or run.labels is None or first.answers is None or run.answers is None:
        return f"against {first.name}: no stored answers, so only the intervals speak"
    if not torch.equal(first.labels, run.labels):
        return f"against {first.name}: other validation pictures, not to be compared"
    one = change(run.name, first.answers, run.answers, run.labels)
    counts = f"{len(one.fixed)} fixed, {len(one.broken)} broken"
    return f"against {first.name}: {counts}, McNemar's p = {one.p:.2g}: {one.verdict}"


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Compare; returns the exit status."""
    parser = verbs.parser("core.train.measure.compare", __doc__)
    parser.add_argument("runs", nargs="+", type=Path, help="folders of runs; the others are compared with the first")
    parser.add_argument("--out", type=Path, default=Path("compare.png"), help="the picture (default: compare.png)")
    arguments = parser.parse_args(argv)
    runs = [read_run(folder) for folder in arguments.runs]
    draw_curves({run.name: run.epochs for run in runs}, arguments.out)
    print(table(runs))
    print(f"wrote {arguments.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
