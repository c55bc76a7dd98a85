"""What was measured of files for pictures of one size, for docs/deploy.md."""

from collections.abc import Iterator
from typing import Any

from core.stamp import stale

Record = dict[str, Any]


def rows(record: Record) -> Iterator[str]:
    """A table of the forms, then in how many runtimes the file of one size agrees; nothing without a record."""
    if not record:
        return
    yield "| file | nodes | pieces in CoreML | pieces in NNAPI | one picture of 96x96, one thread |"
    yield "|---|--:|--:|--:|--:|"
    for name, form in record["forms"].items():
        taken = " | ".join(pieces(form["phone_check"][where]) for where in ("coreml", "nnapi"))
        yield f"| `{name}` | {form['nodes']} | {taken} | {form['min_us'] / 1000:.2f} ms |"
    yield ""
    tried = {name: row for name, row in record["runtimes"].items() if row["outcome"] != "missing"}
    other = [f"{name} {row['outcome']} it" for name, row in tried.items() if row["outcome"] != "agrees"]
    lacking = len(record["runtimes"]) - len(tried)
    yield (
        f"`{record['file']}` gives the shipped file's answers in {record['agree']} of {len(tried)} runtimes"
        + "".join(f"; {one}" for one in other)
        + (f". {lacking} more were not on the machine that measured." if lacking else ".")
    )
    yield "Measured by `digits one-size`; least times, of all files in turn."
    yield from stale(record)


def pieces(told: Record) -> str:
    """In how many pieces an accelerator takes a graph, and how much of it."""
    return f"{told['pieces']} with {told['taken']} of {told['nodes']} nodes"
