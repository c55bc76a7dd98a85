"""What few digits of one writer do to the recogniser, for docs/your-digits.md, and how the settings were chosen."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from core.files import ROOT
from core.stamp import stale

Record = dict[str, Any]
Row = dict[str, Any]

PARAGRAPH = ROOT / "proof" / "few_digits" / "paragraph.md"
SPOKEN_OF = 100  # digits given, in the paragraph
SETTINGS = {  # of a way -> what the table calls it
    "epochs": "epochs",
    "limit": "MNIST's digits",
    "extra_share": "share of one's own",
    "peak_lr": "rate",
    "ema": "averaging",
    "layers": "layers that move",
}


def lines(record: Record, paragraph: Path = PARAGRAPH) -> Iterator[str]:
    """The paragraph and the table of a record; nothing without one."""
    if not record:
        return
    rows = record["rows"]
    sizes = sorted({row["given"] for row in rows})
    yield paragraph.read_text(encoding="utf-8").format(**said(record)).rstrip()
    yield from time_taken(record.get("timed", {}))
    yield ""
    yield "| other digits misread, before → after | " + " | ".join(f"{size} given" for size in sizes) + " |"
    yield "|---" + "|--:" * len(sizes) + "|"
    for name in in_order(record):
        yield _line(name, [row for row in rows if row["writer"] == name], sizes, misread)
    for title, chosen in (("**settings chosen by them**", True), ("**all others**", False)):
        yield _line(title, [row for row in rows if (row["writer"] in record["chosen_on"]) == chosen], sizes, misread)
    yield _line("MNIST's validation pictures: mean (worst)", rows, sizes, mnist)
    yield from stale(record)


def in_order(record: Record) -> list[str]:
    """The writers, those first by whom something was chosen."""
    return sorted(record["writers"], key=lambda name: (name not in record["chosen_on"], len(name), name))


def said(record: Record) -> Record:
    """What stands in the paragraph's places."""
    total = summed([row for row in record["rows"] if row["given"] == SPOKEN_OF])
    return {
        "writers": len(record["writers"]),
        "chosen_on": len(record["chosen_on"]),
        "before": total["before"],
        "after": total["after"],
        "n": f"{total['n']:,}",
    }


def time_taken(timed: Row) -> Iterator[str]:
    """A sentence; nothing where no time was taken."""
    if timed:
        yield (
            f"{timed['given']} pictures took {timed['processor_seconds']} s of processor time on {timed['threads']} "
            f"threads, {timed['seconds']} s by the clock under a load of {timed['load_average']}."
        )


def summed(rows: Iterable[Row]) -> Row:
    """Pictures, misread before and misread after, over fine-tunings."""
    others = [row["others"] for row in rows]
    return {key: sum(one[key] for one in others) for key in ("n", "before", "after")}


def misread(rows: list[Row]) -> str:
    """Misread before and after, of how many."""
    total = summed(rows)
    return f"{total['before']} → {total['after']} of {total['n']:,}"


def mnist(rows: list[Row]) -> str:
    """The same on MNIST, over fine-tunings."""
    counts = [row["mnist"] for row in rows]
    after = [count["after"] for count in counts]
    mean = sum(after) / len(after)
    return f"{counts[0]['before']} → {mean:.1f} ({max(after)}) of {counts[0]['n']:,}"


def ways(choice: Record) -> Iterator[str]:
    """What was tried, a row a way; nothing without a record."""
    if not choice:
        return
    yield "| " + " | ".join([*SETTINGS.values(), "log loss", "other digits misread", "MNIST's misread"]) + " |"
    yield "|---" * len(SETTINGS) + "|--:|--:|--:|"
    for name, way in choice["ways"].items():
        cells = [str(way["settings"][key]) for key in SETTINGS]
        bold = "**" if name == choice["chosen"] else ""
        yield (
            "| "
            + " | ".join([*cells, f"{bold}{way['loss']:.4f}{bold}", misread(way["rows"]), mnist(way["rows"])])
            + " |"
        )
    yield from stale(choice)


def _line(name: str, rows: list[Row], sizes: list[int], cell: Callable[[list[Row]], str]) -> str:
    by_size = [[row for row in rows if row["given"] == size] for size in sizes]
    return f"| {name} | " + " | ".join(cell(some) if some else "" for some in by_size) + " |"
