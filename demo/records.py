"""What training and export left beside the models: curves, parity, the model card. Each may be missing."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.refusals import RefusalError


class RecordError(RefusalError):
    """A record that cannot be read; the message names the file and what is wrong with it."""


def learning_curves(metrics: Path) -> dict[str, NDArray[np.float64]]:
    """(E, 2) of epoch and validation error in [0, 1] of each shipped model's run; empty without the file."""
    curves = {}
    for name, run in _runs(metrics).items():
        points = [
            (row["epoch"], row["val_wrong"] / row["val_n"]) for row in run.get("epochs", []) if "val_wrong" in row
        ]
        if points:
            curves[name] = np.array(points, dtype=np.float64)
    return curves


def test_readings(metrics: Path) -> dict[str, tuple[int, float]]:
    """(epoch, error in [0, 1]) of the same runs where the test set was read: once, when training was over."""
    return {
        name: (run["epochs"][-1]["epoch"], run["test"]["wrong"] / run["test"]["n"])
        for name, run in _runs(metrics).items()
        if run.get("epochs") and run.get("test")
    }


def _runs(metrics: Path) -> dict[str, Any]:
    """The run of each shipped model by the model's name; every run by its own where the record names no model."""
    record = _read(metrics)
    runs, models = record.get("runs", {}), record.get("models", {})
    chosen = {name: runs[model["run"]] for name, model in models.items() if model.get("run") in runs}
    return chosen or runs


def robustness(path: Path) -> dict[str, Any]:
    """The record of errors on pictures made worse; empty when there is none."""
    return _read(path)


def parity(path: Path) -> dict[str, Any]:
    """The export's parity record; empty when there is none."""
    return _read(path)


def model_digests(parity: Path) -> dict[str, str]:
    """File name -> SHA-256 of every model that the parity record speaks of; RecordError when it is not readable so."""
    try:
        return digests(_read(parity))
    except (AttributeError, KeyError, TypeError) as error:
        raise RecordError(f"{parity}: expected file and sha256 of each model, found none; restore it") from error


def digests(parity: dict[str, Any]) -> dict[str, str]:
    """File name -> SHA-256 of every file of a parity record: models, and graphs without weights."""
    entries = [*parity["models"].values(), *parity.get("graphs", {}).values()]
    return {str(entry["file"]): str(entry["sha256"]) for entry in entries}


def model_card(path: Path) -> str | None:
    """The model card's Markdown without its YAML front matter; None when there is none."""
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    if text.startswith("---\n"):
        text = text.split("\n---\n", 1)[-1]
    return text.strip()


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RecordError(f"{path}: expected JSON, found something else ({error}); restore it") from error
    if not isinstance(record, dict):
        raise RecordError(f"{path}: expected a JSON object, found {type(record).__name__}; restore it")
    return record
