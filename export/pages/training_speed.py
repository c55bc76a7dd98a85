"""docs/training-speed.md from the records of the benchmarks of training."""

from collections.abc import Callable
from typing import Any

from core.stamp import note

Record = dict[str, Any]


def section(title: str, text: list[str], head: list[str], rows: list[list[str]], end: str) -> list[str]:
    """A heading, an explanation, a table and a last line, as lines of Markdown."""
    table = ["| " + " | ".join(row) + " |" for row in rows]
    return [f"## {title}", *text, "", "| " + " | ".join(head) + " |", "|---" * len(head) + "|", *table, "", end]


def step(record: Record) -> list[str]:
    """How near a training step comes to the machine's matrix products, a line a precision."""
    text = [
        "`digits step --out docs/records/training_step.json`: on one thread, best of the rounds. A step",
        "bends the pictures, goes forward and back, moves the weights and their average.",
    ]
    rows = [
        [
            row["precision"],
            f"{row['float32_product_gflops']:.0f} GFLOP/s",
            f"{row['training_gflops']:.0f} GFLOP/s",
            f"**{row['share_of_float32_product']:.0%}**",
            f"{row['epoch_s']:.0f} s",
        ]
        for row in record["rows"]
    ]
    head = ["precision", "float32 product", "training", "share", "an epoch of 60,000"]
    return section("A step beside the machine's own matrix products", text, head, rows, machine(record))


def ways(record: Record) -> list[str]:
    """What each change of the step costs or gains."""
    text = ["`digits ways`: one change of the step at a time, in turn with it. What pays is in the loop."]
    rows = [[row["way"], f"{row['step_ms']:.1f} ms", f"x {row['relative']:.2f}"] for row in record["rows"]]
    head = ["way", "a step", "beside the loop's own"]
    return section("What pays and what does not", text, head, rows, machine(record))


def race(record: Record) -> list[str]:
    """Seconds to each accuracy, the recipe beside its rivals."""
    text = [
        "`digits race --out docs/records/time_to_accuracy.json`: training seconds until the validation",
        "pictures are read so well for the first time. All take turns, an epoch each. The tutorial loop is a Dataset",
        "with transforms, a DataLoader, Adam at 0.001 and the same net.",
    ]
    lines = []
    for target, rows in record["targets"].items():
        loop = next((row["mean"] for row in rows if row["recipe"] == "tutorial loop"), None)
        for row in rows:
            mean = f"{row['mean']:.0f}" if row["mean"] else "-"
            gain = f"{loop / row['mean']:.1f}" if loop and row["mean"] else "-"
            lines.append([target, row["recipe"], mean, f"{row['reached']} of {len(row['seconds'])}", gain])
    head = ["accuracy", "recipe", "seconds, mean", "runs that reached it", "times as fast as the tutorial loop"]
    return section("Time to a result", text, head, lines, machine(record))


def scaling(record: Record) -> list[str]:
    """What a second process gains."""
    text = ["`digits scaling`: one thread a process, gloo, the same batch for all together."]
    rows = [
        [str(row["batch"]), str(row["processes"]), f"{row['epoch_s']:.1f} s", f"{row['gain']:.2f}"]
        for row in record["rows"]
    ]
    head = ["batch", "processes", "an epoch", "times as fast as one"]
    end = f"An epoch of {record['pictures']:,} pictures. {machine(record)}"
    return section("Several processes", text, head, rows, end)


def machine(record: Record) -> str:
    """Where a record was taken."""
    about = record["machine"]
    taken = f"Taken on {about['cores']} cores ({about['processor']}), torch {record['versions']['torch']}."
    return " ".join(filter(None, (taken, note(record))))


PARTS: dict[str, Callable[[Record], list[str]]] = {
    "training_step": step,
    "training_ways": ways,
    "time_to_accuracy": race,
    "scaling": scaling,
}


def page(records: dict[str, Record]) -> str:
    """The page as Markdown, of records by their names; a part whose record is not there is left out."""
    lines = [
        "# How fast training is",
        "",
        "What training costs beside what the machine could do, and what makes it faster.",
        "Written by `make readme` from `docs/records/`.",
    ]
    for name, part in PARTS.items():
        if record := records.get(name):
            lines += ["", *part(record)]
    return "\n".join(lines) + "\n"
