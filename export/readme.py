"""Write the results tables of README.md from the records: `python -m export.readme`, or `--check` to compare only."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from core.checkpoint import write_atomic
from core.metrics import Count
from export import attempts, checked, others
from export.order import in_order, place
from export.runtimes_page import agreement

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- results:begin -->", "<!-- results:end -->"
RECORDS = {  # name -> file, relative to the root
    "metrics": "models/metrics.json",
    "parity": "models/parity.json",
    "start": "docs/records/start.json",
    "page": "docs/records/page.json",
    "soak": "docs/records/soak.json",
    "static_start": "docs/records/static_start.json",
    "runtimes": "docs/records/runtimes.json",
    "benchmark": "docs/records/benchmark.json",
    "other_digits": "docs/records/other_digits.json",
    "agreement": "docs/records/agreement.json",
    "strings": "docs/records/strings.json",
}
LONGEST_COMMAND = 60  # characters of a table's cell; a longer one is linked to
RUNTIMES = "[runtimes](docs/runtimes.md) that agree"
COMMANDS = "[several commands](docs/training.md#how-the-shipped-models-are-made)"
TO_TRY = {"quick": "nothing that is shipped"}  # recipes of the README that no shipped model comes from

Record = dict[str, Any]


class ReadmeError(Exception):
    """README.md or a record cannot be used; the message names the file and what is wrong with it."""


def main(arguments: list[str] | None = None) -> int:
    """Write the tables, or with --check return 1 and a sentence when README.md differs from the records."""
    parser = argparse.ArgumentParser(prog="python -m export.readme", description=__doc__, allow_abbrev=False)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if README.md is out of date")
    check = parser.parse_args(arguments).check
    path = ROOT / "README.md"
    try:
        text = path.read_text(encoding="utf-8")
        fresh = with_tables(text, tables(read_records(ROOT)))
    except ReadmeError as error:
        print(error, file=sys.stderr)
        return 1
    if check and fresh != text:
        print("README.md: its tables differ from the records; run `make readme`", file=sys.stderr)
        return 1
    if not check:
        write_atomic(path, fresh.encode())
    return 0


def read_records(root: Path) -> dict[str, Record]:
    """Every record by its name; {} for one that is not there. ReadmeError when one is not of format 1."""
    records = {}
    for name, file in RECORDS.items():
        path = root / file
        records[name] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        if records[name] and records[name].get("format") != 1:
            raise ReadmeError(f"{file}: format {records[name].get('format')!r}; this version reads format 1")
    return records


def with_tables(text: str, lines: list[str]) -> str:
    """`text` with `lines` between its two markers; ReadmeError unless each marker stands there once, in order."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ReadmeError(f"README.md: expected one {BEGIN} and after it one {END}")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return "\n".join([before + BEGIN, *lines, END]) + after


def tables(records: dict[str, Record]) -> list[str]:
    """The results as lines of Markdown. What no record holds has no row; a table without rows is left out."""
    metrics, digits = records["metrics"], records["other_digits"]
    blocks = [
        _block(
            "On MNIST's test set",
            "Calibration error: how far the stated probabilities are from the share of right answers, over 15 bins.",
            ("model", "parameters", "wrong", "error (95% interval)", "calibration error"),
            _models(metrics),
        ),
        _block(
            "How the models are trained",
            "Means over all seeds of a recipe; [every attempt](docs/training.md#every-attempt) has a row elsewhere.",
            ("trained by", "gives", "seeds", "test error, mean and standard deviation"),
            _groups(metrics),
        ),
        _block(
            "On other people's digits",
            "Read by `recognizer`.",
            ("set", "what", "misread", "error (95% interval)"),
            others.digit_rows(digits),
        ),
        _block(
            "What is no digit",
            "AUROC: how well `digit_score` tells them from digits; 1 is best. Accepted: the share that passes where "
            "95% of digits do.",
            ("set", "what", "pictures", "AUROC", "accepted"),
            others.stranger_rows(digits),
        ),
        _block(
            "The files",
            "The largest difference is that of any output. *Provably*: scores differ by less than half of the "
            "smallest gap between a best and a second one, so no label can change.",
            ("file", "size", "compared with", "labels changed", "largest difference", RUNTIMES),
            _files(records["parity"], records["runtimes"]),
        ),
        _block(
            "Speed",
            "One picture, one thread, least time; [more](docs/benchmark.md).",
            ("file", "µs", "share of the machine's floor", "kB", "wrong of 10,000"),
            _speed(records.get("benchmark", {})),
        ),
        _block("Numbers, answers everywhere, and the page", "", ("checked", "result"), checked.rows(records)),
    ]
    return [line for block in blocks if block for line in ("", *block)] + [""]


