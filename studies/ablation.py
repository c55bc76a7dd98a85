"""`digits ablation`: one change at a time from the default recipe, same seeds, and what each is worth.

Runs that are finished are kept, so the command can be stopped, repeated, and given more seeds.
"""

import dataclasses
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from core import mnist, verbs
from core.net import checkpoint
from core.refusals import in_a_sentence
from core.train.allocator import keep_freed_memory
from core.train.config import TrainConfig
from core.train.loop import Run
from core.train.measure.change import change
from core.train.measure.compare import read_answers
from core.train.measure.metrics import Count
from core.train.presets import PRESETS
from core.train.record import head
from studies.ablation_report import write_report

BASE = "default recipe"


@dataclass(frozen=True)
class Variation:
    """One change of the default recipe: what it is called, which question it answers, and the settings that differ."""

    name: str
    question: str
    settings: dict[str, Any] = field(default_factory=dict)


def variations(epochs: int) -> tuple[Variation, ...]:
    """The default recipe, then every change of it."""
    no_bends = dict.fromkeys(("shift_px", "angle_deg", "scale", "shear", "elastic_px", "thickness"), 0.0)
    return (
        Variation(BASE, "-"),
        Variation("full dropout", "stronger regularisation", {"dropout": 1.0}),
        Variation("no dropout", "stronger regularisation", {"dropout": 0.0}),
        Variation("weight decay x 10", "stronger regularisation", {"weight_decay": 0.1}),
        Variation("label smoothing 0.05", "stronger regularisation", {"label_smoothing": 0.05}),
        Variation("batch normalisation", "stronger regularisation", {"batch_norm": True}),
        Variation("no augmentation", "augmentation", no_bends),
        Variation("30,000 warped pictures", "augmentation", {**no_bends, "warped_extras": 30_000}),
        Variation("no elastic bends", "augmentation", {"elastic_px": 0.0}),
        Variation("elastic x 2", "augmentation", {"elastic_px": 1.6}),
        Variation("shear x 3", "augmentation", {"shear": 0.3}),
        Variation("stroke thickness x 3", "augmentation", {"thickness": 0.75}),
        Variation("half of them partly erased", "augmentation", {"erase": 0.5}),
        Variation("SGD with momentum", "other optimisers", {"optimizer": "sgd", "peak_lr": 0.05, "weight_decay": 5e-4}),
        Variation("Adam, no weight decay", "other optimisers", {"optimizer": "adam", "weight_decay": 0.0}),
        Variation("exponential decay", "other decays", {"schedule": "exponential", "lr_decay": 0.03 ** (1 / epochs)}),
        Variation("no weight averaging", "weight averaging", {"ema": 0.0}),
        Variation("distillation", "distillation", {"lessons": PRESETS["taught"].lessons, "temperature": 4.0}),
        Variation("three times as long", "longer training", {"epochs": 3 * epochs}),
    )


def run_of(variation: Variation, seed: int, folder: Path) -> Path:
    """The folder of a variation's run."""
    return folder / f"{variation.name.replace(' ', '-').replace(',', '')}-seed{seed}"


def train(variation: Variation, epochs: int, seed: int, folder: Path, threads: int) -> Path:
    """Train one variation unless its run is finished; returns the run's folder."""
    out = run_of(variation, seed, folder)
    common = {"epochs": epochs, "seed": seed, "threads": threads, "out": str(out)}
    config = dataclasses.replace(PRESETS["default"], **{**common, **variation.settings})
    if not (out / "metrics.json").is_file():
        run = Run(config)
        run.train()
        run.finish()
    elif not is_of(out, config):
        raise checkpoint.CheckpointError(f"{out}: holds a run of other settings; choose another --folder")
    return out


def is_of(out: Path, config: TrainConfig) -> bool:
    """Whether a finished run has these settings, processor threads aside."""
    saved = json.loads((out / "metrics.json").read_text())["config"]
    settings = {**asdict(TrainConfig()), **saved}  # a setting that is younger than the run was at its default
    return {**asdict(config), "threads": 0} == {**settings, "threads": 0}


def all_finished(variation: Variation, seeds: Sequence[int], folder: Path) -> bool:
    """Whether a variation is trained with every seed."""
    return all((run_of(variation, seed, folder) / "metrics.json").is_file() for seed in seeds)


def summary(variation: Variation, folders: list[Path], base: list[Path]) -> dict[str, Any]:
    """A variation's validation errors over its seeds, summed, beside the base recipe's on the same pictures."""
    labels, answers = answers_of(folders)
    _, before = answers_of(base)
    against = change(variation.name, before, answers, labels)
    low, high = Count(against.after.wrong, against.after.n).interval()
    records = [json.loads((folder / "metrics.json").read_text()) for folder in folders]
    return {
        "name": variation.name,
        "question": variation.question,
        "settings": variation.settings,
        "seeds": [record["config"]["seed"] for record in records],
        **asdict(against.after),
        "interval": [round(low, 6), round(high, 6)],
        "fixed": len(against.fixed),
        "broken": len(against.broken),
        "mcnemar_p": round(against.p, 6),
        "verdict": "-" if variation.name == BASE else against.verdict,
    }


def answers_of(folders: list[Path]) -> tuple[torch.Tensor, torch.Tensor]:
    """Labels and answers to the validation pictures of all runs, one behind the other."""
    both = [read_answers(folder / "validation.csv") for folder in folders]
    return torch.cat([labels for labels, _ in both if labels is not None]), torch.cat(
        [answers for _, answers in both if answers is not None]
    )


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Train what is missing and write record, table and plot; returns the exit status."""
    parser = verbs.parser("studies.ablation", __doc__)
    parser.add_argument("--epochs", type=int, default=8, help="of every run but the longer one")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1], help="each variation is trained with all")
    parser.add_argument("--threads", type=int, default=0, help="processor threads; 0 leaves torch's own choice")
    parser.add_argument(
        "--finished", action="store_true", help="train nothing, report the variations that are finished"
    )
    parser.add_argument("--folder", type=Path, default=Path("runs/ablation"), help="where the runs lie")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="records/ablation.json, ablation.md and .png")
    arguments = parser.parse_args(argv)
    if arguments.epochs < 1 or arguments.threads < 0:
        parser.error("--epochs must be at least 1 and --threads at least 0")
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    keep_freed_memory()
    runs: dict[str, list[Path]] = {}
    every = variations(arguments.epochs)
    if arguments.finished:
        every = tuple(v for v in every if all_finished(v, arguments.seeds, arguments.folder))
    if BASE not in [variation.name for variation in every]:
        parser.error(
            f"--finished: {arguments.folder} holds no finished run of the {BASE}, with which others are compared"
        )
    for seed in arguments.seeds:
        for number, variation in enumerate(every, start=1):
            print(f"seed {seed}, {number}/{len(every)}: {variation.name}", flush=True)
            folder = train(variation, arguments.epochs, seed, arguments.folder, arguments.threads)
            runs.setdefault(variation.name, []).append(folder)
    rows = [summary(variation, runs[variation.name], runs[BASE]) for variation in every]
    about = {**head(torch.device("cpu"), mnist.files("train")), "epochs": arguments.epochs}
    write_report({**about, "rows": rows}, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
