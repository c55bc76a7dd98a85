"""The page that says what each step of the preprocessing is worth, from its record."""

from typing import Any

from core.stamp import stale

ALL = "all steps"  # the row with no step left out
EXAMPLES = 5  # pictures shown for each step


def page(record: dict[str, Any]) -> str:
    """The table as Markdown."""
    rows = record["rows"]
    names = list(rows[ALL])
    lines = [
        "# What each step of the preprocessing is worth",
        "",
        "Written by `digits preprocess-ablation` from [its record](records/preprocessing.json). Share misread",
        f"of up to {record['limit']} digits of each set when one step is replaced by nothing; the net was trained with",
        "all steps. Strokes are not brought to one width: the net has learned thin and thick pens instead.",
        "",
        f"| | {' | '.join(names)} | mean |",
        f"|---|{'---|' * (len(names) + 1)}",
    ]
    for row, cells in rows.items():
        errors = [cells[name]["wrong"] / cells[name]["n"] for name in names]
        lines.append(f"| {row} | {' | '.join(f'{e:.1%}' for e in errors)} | **{sum(errors) / len(errors):.1%}** |")
    lines += [
        "",
        f"Below, {EXAMPLES} pictures that each step matters to, a line a step in the order of the table: the picture,",
        "what the net sees of it, and what it sees without the step, with the answers. They are drawn by the project's",
        "own code from MNIST's validation digits.",
        "",
        "![Pictures before and after the preprocessing, with and without each step](preprocessing.png)",
    ]
    return "\n".join([*lines, *stale(record)]) + "\n"
