"""One fine-tuning with a few digits of one writer, and what it reads before and after. The weights are thrown away."""

import contextlib
import dataclasses
import io
import json
import time
from argparse import Namespace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from core import mnist, verbs
from core.files import MODELS
from core.net import checkpoint
from core.train import data
from core.train.config import TrainConfig
from core.train.data import Pictures
from core.train.loop import Run
from core.train.measure.change import change
from core.train.measure.finetune_report import with_no_digit
from core.train.measure.metrics import predict
from core.train.pictures.training_set import TrainingSet, mixed, training_set
from core.train.presets import PRESETS
from core.train.record import head
from proof.few_digits.writers import Writer, given

BEGINNING = MODELS / "recognizer.safetensors"
THREADS = 1

Row = dict[str, Any]


def settings(**stated: Any) -> TrainConfig:  # noqa: ANN401 (a setting of any type)
    """Those of `digits train --extra`, but for what is stated."""
    _, history = checkpoint.load_net(BEGINNING)
    kept = {name: history["config"][name] for name in ("net", "ink", "val_count")}
    return dataclasses.replace(PRESETS["finetune"], from_=str(BEGINNING), threads=THREADS, **kept, **stated)


@cache
def others(limit: int) -> TrainingSet:
    """What is learned beside a writer's digits, drawn once for all; and MNIST's own validation pictures alone."""
    with TemporaryDirectory() as folder:
        config = settings(limit=limit, out=folder)
        drawn = training_set(config)
    _, (_, labels) = data.hold_out(data.load("train"), config.val_count)
    return TrainingSet(drawn.train, (drawn.val[0][: config.val_count], labels))


def measured(writer: Writer, count: int, turn: int, config: TrainConfig) -> Row:
    """A row of the record: errors and log loss on the writer's other digits, and errors on MNIST, before and after."""
    extra, unseen = given(writer, count, turn, config.extra_val)
    pictures = mixed(others(config.limit), extra, config.extra_share)
    started_at = time.perf_counter()
    with TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        run = Run(dataclasses.replace(config, out=folder), pictures=pictures)
        run.train()
    seconds = time.perf_counter() - started_at
    first, _ = checkpoint.load_net(BEGINNING)
    last = run.history["epochs"][-1]
    return {
        "writer": writer.name,
        "given": count,
        "turn": turn,
        "learned": len(extra.train[1]),
        "others": compared(first, run.kept(), unseen, config.ink),
        "mnist": {"n": last["val_n"], "before": read_before(config.limit), "after": last["val_wrong"]},
        "seconds": round(seconds, 1),
    }


def compared(first: nn.Module, then: nn.Module, pictures: Pictures, ink: str) -> Row:
    """Misread before and after, fixed and broken, and the mean log loss of the right answer, in nats."""
    images, labels = pictures
    before, after = (with_no_digit(predict(net, images), ink) for net in (first, then))
    one = change("", before.argmax(1), after.argmax(1), labels)
    return {
        "n": len(labels),
        "before": one.before.wrong,
        "after": one.after.wrong,
        "fixed": len(one.fixed),
        "broken": len(one.broken),
        "loss_before": round(float(F.cross_entropy(before, labels)), 5),
        "loss_after": round(float(F.cross_entropy(after, labels)), 5),
    }


@cache
def read_before(limit: int) -> int:
    """How many of MNIST's validation pictures the shipped weights misread, before any fine-tuning."""
    net, _ = checkpoint.load_net(BEGINNING)
    images, labels = others(limit).val
    return int((with_no_digit(predict(net, images), settings().ink).argmax(1) != labels).sum())


def begun(path: Path, record: Row, *alike: str) -> Row:
    """What a record holds already that was not finished or is judged anew; empty where these of its keys differ."""
    if not path.is_file():
        return {}
    earlier: Row = json.loads(path.read_text(encoding="utf-8"))
    return earlier if all(earlier.get(key) == record[key] for key in alike) else {}


def asked(module: str, description: str | None, out: Path) -> tuple[Namespace, Row]:
    """What a person asked of a command of this folder, `pens` and `out`, and the head of the record that it writes."""
    parser = verbs.parser(module, description)
    parser.add_argument("--pens", type=Path, required=True, help="a set of pen strokes with writers, .jsonl.gz")
    parser.add_argument("--out", type=Path, default=out, help="where the record goes")
    chosen = parser.parse_args()
    measured_on = [BEGINNING, chosen.pens, *mnist.files("train")]
    return chosen, head(device(), measured_on, f"python -m {module} --pens FILE")


def device() -> torch.device:
    """Where it is measured: two cores without a GPU are what people have."""
    torch.set_num_threads(THREADS)
    return torch.device("cpu")
