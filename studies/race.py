"""`digits race`: how long recipes take to a given accuracy, beside the loop that tutorials show.

The recipes take turns, an epoch each, so whatever else the machine does slows all of them alike. Accuracy is that on
the validation pictures; validating is not counted. A recipe leaves the race when it has reached the last target.
"""

import dataclasses
import math
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from core import mnist, verbs
from core.files import write_json
from core.net.model import ConvNet
from core.refusals import in_a_sentence
from core.train import data
from core.train.allocator import keep_freed_memory
from core.train.loop import Run
from core.train.measure.metrics import count_wrong, predict
from core.train.presets import PRESETS
from core.train.record import head

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


class _Changed(Dataset[tuple[Tensor, int]]):
    """Pictures that are changed anew each time, one by one and as Pillow's, as torchvision's data sets do."""

    def __init__(self, images: Tensor, labels: Tensor, change: Callable[[Image.Image], Tensor]) -> None:
        self._images, self._labels, self._change = images.numpy(), labels.tolist(), change

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self._change(Image.fromarray(self._images[index])), self._labels[index]


def tutorial_epoch(seed: int) -> Epoch:
    """A data set, transforms, a DataLoader, Adam at 0.001: the ordinary loop, with the same net and light bends."""
    torch.manual_seed(seed)
    change = transforms.Compose([transforms.RandomAffine(10, (0.1, 0.1), (0.9, 1.1)), transforms.ToTensor()])
    (images, labels), _ = data.hold_out(data.load("train"), 5000)
    loader = DataLoader(_Changed(images, labels, change), batch_size=64, shuffle=True)
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
    """Train all in turn, each until it has reached the last target or its last epoch.

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
            if history[name][-1]["val_wrong"] <= needed:
                running.remove(name)
    return history


def wrong_at(accuracy: float, n: int = 5000) -> int:
    """The most wrong answers of n with which an accuracy, 0 to 1, is reached."""
    return math.floor(n * (1 - accuracy) + 1e-9)


def seconds_to(epochs: Sequence[dict[str, Any]], accuracy: float) -> float | None:
    """Training seconds until the validation accuracy was first reached; None if it never was."""
    needed = wrong_at(accuracy)
    return next((float(epoch["seconds"]) for epoch in epochs if epoch["val_wrong"] <= needed), None)


def summary(preset: str, runs: Sequence[Sequence[dict[str, Any]]], accuracy: float) -> dict[str, Any]:
    """A recipe's seconds to an accuracy for each seed, and their mean over the seeds that reached it."""
    seconds = [seconds_to(epochs, accuracy) for epochs in runs]
    reached = [one for one in seconds if one is not None]
    mean = round(sum(reached) / len(reached), 2) if reached else None
    return {"recipe": preset, "seconds": seconds, "reached": len(reached), "mean": mean}


def measure(preset: str, seeds: Sequence[int], rivals: Sequence[str], threads: int, most: int) -> dict[str, Any]:
    """The record: a recipe with every seed, and its rivals with the first one, to each target."""
    _, (images, labels) = data.hold_out(data.load("train"), 5000)
    with tempfile.TemporaryDirectory() as folder:
        recipes = {f"{preset}, seed {s}": preset_epoch(preset, s, threads, Path(folder)) for s in seeds}
        epochs = dict.fromkeys(recipes, PRESETS[preset].epochs)
        for rival in rivals:
            ordinary = rival == TUTORIAL
            recipes[rival] = (
                tutorial_epoch(seeds[0]) if ordinary else preset_epoch(rival, seeds[0], threads, Path(folder))
            )
            epochs[rival] = most
        history = race(recipes, epochs, lambda net: count_wrong(predict(net, images), labels).wrong)
    ours = [history[f"{preset}, seed {seed}"] for seed in seeds]
    targets = {
        f"{target:.1%}": [
            summary(preset, ours, target),
            *(summary(rival, [history[rival]], target) for rival in rivals),
        ]
        for target in TARGETS
    }
    about = head(torch.device("cpu"), mnist.files("train"))
    return {**about, "seeds": list(seeds), "most_epochs_of_rivals": most, "targets": targets, "recipes": history}


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Measure; returns the exit status."""
    parser = verbs.parser("studies.race", __doc__)
    parser.add_argument("--preset", choices=sorted(PRESETS), default="quick", help="the recipe to time")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4], help="it is trained with all of them")
    parser.add_argument(
        "--rivals",
        nargs="*",
        choices=[TUTORIAL, *sorted(PRESETS)],
        default=["reference", TUTORIAL],
        help="run beside it",
    )
    parser.add_argument("--most-epochs", type=int, default=20, help="of each rival")
    parser.add_argument("--threads", type=int, default=0, help="processor threads; 0 leaves torch's own choice")
    parser.add_argument("--out", type=Path, help="write the record there as JSON")
    arguments = parser.parse_args(argv)
    if arguments.most_epochs < 1 or arguments.threads < 0:
        parser.error("--most-epochs must be at least 1 and --threads at least 0")
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    keep_freed_memory()
    record = measure(arguments.preset, arguments.seeds, arguments.rivals, arguments.threads, arguments.most_epochs)
    if arguments.out:
        write_json(arguments.out, record)
    for target, rows in record["targets"].items():
        for row in rows:
            said = "never" if row["mean"] is None else f"{row['mean']:.0f} s"
            print(f"{target}: {row['recipe']} {said} ({row['reached']} of {len(row['seconds'])} runs)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
