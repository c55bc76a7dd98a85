"""`make readme`: whatever people read that says what records say, written from them; `--check` to compare only.

The model card and some pages of docs/ are whole pages; README.md and others have places between markers.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from core import verbs
from core.catalogue import CATALOGUE, in_order
from core.files import ROOT, write_atomic
from core.refusals import in_a_sentence
from core.stamp import stale
from export.pages import (
    ablation,
    attempts,
    benchmark_page,
    card,
    few_digits,
    headlines,
    many,
    one_size_page,
    preprocessing,
    remaining,
    results,
    runtimes_page,
    training_speed,
)
from export.pages.records import PageError, Record, read_records

WHOLE: dict[str, tuple[str, Callable[[Record], str]]] = {  # page -> the name of its record, and what it says
    "docs/ablation.md": ("ablation", ablation.page),
    "docs/benchmark.md": ("benchmark", benchmark_page.page),
    "docs/preprocessing.md": ("preprocessing", preprocessing.page),
    "docs/remaining-errors.md": ("remaining_errors", remaining.page),
    "docs/runtimes.md": ("runtimes", runtimes_page.page),
}


def pages(root: Path) -> dict[Path, str]:
    """Path -> what should stand there; a page whose record is not there is left out. PageError as in records.py."""
    records = read_records(root)
    found = {root / page: said(records[name]) for page, (name, said) in WHOLE.items() if records[name]}
    if any(map(records.get, training_speed.PARTS)):
        found[root / "docs" / "training-speed.md"] = training_speed.page(records)
    found[root / "models" / "README.md"] = card.card(records["metrics"], records["parity"])
    places: dict[str, dict[str, Iterable[str]]] = {
        "README.md": {"numbers": headlines.rows(records)},
        "docs/results.md": {"results": results.tables(records)},
        "docs/deploy.md": {
            "costs": costs(records["benchmark"]),
            "device": device(records["runtimes"]),
            "one_size": one_size_page.rows(records["one_size"]),
        },
        "docs/training.md": {
            "attempts": attempts.rows(records["metrics"]),
            "few-digits": few_digits.ways(records["few_digits_choice"]),
        },
        "docs/many.md": {"rates": many.lines(records["many"])},
        "docs/your-digits.md": {"few-digits": few_digits.lines(records["few_digits"])},
    }
    for page, parts in places.items():
        text = (root / page).read_text(encoding="utf-8")
        for name, lines in parts.items():
            text = filled(text, name, lines, page)
        found[root / page] = text
    return found


def filled(text: str, name: str, lines: Iterable[str], page: str) -> str:
    """`text` with `lines` between a place's two markers; PageError unless each stands there once, in order."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise PageError(f"{page}: expected one {begin} and after it one {end}")
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
        yield from stale(benchmark)


def shipped(name: str) -> bool:
    """Whether a row of the benchmark is one of this page's files."""
    model = CATALOGUE.get(name.partition(".")[0])
    return model is not None and model.kind != "reader" and not model.to_compare


def device(runtimes: Record) -> Iterator[str]:
    """What the files that fit a microcontroller cost there, as sentences; nothing without a record."""
    for file, cost in runtimes_page.device_costs(runtimes).items():
        yield (
            f"- `{file}`: {cost['flash'] / 1000:,.0f} kB of flash, {cost['static_ram'] / 1000:,.0f} kB of static RAM "
            f"and {cost['stack'] / 1000:,.0f} kB of stack, C library and test program included."
        )


@in_a_sentence()
def main(argv: list[str] | None = None) -> int:
    """Write the pages, or with --check return 1 and a sentence for each that differs from the records."""
    parser = verbs.parser("export.pages", __doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a page is out of date")
    check = parser.parse_args(argv).check
    found = pages(ROOT)
    old = [path for path, text in found.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in old:
        if check:
            print(f"{path.relative_to(ROOT)} differs from the records; run `make readme`", file=sys.stderr)
        else:
            write_atomic(path, found[path].encode())
    return int(check and bool(old))


if __name__ == "__main__":
    sys.exit(main())
