"""Learning curves as an events file, for people who look at their runs in TensorBoard."""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tensorboardX.event_file_writer import EventsWriter  # type: ignore[import-untyped]
from tensorboardX.proto.event_pb2 import Event  # type: ignore[import-untyped]
from tensorboardX.summary import scalar  # type: ignore[import-untyped]

from core.files import write_atomic

NAME = "events.out.tfevents.run"  # TensorBoard reads every file whose name holds "tfevents"


def write_events(epochs: Sequence[dict[str, Any]], path: Path) -> None:
    """Write loss, validation error (a share from 0 to 1) and learning rate of every epoch so far, atomically.

    The whole file is written anew each time, so a run that was stopped and resumed has every epoch once. Nothing is
    left to a thread, which would complain when an interrupt takes its file away: SummaryWriter does that.
    """
    with tempfile.TemporaryDirectory() as folder:
        writer = EventsWriter(f"{folder}/events")
        for epoch in epochs:
            scalars = {
                "train/loss": epoch["train_loss"],
                "val/error": epoch["val_wrong"] / epoch["val_n"],
                "lr": epoch["lr"],
            }
            for tag, value in scalars.items():
                writer.write_event(Event(wall_time=time.time(), step=epoch["epoch"], summary=scalar(tag, value)))
        writer.close()
        (written,) = Path(folder).iterdir()
        write_atomic(path, written.read_bytes())
