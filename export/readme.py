"""Write the results tables of README.md from the records: `python -m export.readme`, or `--check` to compare only."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.checkpoint import write_atomic
from core.metrics import Count
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
    "strings": "docs/records/strings.json",
}
LONGEST_COMMAND = 60  # characters of a table's cell; a longer one is named only

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
    blocks = [
        _table(
            ("model", "parameters", "wrong on MNIST's test set", "error (95% interval)", "calibration error"),
            _models(records["metrics"]),
        ),
        _table(("trained by", "seeds", "test error, mean and standard deviation"), _groups(records["metrics"])),
        _table(
            ("other people's digits, `recognizer`", "misread", "error (95% interval)"),
            _other_digits(records["other_digits"]),
        ),
        _table(
            ("what is no digit", "pictures", "AUROC of `digit_score`", "accepted where 95% of digits are"),
            _strangers(records["other_digits"]),
        ),
        _table(
            ("file", "size", "labels changed", "largest difference", "[runtimes](docs/runtimes.md) that agree"),
            _files(records["parity"], records["runtimes"]),
        ),
        _table(
            (
                "[one picture, one thread](docs/benchmark.md)",
                "least µs",
                "share of the machine's floor",
                "kB",
                "wrong of 10,000",
            ),
            _speed(records.get("benchmark", {})),
        ),
        _table(
            ("checked", "result"),
            [
                *(*_strings(records.get("strings", {})), *_start(records["start"]), *_page(records.get("page", {}))),
                *(*_soak(records.get("soak", {})), *_static(records.get("static_start", {}))),
            ],
        ),
    ]
    return [line for block in blocks if block for line in ("", *block)] + [""]


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]] | list[tuple[str, ...]]) -> list[str]:
    body = ["| " + " | ".join(row) + " |" for row in rows]
    return ["| " + " | ".join(head) + " |", "|---" * len(head) + "|", *body] if body else []


def _models(metrics: Record) -> Iterator[tuple[str, ...]]:
    for name, model in metrics.get("models", {}).items():
        if test := model.get("test"):
            count = Count(test["wrong"], test["n"])
            low, high = count.interval()
            yield (
                f"[`{name}.onnx`](models/{name}.onnx)",
                f"{model['parameters']:,}",
                f"{count.wrong} of {count.n:,}",
                f"**{count.error:.2%}** ({low:.2%} to {high:.2%})",
                f"{test['ece']:.4f}",
            )


def _groups(metrics: Record) -> Iterator[tuple[str, ...]]:
    for name, group in metrics.get("groups", {}).items():
        command = group["command"] if len(group["command"]) <= LONGEST_COMMAND else f"{name}, in metrics.json"
        spread = "" if group["test_error_sd"] is None else f" ± {group['test_error_sd']:.3%}"
        yield f"`{command}`", str(group["n"]), f"{group['test_error_mean']:.3%}{spread}"


def _files(parity: Record, runtimes: Record) -> Iterator[tuple[str, ...]]:
    tried = {model["file"]: model for model in runtimes.get("models", {}).values()}
    proved = {model.get("file", f"{name}.onnx"): model for name, model in parity.get("models", {}).items()}
    for file in dict.fromkeys([*proved, *tried]):
        if file.startswith("reference."):  # shipped for comparing nets; parity.json has its proof
            continue
        model = proved.get(file, {})
        size = model.get("bytes", tried.get(file, {}).get("bytes", 0))
        yield (
            f"`{file}`",
            f"{size / 1e6:.2f} MB",
            _labels(model),
            ", ".join(f"{output} {value:.1e}" for output, value in model.get("largest_difference", {}).items()),
            agreement(tried[file]) if file in tried else "",
        )


def _labels(model: Record) -> str:
    if not model:
        return ""
    proof = "; none can" if model.get("margin", {}).get("holds") else ""
    return f"{model['labels_changed']} of {model['pictures']:,} against {model['reference']}{proof}"


def _speed(benchmark: Record) -> Iterator[tuple[str, ...]]:
    for name, row in benchmark.get("models", {}).items():
        if name.endswith((".fp16.onnx", ".ort")) or name.startswith("reference"):
            continue
        share = f"{row['share_of_floor']:.0%}" if "share_of_floor" in row else ""
        size = f"{row['bytes'] / 1e3:,.0f}" if "bytes" in row else ""
        yield name, f"{row['min_us']:,.0f}", share, size, f"{row['wrong']:,}" if "wrong" in row else ""


def _other_digits(record: Record) -> Iterator[tuple[str, ...]]:
    for name, row in record.get("digits", {}).items():
        count = Count(row["wrong"], row["n"])
        low, high = count.interval()
        yield name, f"{count.wrong} of {count.n:,}", f"{count.error:.2%} ({low:.2%} to {high:.2%})"
    for name, row in record.get("without_slashed_zeros", {}).items():
        yield f"{name}, without slashed zeros", f"{row['wrong']} of {row['n']:,}", f"{row['wrong'] / row['n']:.2%}"
    if mean := record.get("mean_error"):
        yield "mean over the sets, pens averaged, without pendigits8", "", f"**{mean:.2%}**"
    if ece := record.get("pooled_ece"):
        yield "calibration error, these sets together", "", f"{ece:.2%}"


def _strangers(record: Record) -> Iterator[tuple[str, ...]]:
    for name, row in record.get("non_digits", {}).items():
        yield name, f"{row['n']:,}", f"{row['auroc']:.3f}", f"{row['accepted']:.1%}"


def _strings(record: Record) -> Iterator[tuple[str, ...]]:
    if not record:
        return
    for name, row in (
        ("numbers of 2 to 8 digits, written with MNIST's test pictures", record["strings"]),
        ("two digits that touch", record["touching"]),
    ):
        exact, refused, misread = (row[kind] / row["n"] for kind in ("exact", "refused", "misread"))
        yield name, f"{row['n']:,}: {exact:.1%} read exactly, {refused:.1%} refused, {misread:.1%} misread"


def _start(start: Record) -> Iterator[tuple[str, ...]]:
    if clone := start.get("clone_to_page_s"):
        yield "clean clone to page, `make demo`, packages downloaded", f"{clone:.0f} s"
    if first := start.get("start_to_first_answer_s"):
        yield "`python app.py` to the first answer in a browser", f"{first:.1f} s"


def _page(page: Record) -> Iterator[tuple[str, ...]]:
    if not page:
        return
    pen, load, each = page["pen_to_answer_ms"], page["load"], page["batching_ms_each"]
    yield "`python app.py` to the first page", f"{page['start_to_page_s']:.1f} s"
    yield "pen movement to new answer in a browser", f"{pen['p50']:.0f} ms (median), {pen['p99']:.0f} ms (99%)"
    yield (
        f"{load['visitors']} visitors drawing at once for {load['seconds']:.0f} s",
        f"{load['errors']} errors; answer in {load['delay_ms']['p50']:.0f} ms (median), {load['delay_ms']['p95']:.0f} "
        f"ms (95%); resident memory {load['resident_kb']['most'] / 1000:.0f} MB at most",
    )
    (_, alone), (count, together) = each.items()
    yield f"a sketch read alone; {count} in one batch, each", f"{alone:.1f} ms; {together:.1f} ms"


def _soak(soak: Record) -> Iterator[tuple[str, ...]]:
    if not soak:
        return
    yield (
        f"{soak['clients']} clients that do all that visitors do, for {soak['seconds'] / 60:.0f} minutes",
        f"{soak['answers']:,} answers; resident memory {soak['resident_kb_after_warm_up'] / 1000:.0f} MB after the "
        f"warm-up, {soak['resident_kb_at_the_end'] / 1000:.0f} MB at the end",
    )


def _static(static: Record) -> Iterator[tuple[str, ...]]:
    for name, folder in static.get("folders", {}).items():
        yield (
            f"`dist/{name}` ({folder['bytes'] / 1e6:.1f} MB), first visit to first answer",
            f"{folder['first_answer_s']:.1f} s",
        )


if __name__ == "__main__":
    sys.exit(main())
