"""`python -m core.train`: the loop. Writes weights, metrics.json and learning curves into the run folder."""

import math
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn
from tqdm import tqdm

from core import checkpoint, data
from core.augment import augment
from core.config import PRESETS, TrainConfig, parse, pick_device, pick_dtype
from core.curves import draw_curves
from core.metrics import count_wrong, predict
from core.model import build, xavier
from core.norm import fold_batch_norm, with_batch_norm
from core.people import people_pictures
from core.record import command, environment
from core.schedule import learning_rate, make_optimizer, set_lr
from core.warp import warped_copies


class Run:
    """One training run: its data, net, averaged net, optimiser and history. Resumes at the last whole epoch."""

    def __init__(self, config: TrainConfig) -> None:
        self.config = config
        self.device = pick_device(config.device)
        self.dtype = pick_dtype(config.precision, self.device)
        self.folder = Path(config.out)
        (images, labels), self.val = training_pictures(config)
        self.images, self.labels = images.to(self.device), labels.to(self.device)
        self.net = fresh_net(config).to(memory_format=torch.channels_last).to(self.device)
        self.average = fresh_net(config).to(self.device)
        self.average.load_state_dict(self.net.state_dict())
        self.optimizer = make_optimizer(self.net, config)
        self.history: dict[str, Any] = {
            "command": command(),
            "config": asdict(config),
            **environment(self.device),
            "precision": str(self.dtype).removeprefix("torch."),
            "epochs": [],
        }

    @property
    def steps_per_epoch(self) -> int:
        return math.ceil(len(self.images) / self.config.batch)

    def train(self) -> None:
        """Run the epochs that are left, saving after each."""
        epochs: list[dict[str, Any]] = self.history["epochs"]
        for epoch in range(len(epochs), self.config.epochs):
            started_at = time.perf_counter()
            loss = self.train_epoch(epoch)
            val = count_wrong(predict(self.kept(), self.val[0].to(self.device)).cpu(), self.val[1])
            epochs.append(
                {
                    "epoch": epoch + 1,
                    "train_loss": round(loss, 6),
                    "val_wrong": val.wrong,
                    "val_n": val.n,
                    "lr": round(self.optimizer.param_groups[0]["lr"], 8),
                    "seconds": round(time.perf_counter() - started_at, 2),
                }
            )
            self.save_checkpoint()
            print(f"epoch {epoch + 1}/{self.config.epochs}: loss {loss:.4f}, validation error {val}", flush=True)

    def train_epoch(self, epoch: int) -> float:
        """One pass over the pictures; returns the mean training loss. All randomness follows from seed and epoch."""
        seed = self.config.seed * 100_003 + epoch
        torch.manual_seed(seed)  # dropout draws from the global generator
        generator = Generator(self.device).manual_seed(seed)
        self.net.train()
        total = torch.zeros((), device=self.device)
        order = torch.randperm(len(self.images), generator=generator, device=self.device).split(self.config.batch)
        progress = tqdm(order, desc=f"epoch {epoch + 1}", leave=False, disable=not sys.stderr.isatty())
        for step, index in enumerate(progress, start=epoch * self.steps_per_epoch):
            set_lr(self.optimizer, learning_rate(self.config, step, self.steps_per_epoch))
            total += self.step(index, step, generator) * len(index)
        return float(total / len(self.images))

    def step(self, index: Tensor, step: int, generator: Generator) -> Tensor:
        """One optimiser step on the pictures at `index`; returns the detached loss."""
        image = augment(self.images[index], self.config, generator).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, dtype=self.dtype, enabled=self.dtype != torch.float32):
            logits = self.net(image)
        loss = self.loss(logits.float(), self.labels[index])
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        if self.config.ema:
            self.update_average(step)
        return loss.detach()

    def loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Cross-entropy of logits (N, 10); with non-digits, "no digit" is an 11th class whose logit is always 0."""
        if self.config.ink == "people":
            logits = F.pad(logits, (0, 1))
        return F.cross_entropy(logits, labels, label_smoothing=self.config.label_smoothing)

    @torch.no_grad()
    def update_average(self, step: int) -> None:
        """Move the averaged weights towards the present ones; the first steps are forgotten sooner."""
        decay = min(self.config.ema, (1 + step) / (10 + step))
        for mean, now in zip(self.average.state_dict().values(), self.net.state_dict().values(), strict=True):
            if mean.is_floating_point():
                mean.lerp_(now, 1 - decay)
            else:
                mean.copy_(now)

    def kept(self) -> nn.Module:
        """The net whose weights are kept: the averaged one, unless averaging is off."""
        return self.average if self.config.ema else self.net

    def save_checkpoint(self) -> None:
        """Write everything that the next epoch needs, in one atomic file."""
        tensors = {f"net.{name}": value for name, value in self.net.state_dict().items()}
        tensors |= {f"average.{name}": value for name, value in self.average.state_dict().items()}
        for index, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{name}": value for name, value in state.items() if value is not None}
        checkpoint.save(self.folder / "checkpoint.safetensors", tensors, self.config.net, self.history)

    def resume(self) -> None:
        """Go on from the run folder's checkpoint; CheckpointError when there is none or its settings differ."""
        path = self.folder / "checkpoint.safetensors"
        _, tensors, history = checkpoint.load(path)
        refuse_other_settings(path, history["config"], asdict(self.config))
        self.net.load_state_dict(part(tensors, "net."))
        self.average.load_state_dict(part(tensors, "average."))
        self.optimizer.load_state_dict(self.optimizer_state(part(tensors, "optimizer.")))
        self.history["epochs"] = history["epochs"]

    def optimizer_state(self, tensors: dict[str, Tensor]) -> dict[str, Any]:
        """The optimiser's state dictionary from tensors called INDEX.NAME, each laid out as its parameter is.

        The file holds plain rows; the fused steps walk weight and state by address and would pair the wrong numbers.
        """
        parameters = [parameter for group in self.optimizer.param_groups for parameter in group["params"]]
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            index, key = name.split(".", 1)
            like = parameters[int(index)]
            laid_out = torch.empty_like(like).copy_(value) if value.shape == like.shape else value
            state.setdefault(int(index), {})[key] = laid_out
        return {"state": state, "param_groups": self.optimizer.state_dict()["param_groups"]}

    def finish(self) -> Path:
        """Write weights, metrics.json and the learning curves; returns the path of the weights."""
        weights = self.folder / "weights.safetensors"
        state = fold_batch_norm(self.kept(), build(self.config.net)).state_dict()
        checkpoint.save(weights, state, self.config.net, without_clock(self.history))
        record = {"format": 1, "weights_sha256": checkpoint.sha256(weights), **self.history}
        checkpoint.write_json(self.folder / "metrics.json", record)
        draw_curves({self.folder.name: self.history["epochs"]}, self.folder / "curves.png")
        return weights


