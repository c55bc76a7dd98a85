"""The ablation as a record, a table and a picture; the last two are drawn from the first."""

import io
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from core.files import write_atomic, write_json
from export.pages.ablation import page

COLOURS = {"better": "tab:green", "worse": "tab:red"}


def write_report(record: dict[str, Any], out: Path) -> None:
    """Write records/ablation.json, ablation.md and ablation.png into the folder `out`, each atomically."""
    write_json(out / "records" / "ablation.json", record)
    write_atomic(out / "ablation.md", page(record).encode())
    write_atomic(out / "ablation.png", plot(record["rows"]))


def plot(rows: list[dict[str, Any]]) -> bytes:
    """Error and 95% interval of every row, the first one's as a band behind the others; the bytes of a PNG."""
    figure = Figure(figsize=(8, 0.32 * len(rows) + 1), layout="constrained")
    axes = figure.subplots()
    axes.axvspan(*(100 * share for share in rows[0]["interval"]), alpha=0.1, color="tab:gray")
    axes.axvline(100 * rows[0]["wrong"] / rows[0]["n"], color="tab:gray", linewidth=1)
    for place, row in enumerate(rows):
        error, (low, high) = row["wrong"] / row["n"], row["interval"]
        spread = [[100 * (error - low)], [100 * (high - error)]]
        colour = COLOURS.get(row["verdict"], "tab:blue")
        axes.errorbar(100 * error, place, xerr=spread, fmt="o", capsize=3, color=colour)
    axes.set_yticks(range(len(rows)), [row["name"] for row in rows])
    axes.invert_yaxis()
    axes.set_xlabel("validation error, % (95% interval); green: better, red: worse by McNemar's test")
    axes.grid(axis="x", alpha=0.3)
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=150)
    return content.getvalue()
