"""The record of all runtimes for people: docs/runtimes.md, and one row a file for docs/results.md."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from core.catalogue import place
from core.stamp import stale

Record = dict[str, Any]

HEAD = """\
# Every file in every runtime

Where each file runs, and whether it gives the same answers there as the trained net.

Written from [runtimes.json](records/runtimes.json), the record of `make parity`. Each file answers MNIST's test
pictures and blank, full and noisy ones (a recogniser also at five sizes, light on dark and dark on light) in each
runtime that the machine has. A runtime **agrees** when every output is within its arithmetic's tolerance of the
reference and every label is the same. The reference is torch; for 8-bit files it is the graph as it is written, in ONNX
Runtime without any optimisation; a sum between two of 256 steps may go either way, so logits may be a step apart and
probabilities a step carried through softmax (0.04), labels never. Emulated processors, the reference evaluator on
recognisers, and all on fp16 and .ort files are shown fewer pictures; each row says how many.

Times and memory are of two trials side by side and tell about one runtime, not about which is faster:
[benchmark.md](benchmark.md) compares. Runtimes outside Python are started anew for each call and so have no time here;
loading includes conversion where a runtime has a format of its own. Memory is what the process grew by.
"""

COLUMNS = "| runtime | version | answers | pictures | largest difference | load s | least µs | memory MB |"


def page(record: Record) -> str:
    """docs/runtimes.md."""
    lines = [HEAD, f"Measured on {record['machine']['processor']}.\n", *missing(record)]
    for model in files(record):
        lines += [f"\n## {model['file']}", "", f"{model['bytes']:,} bytes, against {model['reference']}.", ""]
        lines += [COLUMNS, "|---|---|---|--:|--:|--:|--:|--:|"]
        lines += [trial_row(name, trial) for name, trial in in_order(model) if trial["outcome"] != "missing"]
    return "\n".join([*lines, *device_table(record), *stale(record)]) + "\n"


def files(record: Record) -> list[Record]:
    """The entries of all files, in the order of all tables."""
    return sorted(record.get("models", {}).values(), key=lambda model: place(model["file"]))


def in_order(model: Record) -> list[tuple[str, Record]]:
    """A file's trials by the runtime's name."""
    return sorted(model["runtimes"].items())


def trial_row(name: str, trial: Record) -> str:
    if trial["outcome"] != "agrees":
        reason = " ".join(trial["reason"].replace("|", "\\|").split())
        return f"| {name} | {trial['version']} | **{trial['outcome']}**: {reason[:160]} | | | | | |"
    largest = ", ".join(f"{output} {value:.1e}" for output, value in trial["largest_difference"].items())
    proof = "agrees; no label can differ" if trial["margin"].endswith("no label can differ") else "agrees"
    least = f"{trial['latency_us']['min']:,.0f}" if trial["latency_us"] else ""
    memory = "" if trial["memory_mb"] is None else f"{trial['memory_mb']:.0f}"
    load = f"{trial['load_s']:.2f}" if trial["latency_us"] else ""
    cells = (name, trial["version"], proof, f"{trial['pictures']:,}", largest, load, least, memory)
    return "| " + " | ".join(cells) + " |"


def missing(record: Record) -> Iterator[str]:
    """What this machine lacked, with its reason, once for all files."""
    reasons = {
        name: trial["reason"]
        for model in record["models"].values()
        for name, trial in model["runtimes"].items()
        if trial["outcome"] == "missing"
    }
    yield from (f"- skipped {name}: {reason}" for name, reason in reasons.items())


def device_costs(record: Record) -> dict[str, dict[str, int]]:
    """File -> bytes of flash, static RAM and stack on the microcontroller, where they were measured."""
    return {
        model["file"]: trial["device_bytes"]
        for model in files(record)
        for trial in model["runtimes"].values()
        if trial.get("device_bytes")
    }


def device_table(record: Record) -> Iterator[str]:
    """Rows for each file that a Cortex-M7 ran; nothing when none did."""
    if found := device_costs(record):
        yield "\n## On a Cortex-M7\n\nBytes, C library and test program included.\n"
        yield "| file | flash | static RAM | deepest stack |"
        yield "|---|--:|--:|--:|"
        for file, cost in found.items():
            yield f"| {file} | {cost['flash']:,} | {cost['static_ram']:,} | {cost['stack']:,} |"


def agreement(model: Record) -> str:
    """For docs/results.md: in how many runtimes a file agrees, and which refuse it or differ."""
    outcomes = Counter(trial["outcome"] for trial in model["runtimes"].values())
    differing = [name for name, trial in model["runtimes"].items() if trial["outcome"] == "differs"]
    tried = sum(outcomes.values()) - outcomes["missing"]
    refused = f", {outcomes['refuses']} refuse it" if outcomes["refuses"] else ""
    return f"{outcomes['agrees']} of {tried}{refused}" + "".join(f", **{name} differs**" for name in differing)