def _block(title: str, sentence: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    body = ["| " + " | ".join(row) + " |" for row in rows]
    said = [sentence, ""] if sentence else []
    return [f"### {title}", *said, "| " + " | ".join(head) + " |", "|---" * len(head) + "|", *body] if body else []


def _models(metrics: Record) -> Iterator[tuple[str, ...]]:
    for name, model in in_order(metrics.get("models", {})):
        if test := model.get("test"):
            count = Count(test["wrong"], test["n"])
            low, high = count.interval()
            yield (
                f"[`{name}.onnx`](models/{name}.onnx)",
                f"{model['parameters']:,}",
                f"{count.wrong} of {count.n:,}",
                f"**{count.error:.2%}** ({low:.2%} to {high:.2%})",
                f"{test['ece']:.2%}",
            )


def _groups(metrics: Record) -> Iterator[tuple[str, ...]]:
    """The recipes of the shipped models, and of TO_TRY; docs/training.md has all."""
    groups, models = metrics.get("groups", {}), metrics.get("models", {})
    gives = {
        name: [net for net in sorted(models, key=place) if models[net].get("run") in group.get("runs", ())]
        for name, group in groups.items()
    }
    for name in sorted(filter(gives.get, groups), key=lambda name: place(gives[name][0])):
        yield _recipe(groups[name], ", ".join(f"`{net}`" for net in gives[name]))
    yield from (_recipe(groups[name], said) for name, said in TO_TRY.items() if name in groups)


def _recipe(group: Record, gives: str) -> tuple[str, ...]:
    trained_by = f"`{group['command']}`" if len(group["command"]) <= LONGEST_COMMAND else COMMANDS
    return trained_by, gives, str(group["n"]), attempts.error(group)


def _files(parity: Record, runtimes: Record) -> Iterator[tuple[str, ...]]:
    tried = {model["file"]: model for model in runtimes.get("models", {}).values()}
    proved = {model.get("file", f"{name}.onnx"): model for name, model in parity.get("models", {}).items()}
    for file in sorted(proved.keys() | tried, key=place):
        model = proved.get(file, {})
        size = model.get("bytes", tried.get(file, {}).get("bytes", 0))
        furthest = max(model.get("largest_difference", {}).values(), default=None)
        yield (
            f"`{file}`",
            f"{size / 1e6:.2f} MB",
            model.get("reference", ""),
            _labels(model),
            "" if furthest is None else f"{furthest:.1e}",
            agreement(tried[file]) if file in tried else "",
        )


def _labels(model: Record) -> str:
    if not model:
        return ""
    proof = ", provably" if model.get("margin", {}).get("holds") else ""
    return f"{model['labels_changed']} of {model['pictures']:,}{proof}"


def _speed(benchmark: Record) -> Iterator[tuple[str, ...]]:
    for name, row in in_order(benchmark.get("models", {})):
        if name.endswith((".fp16.onnx", ".ort")) or name.startswith("reference"):
            continue
        share = f"{row['share_of_floor']:.0%}" if "share_of_floor" in row else ""
        size = f"{row['bytes'] / 1e3:,.0f}" if "bytes" in row else ""
        yield name, f"{row['min_us']:,.0f}", share, size, f"{row['wrong']:,}" if "wrong" in row else ""


if __name__ == "__main__":
    sys.exit(main())
