"""`python -m core.bench_time`: how long recipes take to a given accuracy, beside the loop that tutorials show.

The recipes take turns, an epoch each, so whatever else the machine does slows all of them alike. Accuracy is that on
the validation pictures; validating is not counted.
"""

import argparse
import dataclasses
import math
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, Subset
from torchvision import datasets, transforms

from core import data
from core.checkpoint import CheckpointError, write_json
from core.metrics import count_wrong, predict
from core.model import ConvNet
from core.presets import PRESETS
from core.record import command, environment
from core.training.allocator import keep_freed_memory
from core.training.loop import Run

TARGETS = (0.992, 0.995)
TUTORIAL = "tutorial loop"

# trains one epoch, whose number it is given; returns the net to validate
Epoch = Callable[[int], nn.Module]


def preset_epoch(preset: str, seed: int, threads: int, folder: Path) -> Epoch:
    """One of this project's recipes."""
    config = dataclasses.replace(PRESETS[preset], seed=seed, threads=threads, val_count=5000, out=str(folder / preset))
    run = Run(config)

    def train(epoch: int) -> nn.Module:
        run.train_epoch(epoch)
        return run.kept()

    return train


def tutorial_epoch(seed: int) -> Epoch:
    """A data set, transforms, a DataLoader, Adam at 0.001: the ordinary loop, with the same net and light bends."""
    torch.manual_seed(seed)
    change = transforms.Compose([transforms.RandomAffine(10, (0.1, 0.1), (0.9, 1.1)), transforms.ToTensor()])
    pictures = datasets.MNIST(str(data.unpacked(data.ROOT)), train=True, transform=change)
    loader = DataLoader(Subset(pictures, range(len(pictures) - 5000)), batch_size=64, shuffle=True)
    net = ConvNet()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)

    def train(_: int) -> nn.Module:
        net.train()
        for image, label in loader:
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(image), label).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        return net

    return train


def race(recipes: dict[str, Epoch], epochs: dict[str, int], validate: Callable[[nn.Module], int]) -> dict[str, Any]:
    """Train all in turn until each has reached the last target or its last epoch.

    validate: a net -> wrong answers to the validation pictures.
    returns:  recipe -> epochs with their seconds so far and their wrong answers.
    """
    history: dict[str, list[dict[str, Any]]] = {name: [] for name in recipes}
    running, needed = list(recipes), wrong_at(TARGETS[-1])
    for epoch in range(max(epochs.values())):
        for name in [name for name in running if epoch < epochs[name]]:
            started_at = time.perf_counter()
            net = recipes[name](epoch)
            before = history[name][-1]["seconds"] if history[name] else 0.0
            seconds = before + time.perf_counter() - started_at
            history[name].append({"epoch": epoch + 1, "seconds": round(seconds, 2), "val_wrong": validate(net)})
            print(f"{name}, epoch {epoch + 1}: {seconds:.0f} s, {history[name][-1]['val_wrong']} wrong", flush=True)
            # a recipe whose rate falls over its epochs is run to its end, as people would run it
            if history[name][-1]["val_wrong"] <= needed and name == TUTORIAL:
                running.remove(name)
    return history


def wrong_at(accuracy: float, n: int = 5000) -> int:
    """The most wrong answers of n with which an accuracy, 0 to 1, is reached."""
    return math.floor(n * (1 - accuracy) + 1e-9)


def seconds_to(epochs: Sequence[dict[str, Any]], accuracy: float) -> float | None:
    """Training seconds until the validation accuracy was first reached; None if it never was."""
    needed = wrong_at(accuracy)
    return next((float(epoch["seconds"]) for epoch in epochs if epoch["val_wrong"] <= needed), None)


def measure(presets: Sequence[str], seed: int, threads: int, tutorial_epochs: int) -> dict[str, Any]:
    """The record: every recipe's epochs and its seconds to each target."""
    _, (images, labels) = data.hold_out(data.load("train"), 5000)
    with tempfile.TemporaryDirectory() as folder:
        recipes = {preset: preset_epoch(preset, seed, threads, Path(folder)) for preset in presets}
        epochs = {preset: PRESETS[preset].epochs for preset in presets}
        if tutorial_epochs:
            recipes[TUTORIAL], epochs[TUTORIAL] = tutorial_epoch(seed), tutorial_epochs
        history = race(recipes, epochs, lambda net: count_wrong(predict(net, images), labels).wrong)
    reached = {
        f"{target:.1%}": {name: seconds_to(rows, target) for name, rows in history.items()} for target in TARGETS
    }
    about = {"format": 1, "command": command(), **environment(torch.device("cpu"))}
    return {**about, "seed": seed, "seconds_to": reached, "recipes": history}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m core.bench_time", description=__doc__, allow_abbrev=False)
    parser.add_argument("--presets", nargs="*", choices=sorted(PRESETS), default=["quick"], help="recipes to time")
    parser.add_argument("--tutorial-epochs", type=int, default=20, help="at most so many of the ordinary loop; 0: none")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0, help="processor threads; 0 leaves torch's own choice")
    parser.add_argument("--out", type=Path, help="write the record there as JSON")
    arguments = parser.parse_args(argv)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    keep_freed_memory()
    try:
        record = measure(arguments.presets, arguments.seed, arguments.threads, arguments.tutorial_epochs)
        if arguments.out:
            write_json(arguments.out, record)
    except (CheckpointError, data.DataError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for target, reached in record["seconds_to"].items():
        print(f"to {target}:", ", ".join(f"{name} {s or math.nan:.0f} s" for name, s in reached.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
