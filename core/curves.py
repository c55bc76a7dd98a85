"""Learning curves as a picture."""

import io
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from core.checkpoint import write_atomic


def draw_curves(runs: dict[str, list[dict[str, Any]]], path: Path) -> None:
    """Draw training loss and validation error against epochs, one colour a run, and write a PNG.

    runs: name -> per-epoch numbers with the keys epoch, train_loss, val_wrong, val_n.
    """
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    loss_axes, error_axes = figure.subplots(1, 2)
    for name, epochs in runs.items():
        at = [epoch["epoch"] for epoch in epochs]
        marker = "o" if len(at) == 1 else None
        loss_axes.plot(at, [epoch["train_loss"] for epoch in epochs], label=name, marker=marker)
        error_axes.plot(at, [100 * epoch["val_wrong"] / epoch["val_n"] for epoch in epochs], label=name, marker=marker)
    loss_axes.set(title="Training loss", xlabel="epoch", yscale="log")
    error_axes.set(title="Validation error, %", xlabel="epoch", yscale="log")
    error_axes.legend(frameon=False)
    for axes in (loss_axes, error_axes):
        axes.grid(alpha=0.3, which="both")
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=150)
    write_atomic(path, content.getvalue())
