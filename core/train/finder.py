"""`digits train-finder OUT`: train the finder on pictures drawn as needed; goes on where it stopped."""

import copy
import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.random import default_rng
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from core import verbs
from core.files import sha256
from core.net import checkpoint, finder
from core.refusals import in_a_sentence
from core.train import find, resume
from core.train.average import move_towards
from core.train.record import environment
from core.train.schedule import set_lr
from core.train.synthetic.scenes import scene
from core.train.synthetic.scenes.layout import Digits
from core.train.synthetic.scenes.sheet import training_digits

SAVED_EVERY = 500  # steps
TOLD_EVERY = 100


@dataclass(frozen=True)
class FinderConfig:
    """How a finder is trained.

    steps:     batches.
    cells:     of all canvases of a batch together.
    peak_lr, weight_decay: of AdamW; the rate rises for `warm_up` steps and falls as a cosine.
    ema:       decay a step of the averaged weights that are kept.
    begun_from: SHA-256 of the weights of an earlier finder; "" for a fresh one.
    """

    steps: int = 24_000
    cells: int = 160_000
    peak_lr: float = 0.003
    weight_decay: float = 0.02
    warm_up: int = 300
    ema: float = 0.998
    seed: int = 1
    begun_from: str = ""

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise ValueError(f"--steps must be at least 1, got {self.steps}")

    def rate(self, step: int) -> float:
        """The learning rate of one step, counted from 0."""
        if step < self.warm_up:
            return self.peak_lr * (step + 1) / self.warm_up
        done = (step - self.warm_up) / max(self.steps - self.warm_up, 1)
        return self.peak_lr * 0.5 * (1 + math.cos(math.pi * done))


class Scenes(IterableDataset[dict[str, Tensor]]):
    """The batches of scenes from step `first` on: the same for equal seeds, whatever process draws them."""

    def __init__(self, config: FinderConfig, first: int = 0) -> None:
        self.config, self.steps = config, range(first, config.steps)

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        digits = training_digits()
        for step in self.steps[worker.id :: worker.num_workers] if worker else self.steps:
            yield self.batch(step, digits)

    def batch(self, step: int, digits: Digits) -> dict[str, Tensor]:
        """The scenes of one step, all on one canvas, stacked; levels and coverage as uint8."""
        seed = self.config.seed
        canvas = scene.CANVASES[default_rng((seed, step)).integers(len(scene.CANVASES))]
        count = max(self.config.cells // (canvas[0] * canvas[1]), 1)
        drawn = [scene.draw(digits, canvas, (seed, step, index)) for index in range(count)]
        names = [item.name for item in fields(scene.Truth)]
        return {name: torch.from_numpy(np.stack([getattr(one, name) for one in drawn])) for name in names}


class Training:
    """A finder on its way: the net, the running mean of its weights, the optimiser, and the losses so far."""

    def __init__(self, config: FinderConfig, start: finder.Finder | None = None) -> None:
        torch.manual_seed(config.seed)
        self.config, self.step = config, 0
        self.net = (start or finder.Finder()).to(memory_format=torch.channels_last).train()
        self.average = copy.deepcopy(self.net)
        self.optimizer = torch.optim.AdamW(self.net.parameters(), config.peak_lr, weight_decay=config.weight_decay)
        self.curve: list[dict[str, float]] = []
        self._sums: dict[str, float] = {}

    def take(self, batch: dict[str, Tensor]) -> None:
        """One step of the optimiser."""
        truth = batch | {name: batch[name].float() / 255 for name in ("level", "inside", "ink", "other")}
        set_lr(self.optimizer, self.config.rate(self.step))
        level = truth["level"][:, None].contiguous(memory_format=torch.channels_last)
        parts = find.losses(self.net(level, truth["inside"][:, None]), truth)
        self.optimizer.zero_grad()
        find.total(parts).backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimizer.step()
        move_towards(self.average, self.net, self.config.ema, self.step)
        self.step += 1
        for name, value in parts.items():
            self._sums[name] = self._sums.get(name, 0.0) + value.item() / TOLD_EVERY
        if self.step % TOLD_EVERY == 0:
            self.curve.append({"step": self.step} | {name: round(value, 4) for name, value in self._sums.items()})
            self._sums = {}

    def history(self) -> dict[str, Any]:
        """What the files say of this training."""
        return {"config": asdict(self.config), "epochs": self.curve, "step": self.step}

    def save(self, out: Path) -> None:
        """Write what the next step needs, then the averaged weights, each atomically."""
        out.mkdir(parents=True, exist_ok=True)
        tensors = resume.state_tensors(self.net, self.average, self.optimizer)
        resume.save(out / resume.CHECKPOINT, tensors, finder.NAME, self.history())
        about = self.history() | environment(torch.device("cpu"))
        checkpoint.save(out / "finder.safetensors", self.average.state_dict(), finder.NAME, about)

    def go_on(self, path: Path) -> None:
        """Take up the state of a checkpoint; CheckpointError when it is damaged or was begun with other settings."""
        tensors, history = resume.load(path, finder.NAME)
        if history["config"] != asdict(self.config):
            raise checkpoint.CheckpointError(
                f"{path}: was begun with {history['config']}, asked to go on with {asdict(self.config)}; "
                "use the first settings, or another folder"
            )
        resume.restore(tensors, self.net, self.average, self.optimizer)
        self.step, self.curve = history["step"], history["epochs"]


def train(out: Path, config: FinderConfig, workers: int, start: finder.Finder | None = None) -> None:
    """Train into the folder `out`, from its checkpoint where there is one; prints progress and a forecast."""
    training = Training(config, start)
    if (out / resume.CHECKPOINT).is_file():
        training.go_on(out / resume.CHECKPOINT)
    batches = DataLoader(Scenes(config, training.step), batch_size=None, num_workers=workers)
    first, started = training.step, time.monotonic()
    for batch in batches:
        training.take(batch)
        if training.step % TOLD_EVERY == 0:
            per_step = (time.monotonic() - started) / (training.step - first)
            losses = ", ".join(f"{name} {value:g}" for name, value in training.curve[-1].items())
            print(f"{losses}; {per_step * (config.steps - training.step) / 60:.0f} min left", flush=True)
        if training.step % SAVED_EVERY == 0 or training.step == config.steps:
            training.save(out)


@in_a_sentence(ValueError)
def main(argv: Sequence[str] | None = None) -> int:
    """Train; returns the exit status."""
    parser = verbs.parser("core.train.finder", __doc__)
    parser.add_argument("out", type=Path, help="folder of the run; a checkpoint in it is gone on with")
    parser.add_argument("--steps", type=int, default=FinderConfig.steps, help="batches (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=FinderConfig.seed, help="of pictures and weights")
    parser.add_argument("--from", dest="start", type=Path, help="weights of an earlier finder to begin with")
    parser.add_argument("--peak-lr", type=float, default=FinderConfig.peak_lr, help="(default: %(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw pictures beside the training")
    arguments = parser.parse_args(argv)
    torch.set_num_threads(1)  # two trainings beside one another are faster than one on two threads
    start, begun_from = (
        (finder.load_finder(arguments.start), sha256(arguments.start)) if arguments.start else (None, "")
    )
    config = FinderConfig(steps=arguments.steps, peak_lr=arguments.peak_lr, seed=arguments.seed, begun_from=begun_from)
    train(arguments.out, config, arguments.workers, start)
    print(f"wrote {arguments.out / 'finder.safetensors'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
