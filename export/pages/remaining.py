"""docs/remaining-errors.md from its record: what a net still misreads, by whose fault it is."""

from typing import Any

from core.stamp import stale

GROUPS = ("label is doubtful", "ambiguous", "our fault")


def page(record: dict[str, Any]) -> str:
    """The rows as Markdown, a picture and a table for each group."""
    name, rows = record["model"], record["rows"]
    lines = [
        f"# What {name} still misreads",
        "",
        "Written by `digits remaining` from [its record](records/remaining_errors.json): all",
        f"{len(rows)} of the {record['n']:,} test pictures that the shipped {name} misreads, as they lie in the file,",
        f"numbered from 0. An ensemble of {record['nets']} deeper nets stands in for a second reader; it is no person.",
        "Where it gives the label less than 10% the label is doubtful, from 90% on the fault is ours, and between the",
        "picture is ambiguous.",
    ]
    for group in GROUPS:
        chosen = [row for row in rows if row["group"] == group]
        lines += ["", f"## {group.capitalize()}: {len(chosen)}"]
        if not chosen:
            continue
        lines += ["", f"![{len(chosen)} pictures, each with its label and the answer]({sheet_name(group)})", ""]
        lines += ["| picture | label | answer | confidence | ensemble | on the label |", "|---|---|---|---|---|---|"]
        lines += [
            f"| {row['picture']} | {row['label']} | {row['answer']} | {row['confidence']:.0%} | {row['ensemble']} "
            f"| {row['ensemble_on_label']:.0%} |"
            for row in chosen
        ]
    return "\n".join([*lines, *stale(record)]) + "\n"


def sheet_name(group: str) -> str:
    """The file with the pictures of a group."""
    return f"remaining-{group.replace(' ', '-')}.png"
