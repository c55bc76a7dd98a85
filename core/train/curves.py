"""Learning curves as a picture."""

import io
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from core.files import write_atomic
from core.train.measure.metrics import Count


def draw_curves(runs: dict[str, list[dict[str, Any]]], path: Path) -> None:
    """Draw training loss and error, with Wilson's 95% interval, against epochs, one colour a run; write a PNG.

    runs: name -> per-epoch numbers with the keys epoch, train_loss, val_wrong, val_n.
    """
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    loss_axes, error_axes = figure.subplots(1, 2)
    for name, epochs in runs.items():
        at = [epoch["epoch"] for epoch in epochs]
        marker = "o" if len(at) == 1 else None
        loss_axes.plot(at, [epoch["train_loss"] for epoch in epochs], label=name, marker=marker)
        errors = [Count(epoch["val_wrong"], epoch["val_n"]) for epoch in epochs]
        error_axes.plot(at, [100 * error.error for error in errors], label=name, marker=marker)
        low, high = zip(*(error.interval() for error in errors), strict=True)
        error_axes.fill_between(at, [100 * share for share in low], [100 * share for share in high], alpha=0.12)
    loss_axes.set(title="Training loss", xlabel="epoch", yscale="log")
    error_axes.set(title="Error on held-out MNIST pictures, %", xlabel="epoch", yscale="log")
    error_axes.legend(frameon=False)
    for axes in (loss_axes, error_axes):
        axes.grid(alpha=0.3, which="both")
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=150)
    write_atomic(path, content.getvalue())
