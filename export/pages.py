"""`python -m export.pages`: the pages in docs/ that say what records say, written from them; `--check` to compare only.

docs/runtimes.md and docs/benchmark.md are whole pages; docs/deploy.md and docs/training.md have places between markers.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.checkpoint import write_atomic
from export import attempts, benchmark_page, readme, runtimes_page
from export.order import in_order
from export.readme import ReadmeError, read_records

Record = dict[str, Any]


def pages(root: Path) -> dict[Path, str]:
    """Path -> what should stand there; a page whose record is not there is left out. ReadmeError as in readme.py."""
    records, docs = read_records(root), root / "docs"
    found = {}
    if records["runtimes"]:
        found[docs / "runtimes.md"] = runtimes_page.page(records["runtimes"])
    if records["benchmark"]:
        found[docs / "benchmark.md"] = benchmark_page.page(records["benchmark"])
    places = {
        "deploy.md": {"costs": costs(records["benchmark"]), "device": device(records["runtimes"])},
        "training.md": {"attempts": attempts.rows(records["metrics"])},
    }
    for page, parts in places.items():
        text = (docs / page).read_text(encoding="utf-8")
        for name, lines in parts.items():
            text = filled(text, name, [*lines], page)
        found[docs / page] = text
    return found


def filled(text: str, name: str, lines: list[str], page: str) -> str:
    """`text` with `lines` between a place's two markers; ReadmeError unless each stands there once, in order."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ReadmeError(f"docs/{page}: expected one {begin} and after it one {end}")
    return "\n".join([text[: text.index(begin)] + begin, *lines, text[text.index(end) :]])


def costs(benchmark: Record) -> Iterator[str]:
    """What each shipped file costs a server or a desktop, as a table; nothing without a record."""
    rows = {name: row for name, row in benchmark.get("models", {}).items() if row.get("file") and shipped(name)}
    if rows:
        yield "| file | download | load | memory | one picture of 28x28, one thread |"
        yield "|---|--:|--:|--:|--:|"
    for name, row in in_order(rows):
        size, load, memory = f"{row['bytes'] / 1e3:,.0f} kB", f"{row['load_ms']:.0f} ms", f"{row['memory_mb']:.0f} MB"
        yield f"| `{name}` | {size} | {load} | {memory} | {row['min_us'] / 1e3:.2f} ms |"
    if rows:
        yield f"\nMeasured by `make bench` on {benchmark['machine']['processor']}; least times."


def shipped(name: str) -> bool:
    """Whether a row of the benchmark is one of this page's files."""
    return name.partition(".")[0] in ("convnet", "recognizer", "edge", "edge-recognizer")


def device(runtimes: Record) -> Iterator[str]:
    """What the files that fit a microcontroller cost there, as sentences; nothing without a record."""
    for file, cost in runtimes_page.device_costs(runtimes).items():
        yield (
            f"- `{file}`: {cost['flash'] / 1000:,.0f} kB of flash, {cost['static_ram'] / 1000:,.0f} kB of static RAM "
            f"and {cost['stack'] / 1000:,.0f} kB of stack, C library and test program included."
        )


def main(argv: list[str] | None = None) -> int:
    """Write the pages, or with --check return 1 and a sentence for each that differs from its record."""
    parser = argparse.ArgumentParser(prog="python -m export.pages", description=__doc__, allow_abbrev=False)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a page is out of date")
    check = parser.parse_args(argv).check
    try:
        found = pages(readme.ROOT)
    except ReadmeError as error:
        print(error, file=sys.stderr)
        return 1
    stale = [path for path, text in found.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if check:
            print(f"docs/{path.name} differs from the records; run `make readme`", file=sys.stderr)
        else:
            write_atomic(path, found[path].encode())
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
