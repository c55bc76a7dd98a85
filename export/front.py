"""The front of error against latency and size, drawn from the benchmark's record: the best bargain lies lower left."""

import io
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from core.checkpoint import write_atomic

PLOT = Path(__file__).resolve().parent.parent / "docs" / "front.png"
TEST_PICTURES = 10_000

Point = tuple[str, float, float]  # name, what it costs, test error in percent


def points(record: dict[str, Any], cost: str, per_unit: float) -> list[Point]:
    """What every file whose errors were counted costs (its `cost` over `per_unit`) beside its test error."""
    rows = record["models"].items()
    return [
        (name.removesuffix(".onnx"), row[cost] / per_unit, row["wrong"] / TEST_PICTURES * 100)
        for name, row in rows
        if "wrong" in row
    ]


def best(found: list[Point]) -> list[Point]:
    """The points that no other one beats in both cost and error, by cost."""
    front: list[Point] = []
    for point in sorted(found, key=lambda p: (p[1], p[2])):
        if not front or point[2] < front[-1][2]:
            front.append(point)
    return front


def draw(record: dict[str, Any], path: Path) -> None:
    """Write the two plots side by side as a PNG, atomically."""
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    _panel(left, points(record, "min_us", 1), "least time for one picture, one thread (µs)")
    _panel(right, points(record, "bytes", 1000), "file (kB)")
    left.set_ylabel("error on MNIST's test set (%)")
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=120)
    write_atomic(path, content.getvalue())


def _panel(axes: Axes, found: list[Point], label: str) -> None:
    front = best(found)
    axes.plot([p[1] for p in front], [p[2] for p in front], color="0.7", drawstyle="steps-post", zorder=1)
    axes.scatter([p[1] for p in found], [p[2] for p in found], zorder=2)
    for name, cost, error in found:
        axes.annotate(name, (cost, error), xytext=(4, 4), textcoords="offset points", fontsize=8)
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel(label)
    axes.grid(alpha=0.3)
