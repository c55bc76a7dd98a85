"""Every recipe that was trained and recorded, with its test errors: the complete list, and how each is written."""

from collections.abc import Iterator
from typing import Any

from core import verbs

Record = dict[str, Any]


def rows(metrics: Record) -> Iterator[str]:
    """A table of all recipes of metrics.json, best first; nothing without a record."""
    groups = sorted(metrics.get("groups", {}).items(), key=lambda item: (item[1]["test_error_mean"], item[0]))
    if groups:
        yield "| recipe | seeds | test error, mean and standard deviation | trained by |"
        yield "|---|--:|--:|---|"
    for name, group in groups:
        yield f"| {name} | {group['n']} | {error(group)} | `{verbs.told(group['command'])}` |"


def error(group: Record) -> str:
    """A recipe's mean test error; one run has no deviation."""
    spread = "" if group["test_error_sd"] is None else f" ± {group['test_error_sd']:.3%}"
    return f"{group['test_error_mean']:.3%}{spread}"
