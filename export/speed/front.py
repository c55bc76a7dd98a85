"""The front of error against latency and size, drawn from the benchmark's record: the best bargain lies lower left."""

import io
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from core.files import ROOT, write_atomic

PLOT = ROOT / "docs" / "front.png"
TEST_PICTURES = 10_000

FORMS = {".int8": "^", ".fp16": "s", "": "o"}  # how a file holds its weights -> its mark in the plot

Point = tuple[str, float, float]  # name, what it costs, test error in percent


def points(record: dict[str, Any], cost: str, per_unit: float) -> list[Point]:
    """What every .onnx file whose errors were counted costs (its `cost` over `per_unit`) beside its test error.

    The .ort files hold the same weights as the .onnx ones, and `reference` is no bargain that we offer.
    """
    rows = record["models"].items()
    return [
        (name.removesuffix(".onnx"), row[cost] / per_unit, row["wrong"] / TEST_PICTURES * 100)
        for name, row in rows
        if "wrong" in row and name.endswith(".onnx") and not name.startswith("reference")
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
    marks, names = left.get_legend_handles_labels()
    figure.legend(marks, names, loc="outside right upper", fontsize=8, title="filled: nothing beats it")
    left.set_ylabel("error on MNIST's test set (%)")
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=120)
    write_atomic(path, content.getvalue())


def _panel(axes: Axes, found: list[Point], label: str) -> None:
    front = best(found)
    axes.plot([p[1] for p in front], [p[2] for p in front], color="0.7", drawstyle="steps-post", zorder=1)
    models = list(dict.fromkeys(_model_and_form(name)[0] for name, _, _ in found))
    for name, cost, error in found:
        model, form = _model_and_form(name)
        on_front = (name, cost, error) in front
        axes.plot(
            cost,
            error,
            FORMS[form],
            color=f"C{models.index(model)}",
            fillstyle="full" if on_front else "none",
            label=name,
            zorder=2,
        )
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_ylim(bottom=0)
    axes.set_xlabel(label)
    axes.grid(alpha=0.3)


def _model_and_form(name: str) -> tuple[str, str]:
    form = next(form for form in FORMS if name.endswith(form))
    return name.removesuffix(form), form
