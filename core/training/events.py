"""Learning curves as an events file, for people who look at their runs in TensorBoard."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tensorboardX import SummaryWriter  # type: ignore[import-untyped]

from core.checkpoint import write_atomic

NAME = "events.out.tfevents.run"  # TensorBoard reads every file whose name holds "tfevents"


def write_events(epochs: Sequence[dict[str, Any]], path: Path) -> None:
    """Write loss, validation error (a share from 0 to 1) and learning rate of every epoch so far, atomically.

    The whole file is written anew each time, so a run that was stopped and resumed has every epoch once.
    """
    with tempfile.TemporaryDirectory() as folder:
        with SummaryWriter(logdir=folder) as writer:
            for epoch in epochs:
                writer.add_scalar("train/loss", epoch["train_loss"], epoch["epoch"])
                writer.add_scalar("val/error", epoch["val_wrong"] / epoch["val_n"], epoch["epoch"])
                writer.add_scalar("lr", epoch["lr"], epoch["epoch"])
        (written,) = Path(folder).iterdir()
        write_atomic(path, written.read_bytes())
