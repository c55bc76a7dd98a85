"""docs/ablation.md from its record: what each change of the recipe is worth."""

from typing import Any

from core.stamp import stale


def page(record: dict[str, Any]) -> str:
    """The table with its explanation, as Markdown."""
    seeds, n = record["rows"][0]["seeds"], record["rows"][0]["n"]
    said = f"{'seeds' if len(seeds) > 1 else 'seed'} {', '.join(map(str, seeds))}"
    lines = [
        "# What each change of the recipe is worth",
        "",
        "Written by `digits ablation` from [its record](records/ablation.json). One change at a time from the",
        f"default recipe at {record['epochs']} epochs, {said}; errors on the 5,000",
        f"validation pictures, summed over the seeds ({n:,} answers a row). Fixed and broken count answers against the",
        "default recipe's with the same seed; the verdict is McNemar's exact test at 5%, one test a row and not",
        "corrected for their number.",
        "",
        "![Validation error of each change with its 95% interval](ablation.png)",
        "",
        "| question | change | wrong | error (95% interval) | fixed / broken | p | verdict |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in record["rows"]:
        low, high = row["interval"]
        error = f"{row['wrong'] / row['n']:.2%} ({low:.2%} to {high:.2%})"
        change = f"{row['fixed']} / {row['broken']} | {row['mcnemar_p']:.2g}" if row["verdict"] != "-" else "- | -"
        lines.append(f"| {row['question']} | {row['name']} | {row['wrong']} | {error} | {change} | {row['verdict']} |")
    return "\n".join([*lines, *stale(record)]) + "\n"
