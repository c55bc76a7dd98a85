"""How fast many pictures are read, and on paper how long a hundred million take, for docs/many.md."""

import statistics
from collections.abc import Iterator
from typing import Any

from core.stamp import stale

Record = dict[str, Any]

WORKERS = (2, 16, 100, 1000)  # each one core
PICTURES = 100_000_000


def lines(record: Record) -> Iterator[str]:
    """Two tables: what was measured, and what follows on paper; nothing without a record."""
    if not record:
        return
    yield f"Measured on {record['machine']['processor']}, {record['jobs']} cores, in turns with the bare loop:"
    yield ""
    yield "| pictures | a second | of the bare loop's | processor time of one | all processes hold at most |"
    yield "|---|--:|--:|--:|--:|"
    for kind, row in record["kinds"].items():
        ms, most_mb = statistics.median(row["cpu_ms"]["read"]), row["resident_kb"]["most"] / 1000
        yield f"| {kind} | {per_s(row):,.0f} | {row['ratio']:.0%} | {ms:.1f} ms | {most_mb:,.0f} MB |"
    yield ""
    yield "On paper, if storage keeps up, a hundred million pictures take, with workers of one such core each:"
    yield ""
    yield "| pictures | " + " | ".join(f"{workers:,} workers" for workers in WORKERS) + " |"
    yield "|---" + "|--:" * len(WORKERS) + "|"
    for kind, row in record["kinds"].items():
        one_per_s = per_s(row) / record["jobs"]
        yield f"| {kind} | " + " | ".join(taken(PICTURES / (workers * one_per_s)) for workers in WORKERS) + " |"
    yield from stale(record)


def per_s(row: Record) -> float:
    """Pictures a second of `digits read`, the median of the rounds."""
    return float(statistics.median(row["per_s"]["read"]))


def taken(seconds: float) -> str:
    """A long time in the unit that people would say."""
    for unit, length_s in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length_s:
            return f"{seconds / length_s:,.0f} {unit}"
    return f"{seconds:.0f} s"
