"""The benchmark's record for people: a table in the terminal, and docs/benchmark.md."""

from collections.abc import Iterator
from typing import Any

from core.stamp import stale

Record = dict[str, Any]

HEAD = """\
# How fast, how small, how good

Written by `make bench` from [benchmark.json](records/benchmark.json). Every model has its turn in every round, so that
what disturbs the machine disturbs all alike; one picture at a time on one thread, in ONNX Runtime unless a row says
otherwise. `least` is the time that nothing disturbed.

![Error on the test set against time and size](front.png)
"""

TELLS = """\

The floor is the time that a net's multiplications and additions take at the rate of a 512 x 512 matrix product, the
fastest arithmetic of this machine: {rates}. A net of small layers cannot reach it, for it also moves its numbers.
Memory is what a process grows by when it opens the file and answers once. Files given with `--other`, or laid into
`.cache/rivals`, are measured beside the shipped ones; the ONNX zoo's MNIST CNN is `mnist-8.onnx` of its repository.
"""


PROFILES = """
## Where the time goes

Microseconds by operator, as ONNX Runtime's own profile of one picture tells them.
"""


def as_text(record: Record) -> str:
    lines = [
        f"{'one picture':32}{'p50':>9}{'p99':>9}{'least':>9}  us{'pictures/s':>12}{'bytes':>12}{'MB':>7}{'wrong':>7}"
    ]
    for name, row in record["models"].items():
        numbers = "".join(f"{row[key]:9.0f}" for key in ("p50_us", "p99_us", "min_us"))
        cost = f"{row.get('bytes', 0):12,}{row.get('memory_mb', 0):7.1f}{row.get('wrong', ''):>7}"
        lines.append(f"{name:32}{numbers}    {row['pictures_per_s']:12,}{cost}")
    return "\n".join([*lines, *verdicts(record)])


def page(record: Record) -> str:
    """docs/benchmark.md."""
    rates = ", ".join(f"{rate:.0f} GFLOP/s as {name}" for name, rate in record["matrix_gflop_per_s"].items())
    parts = [
        HEAD,
        f"Measured on {record['machine']['processor']} under a load of {record['machine']['load']}, "
        f"onnxruntime {record['versions']['onnxruntime']}, torch {record['versions']['torch']}.\n",
        *speed_table(record),
        TELLS.format(rates=rates),
        *verdicts(record),
        *size_table(record),
        PROFILES,
        *profiles(record),
        *stale(record),
    ]
    return "\n".join(parts) + "\n"


def speed_table(record: Record) -> Iterator[str]:
    yield "| | p50 µs | p99 µs | least µs | share of floor | pictures/s | kB | load ms | memory MB | wrong of 10,000 |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for name, row in record["models"].items():
        share = f"{row['share_of_floor']:.0%}" if "share_of_floor" in row else ""
        size = f"{row['bytes'] / 1e3:,.0f}" if "bytes" in row else ""
        times = " | ".join(f"{row[key]:,.0f}" for key in ("p50_us", "p99_us", "min_us"))
        rest = " | ".join(str(row.get(key, "")) for key in ("load_ms", "memory_mb", "wrong"))
        yield f"| {name} | {times} | {share} | {row['pictures_per_s']:,} | {size} | {rest} |"


def size_table(record: Record) -> Iterator[str]:
    """A recogniser's median and least time for one picture of each size, in milliseconds; nothing without them."""
    if not (rows := record.get("sizes")):
        return
    sizes = [*next(iter(rows.values()))]
    yield "\n## Larger pictures\n\nOne picture on one thread, preprocessing included: median and least time in ms.\n"
    yield "| | " + " | ".join(size.replace("x", " x ") for size in sizes) + " |"
    yield "|---" + "|--:" * len(sizes) + "|"
    for name, by_size in rows.items():
        cells = [f"{row['p50_us'] / 1e3:.2f}, {row['min_us'] / 1e3:.2f}" for row in by_size.values()]
        yield f"| {name} | {' | '.join(cells)} |"


def verdicts(record: Record) -> Iterator[str]:
    """What was aimed at and what came out, from the least times."""
    rows = record["models"]
    least = {name: row["min_us"] for name, row in rows.items()}
    if share := rows.get("convnet.onnx", {}).get("share_of_floor"):
        yield f"- ConvNet, one picture: {share:.0%} of the floor (aim: 80%)."
    for name in ("convnet", "edge"):
        if {f"{name}.onnx", f"{name}.int8.onnx"} <= set(least):
            ratio = least[f"{name}.onnx"] / least[f"{name}.int8.onnx"]
            yield f"- {name}: 8-bit integers are {ratio:.2f} times as fast as float32 (aim: 1.5)."
    for name in sorted(rival for rival in least if rival.startswith("mnist-")):
        for ours in ("edge.onnx", "edge.int8.onnx"):
            if ours in least:
                ratio, errors = least[ours] / least[name], f"{rows[ours]['wrong']} pictures, not {rows[name]['wrong']}"
                yield f"- {ours} takes {ratio:.2f} times as long as {name} (aim: at most 1) and misreads {errors}."


def profiles(record: Record) -> Iterator[str]:
    yield "| | operators |"
    yield "|---|---|"
    for name, row in record["models"].items():
        if found := row.get("us_by_operator"):
            yield f"| {name} | {', '.join(f'{operator} {us}' for operator, us in found.items())} |"
