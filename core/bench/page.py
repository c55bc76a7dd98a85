"""`python -m core.bench.page`: docs/training-speed.md from the records of the benchmarks; `--check` compares only."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from core.checkpoint import write_atomic

DOCS = Path(__file__).resolve().parents[2] / "docs"
NAME = "training-speed.md"

Record = dict[str, Any]


def step(record: Record) -> list[str]:
    """How near a training step comes to the machine's matrix products, a line a precision."""
    lines = [
        "## A step beside the machine's own matrix products",
        "`python -m core.bench.step --out docs/records/training_step.json`: on one thread, best of the rounds. A step",
        "bends the pictures, goes forward and back, moves the weights and their average.",
        "",
        "| precision | float32 product | training | share | an epoch of 60,000 |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['precision']} | {row['float32_product_gflops']:.0f} GFLOP/s | {row['training_gflops']:.0f} GFLOP/s "
        f"| **{row['share_of_float32_product']:.0%}** | {row['epoch_s']:.0f} s |"
        for row in record["rows"]
    ]
    return [*lines, "", machine(record)]


def ways(record: Record) -> list[str]:
    """What each change of the step costs or gains."""
    lines = [
        "## What pays and what does not",
        "`python -m core.bench.ways`: one change of the step at a time, in turn with it. What pays is in the loop.",
        "",
        "| way | a step | beside the loop's own |",
        "|---|---|---|",
    ]
    lines += [f"| {row['way']} | {row['step_ms']:.1f} ms | x {row['relative']:.2f} |" for row in record["rows"]]
    return [*lines, "", machine(record)]


def race(record: Record) -> list[str]:
    """Seconds to each accuracy, the recipe beside its rivals."""
    lines = [
        "## Time to a result",
        "`python -m core.bench.race --out docs/records/time_to_accuracy.json`: training seconds until the validation",
        "pictures are read so well for the first time. All take turns, an epoch each. The tutorial loop is a Dataset",
        "with transforms, a DataLoader, Adam at 0.001 and the same net.",
        "",
        "| accuracy | recipe | seconds, mean | runs that reached it | times as fast as the tutorial loop |",
        "|---|---|---|---|---|",
    ]
    for target, rows in record["targets"].items():
        loop = next((row["mean"] for row in rows if row["recipe"] == "tutorial loop"), None)
        for row in rows:
            mean = f"{row['mean']:.0f}" if row["mean"] else "-"
            gain = f"{loop / row['mean']:.1f}" if loop and row["mean"] else "-"
            lines.append(
                f"| {target} | {row['recipe']} | {mean} | {row['reached']} of {len(row['seconds'])} | {gain} |"
            )
    return [*lines, "", machine(record)]


def scaling(record: Record) -> list[str]:
    """What a second process gains."""
    lines = [
        "## Several processes",
        "`python -m core.bench.scaling`: one thread a process, gloo, the same batch for all together.",
        "",
        "| batch | processes | an epoch | times as fast as one |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {row['batch']} | {row['processes']} | {row['epoch_s']:.1f} s | {row['gain']:.2f} |"
        for row in record["rows"]
    ]
    return [*lines, "", f"An epoch of {record['pictures']:,} pictures. {machine(record)}"]


def machine(record: Record) -> str:
    """Where a record was taken."""
    about = record["machine"]
    return f"Taken on {about['cores']} cores ({about['processor']}), torch {record['versions']['torch']}."


PARTS: dict[str, Callable[[Record], list[str]]] = {
    "training_step.json": step,
    "training_ways.json": ways,
    "time_to_accuracy.json": race,
    "scaling.json": scaling,
}


def page(records: Path) -> str:
    """The page as Markdown; a part whose record is not there is left out."""
    lines = ["# How fast training is", "", "Written by `python -m core.bench.page` from `docs/records/`."]
    for name, part in PARTS.items():
        if (records / name).is_file():
            lines += ["", *part(json.loads((records / name).read_text()))]
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the page, or with --check return 1 and a sentence when it differs from the records."""
    parser = argparse.ArgumentParser(prog="python -m core.bench.page", description=__doc__, allow_abbrev=False)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if the page is out of date")
    arguments = parser.parse_args(argv)
    fresh, path = page(DOCS / "records"), DOCS / NAME
    if not arguments.check:
        write_atomic(path, fresh.encode())
    elif not path.is_file() or path.read_text() != fresh:
        print(f"docs/{NAME} differs from the records; run `python -m core.bench.page`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
