"""The training loop."""

import math
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn
from tqdm import tqdm

from core.net import checkpoint
from core.net.device import pick_dtype
from core.net.model import build
from core.stamp import command_line
from core.train import resume
from core.train.average import move_towards
from core.train.combine.lessons import Lesson, read_lesson, teaching_loss
from core.train.config import TrainConfig
from core.train.measure.metrics import count_wrong, predict
from core.train.norm import fold_batch_norm
from core.train.pictures.augment import augment, bend, nudges
from core.train.pictures.spoil import spoil
from core.train.pictures.training_set import TrainingSet, training_set
from core.train.processes import Processes, own_device
from core.train.progress import epoch_line
from core.train.record import environment
from core.train.run_folder import RunFolder
from core.train.schedule import learning_rate, make_optimizer, set_lr
from core.train.start import first_net, fresh_net

ALONE = Processes()


class Run:
    """One training run: its data, net, averaged net, optimiser and history.

    go_on:    begin at the last whole epoch of the run folder's checkpoint.
    pictures: learn from these, instead of drawing those of the settings: many runs may share them.
    errors:   CheckpointError when there is none, or its settings or pictures differ; RunFolderError, DataError and
              PicturesError before the first epoch where the folder or the pictures are of no use.
    """

    def __init__(
        self,
        config: TrainConfig,
        processes: Processes = ALONE,
        go_on: bool = False,
        pictures: TrainingSet | None = None,
    ) -> None:
        self.config, self.processes = config, processes
        self.device = own_device(config)
        self.dtype = pick_dtype(config.precision, self.device)
        self.folder = RunFolder(Path(config.out), writes=processes.is_first)
        self.history: dict[str, Any] = {
            "command": command_line(),
            "config": asdict(config),
            **environment(self.device),
            "processes": processes.count,
            "precision": str(self.dtype).removeprefix("torch."),
            "epochs": [],
        }
        saved = self.saved() if go_on else None
        self.folder.begin(self.history)
        with processes.first_then_others():
            self.set = pictures or training_set(config)
        if self.set.extra:
            self.history["extra"] = self.set.extra.record
        self.images, self.labels = (part.to(self.device) for part in self.set.train)
        self.lesson: Lesson | None = None
        self.net = first_net(config).to(memory_format=torch.channels_last).to(self.device)
        self.average = fresh_net(config).to(self.device)
        self.average.load_state_dict(self.net.state_dict())
        self.optimizer = make_optimizer(self.net, config)
        if saved:
            self.restore(*saved)
        self.together = processes.together(self.net)

    @property
    def steps_per_epoch(self) -> int:
        return math.ceil(len(self.images) / self.config.batch)

    def train(self) -> None:
        """Run the epochs that are left, saving after each."""
        epochs: list[dict[str, Any]] = self.history["epochs"]
        for epoch in range(len(epochs), self.config.epochs):
            started_at = time.perf_counter()
            loss = self.train_epoch(epoch)
            if not self.processes.is_first:
                continue
            val = count_wrong(self.val_logits(), self.set.val[1])
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
            tensors = resume.state_tensors(self.net, self.average, self.optimizer)
            self.folder.save_epoch(tensors, self.config.net, self.history)
            print(epoch_line(self.config, epochs), flush=True)

    def train_epoch(self, epoch: int) -> float:
        """One pass over the pictures; returns the mean training loss. All randomness follows from seed and epoch."""
        seed = self.config.seed * 100_003 + epoch
        torch.manual_seed(self.processes.stream(seed))  # dropout draws from the global generator
        generator = Generator(self.device).manual_seed(seed)
        order = torch.randperm(len(self.images), generator=generator, device=self.device).split(self.config.batch)
        if not self.processes.is_first:  # the order is everybody's, the bends are not
            generator.manual_seed(self.processes.stream(seed))
        if self.config.lessons:
            self.lesson = read_lesson(Path(self.config.lessons), epoch).to(self.device)
        self.net.train()
        total = torch.zeros((), device=self.device)
        silent = not (sys.stderr.isatty() and self.processes.is_first)
        progress = tqdm(order, desc=f"epoch {epoch + 1}", leave=False, disable=silent)
        for step, index in enumerate(progress, start=epoch * self.steps_per_epoch):
            set_lr(self.optimizer, learning_rate(self.config, step, self.steps_per_epoch))
            total += self.step(index, step, generator) * len(index)
        return float(self.processes.mean(total) / len(self.images))

    def step(self, index: Tensor, step: int, generator: Generator) -> Tensor:
        """One optimiser step on the pictures at `index`; returns this process's part of the loss, detached."""
        loss = self.backward(index, generator)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        if self.config.ema:
            move_towards(self.average, self.net, self.config.ema, step)
        return loss

    def backward(self, index: Tensor, generator: Generator) -> Tensor:
        """Gradients of the mean loss of a batch, of which this process computes its share."""
        mine, weight = self.processes.share(index)
        image = self.pictures(mine, generator).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, dtype=self.dtype, enabled=self.dtype != torch.float32):
            logits = self.together(image)
        loss = self.loss(logits.float(), mine) * weight
        loss.backward()  # type: ignore[no-untyped-call]
        return loss.detach()

    def pictures(self, index: Tensor, generator: Generator) -> Tensor:
        """The pictures at `index` (B,), freshly bent or as the lesson has them: (B, 1, 28, 28) float32 in [0, 1].

        A teacher has seen a lesson's picture before it is nudged and spoiled: these are to change no answer.
        """
        if self.lesson:
            bent = bend(self.lesson.pictures(index), nudges(self.config), generator)
        else:
            bent = augment(self.images[index], self.config, generator)
        return spoil(bent, self.config.spoil, generator)

    def loss(self, logits: Tensor, index: Tensor) -> Tensor:
        """Cross-entropy of logits (B, 10) with labels or teachers of the pictures at `index` (B,).

        Where non-digits are learned, "no digit" is an 11th class whose logit is always 0.
        """
        classes = 1 if self.config.ink == "people" else 0
        logits = F.pad(logits, (0, classes))
        if self.lesson:
            return teaching_loss(logits, F.pad(self.lesson.logits[index], (0, classes)), self.config.temperature)
        return F.cross_entropy(logits, self.labels[index], label_smoothing=self.config.label_smoothing)

    def kept(self) -> nn.Module:
        """The net whose weights are kept: the averaged one, unless averaging is off."""
        return self.average if self.config.ema else self.net

    def val_logits(self) -> Tensor:
        """What the kept net says to the validation pictures: (N, 10) float32 on the CPU."""
        return predict(self.kept(), self.set.val[0].to(self.device)).cpu()

    def saved(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Tensors and history of the run folder's checkpoint; the settings are compared before anything is written."""
        path = self.folder.checkpoint
        tensors, history = resume.load(path)
        resume.refuse_other_settings(path, history["config"], self.config)
        self.history["command"] = history.get("command", self.history["command"])
        return tensors, history

    def restore(self, tensors: dict[str, Tensor], history: dict[str, Any]) -> None:
        """Go on where a checkpoint was written."""
        path = self.folder.checkpoint
        if history.get("extra") != self.history.get("extra"):
            raise checkpoint.CheckpointError(
                f"{path}: was begun with other pictures in {self.config.extra}; put them back, or choose another --out"
            )
        try:
            resume.restore(tensors, self.net, self.average, self.optimizer)
        except (RuntimeError, IndexError, KeyError, ValueError) as error:
            raise resume.damaged(path, f"its numbers do not fit the net: {error}") from error
        self.history["epochs"] = history["epochs"]

    def finish(self) -> Path:
        """Write weights, records, answers and learning curves; returns the path of the weights."""
        if self.processes.is_first:
            state = fold_batch_norm(self.kept(), build(self.config.net)).state_dict()
            labels, answers = self.set.val[1].tolist(), self.val_logits().argmax(1).tolist()
            rows = [[number, label, answer] for number, (label, answer) in enumerate(zip(labels, answers, strict=True))]
            self.folder.finish(state, self.config.net, self.history, rows)
        return self.folder.weights
