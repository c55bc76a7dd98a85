"""The folder of a run: what is written there, when, and what is said when it cannot be."""

import csv
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torch import Tensor

from core.files import sha256, write_atomic, write_json
from core.net import checkpoint
from core.refusals import RefusalError
from core.train import events, resume
from core.train.curves import draw_curves

EPOCH_COLUMNS = ("epoch", "train_loss", "val_wrong", "val_n", "lr", "seconds")


class RunFolderError(RefusalError):
    """A run folder that cannot be written; the message names the file, the reason and what is kept."""


class RunFolder:
    """Files of one run, each written atomically. `writes` is False in all processes but the first: they write nothing.

    config.json, environment.json: from the start.
    checkpoint.safetensors, epochs.csv, events.out.tfevents.run: after every epoch.
    weights.safetensors, metrics.json, validation.csv, curves.png: at the end.
    """

    def __init__(self, path: Path, writes: bool = True) -> None:
        self.path, self.writes = path, writes
        self.checkpoint = path / resume.CHECKPOINT
        self.weights = path / "weights.safetensors"

    def begin(self, history: dict[str, Any]) -> None:
        """Write what is known before the first epoch; so a folder that cannot be written is found at once."""
        self._try(self.path, self._remove_partials)
        machine = {name: history[name] for name in ("command", "machine", "versions", "data_md5", "processes")}
        self.write_json("environment.json", {"format": 1, **machine, "precision": history["precision"]})
        self.write_json("config.json", {"format": 1, **history["config"]})

    def _remove_partials(self) -> None:
        for partial in self.path.glob(".*.partial"):  # of a process that was killed while it wrote
            partial.unlink(missing_ok=True)

    def save_epoch(self, tensors: dict[str, Tensor], net: str, history: dict[str, Any]) -> None:
        """Keep what the next epoch needs and the numbers so far."""
        self._try(self.checkpoint, lambda: resume.save(self.checkpoint, tensors, net, history))
        self.write_csv(
            "epochs.csv", EPOCH_COLUMNS, [[epoch[key] for key in EPOCH_COLUMNS] for epoch in history["epochs"]]
        )
        path = self.path / events.NAME
        self._try(path, lambda: events.write_events(history["epochs"], path))

    def finish(self, state: dict[str, Tensor], net: str, history: dict[str, Any], answers: list[list[Any]]) -> None:
        """Write the weights, their record, the answers to the validation pictures, and the learning curves."""
        self._try(self.weights, lambda: checkpoint.save(self.weights, state, net, without_clock(history)))
        self.write_csv("validation.csv", ("picture", "label", "answer"), answers)
        if self.writes:
            record = {"format": 1, "weights_sha256": sha256(self.weights), **history}
            self.write_json("metrics.json", record)
            curves = self.path / "curves.png"
            self._try(curves, lambda: draw_curves({self.path.name: history["epochs"]}, curves))

    def write_json(self, name: str, record: dict[str, Any]) -> None:
        """Write a record into the folder."""
        path = self.path / name
        self._try(path, lambda: write_json(path, record))

    def write_text(self, name: str, text: str) -> None:
        """Write a text into the folder."""
        self.write_bytes(name, text.encode())

    def write_bytes(self, name: str, content: bytes) -> None:
        """Write a file into the folder."""
        path = self.path / name
        self._try(path, lambda: write_atomic(path, content))

    def write_csv(self, name: str, columns: tuple[str, ...], rows: list[list[Any]]) -> None:
        """Write a table into the folder."""
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        self.write_text(name, table.getvalue())

    def _try(self, path: Path, write: Callable[[], None]) -> None:
        """Run a write, unless another process does; OSError becomes a sentence that names the file."""
        if not self.writes:
            return
        try:
            write()
        except OSError as error:
            kept = os.access(self.checkpoint, os.R_OK)
            advice = (
                f"{self.checkpoint.name} of the last whole epoch is kept: make room there, then --resume"
                if kept
                else "choose another --out, or make room there"
            )
            raise RunFolderError(f"{path}: cannot be written ({error.strerror or error}); {advice}") from error


def without_clock(history: dict[str, Any]) -> dict[str, Any]:
    """The history less its seconds, so that a resumed run ends in the same bytes as one that was never stopped."""
    epochs = [{key: value for key, value in epoch.items() if key != "seconds"} for epoch in history["epochs"]]
    return {**history, "epochs": epochs}