def training_pictures(config: TrainConfig) -> tuple[data.Pictures, data.Pictures]:
    """The run's (training, validation) pictures, warped extras included."""
    (images, labels), val = data.hold_out(data.load("train"), config.val_count)
    if config.limit:
        images, labels = images[: config.limit], labels[: config.limit]
    if config.ink == "people":
        seed, cache = config.seed * 1009, Path(config.out) / "pictures.safetensors"
        held_back = people_pictures(val, copies=1, strangers=0, seed=seed + 500)
        return people_pictures((images, labels), config.copies, config.strangers, seed, cache), held_back
    if config.warped_extras:
        extra_images, extra_labels = warped_copies(images, labels, config.warped_extras, config.seed)
        images, labels = torch.cat([images, extra_images]), torch.cat([labels, extra_labels])
    return (images, labels), val


def fresh_net(config: TrainConfig) -> nn.Module:
    """The configured net with weights drawn from the run's seed."""
    net = build(config.net)
    xavier(net, Generator().manual_seed(config.seed))
    for layer in net.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = min(layer.p * config.dropout, 0.95)
    return with_batch_norm(net) if config.batch_norm else net


def part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors whose name starts with `prefix`, without it."""
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def without_clock(history: dict[str, Any]) -> dict[str, Any]:
    """The history less its seconds, so that a resumed run ends in the same bytes as one that was never stopped."""
    epochs = [{key: value for key, value in epoch.items() if key != "seconds"} for epoch in history["epochs"]]
    return {**history, "epochs": epochs}


def refuse_other_settings(path: Path, saved: dict[str, Any], wanted: dict[str, Any]) -> None:
    """CheckpointError when a checkpoint was made with other settings; device, threads and folder may differ."""
    free = {"device", "threads", "out"}
    for name, value in wanted.items():
        if name not in free and saved.get(name) != value:
            raise checkpoint.CheckpointError(
                f"{path}: was begun with {name}={saved.get(name)!r}, asked to go on with {value!r}; "
                f"use the first setting, or another --out"
            )


def main(argv: Sequence[str] | None = None) -> int:
    """Train, or go on; returns the exit status."""
    config, arguments = parse(argv, PRESETS)
    if config.threads:
        torch.set_num_threads(config.threads)
    try:
        run = Run(config)
        if arguments.resume:
            run.resume()
        run.train()
        weights = run.finish()
    except (checkpoint.CheckpointError, data.DataError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nstopped; go on with the same command and --resume (folder {config.out})", file=sys.stderr)
        return 130
    print(f"wrote {weights}, metrics.json and curves.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
