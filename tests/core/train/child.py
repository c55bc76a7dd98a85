"""Tiny trainings in processes of their own, forked from one that has loaded torch already: a second each."""

import contextlib
import multiprocessing
import os
import sys
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import torch
from torch import Generator, Tensor

import core.train.data
import core.train.run_folder
from core.train.__main__ import main

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["core.train.__main__", "tests.core.train.child"])

FLAGS = ["--val-count", "32", "--batch", "32", "--epochs", "3", "--threads", "1", "--precision", "float32"]


def pictures(_split: str) -> tuple[Tensor, Tensor]:
    """Blobs instead of MNIST: 110 pictures, so that 78 are learned, in batches of 32, 32 and 14."""
    labels = torch.arange(110) % 10
    images = torch.randint(0, 60, (110, 28, 28), generator=Generator().manual_seed(0), dtype=torch.uint8)
    for image, label in zip(images, labels, strict=True):
        image[4 + 2 * int(label) : 8 + 2 * int(label), 6:22] = 255
    return images, labels


def _run(folder: Path, flags: list[str], before: Callable[[], None] | None, rank: dict[str, str]) -> None:
    torch.set_num_threads(1)
    os.environ.update(rank)
    core.train.data.load = pictures
    core.train.run_folder.draw_curves = lambda _runs, _path: None  # half of a tiny run's time
    folder.parent.mkdir(parents=True, exist_ok=True)
    os.chdir(folder.parent)  # the record names the folder as it was asked for: the same for all
    name = f"{folder.name}.{rank.get('RANK', '0')}"
    with (
        (folder.parent / f"{name}.out").open("w") as out,
        (folder.parent / f"{name}.err").open("w") as err,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        if before:
            before()
        status = main([*FLAGS, "--out", folder.name, *flags])
    sys.exit(status)


def start(
    folder: Path, *flags: str, before: Callable[[], None] | None = None, rank: dict[str, str] | None = None
) -> ForkServerProcess:
    """A training in a process of its own; what it says lands beside the folder, in FOLDER.RANK.out and .err."""
    process = CONTEXT.Process(target=_run, args=(folder, list(flags), before, rank or {}))
    process.start()
    return process


def ended(process: ForkServerProcess, within_s: float = 240) -> int | None:
    """The exit status; None and a dead process when it takes too long."""
    process.join(within_s)
    status = process.exitcode
    process.kill()
    return status


def said(folder: Path, rank: int = 0) -> str:
    """What a process wrote to its standard error."""
    return (folder.parent / f"{folder.name}.{rank}.err").read_text()
