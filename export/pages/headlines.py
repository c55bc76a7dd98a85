"""The four numbers of README.md, each with the way to its proof."""

from collections.abc import Iterator

from core.stamp import mark
from core.train.measure.metrics import Count
from export.pages.others import judged
from export.pages.records import Record

HEAD = ("| what | number | proof |", "|---|---|---|")


def rows(records: dict[str, Record]) -> Iterator[str]:
    """A table; what no record holds has no row, and a number whose files changed since says so."""
    yield from HEAD
    yield from _mnist(records["metrics"])
    yield from _others(records["other_digits"])
    yield from _everywhere(records["agreement"])
    yield from _fast(records["benchmark"])


def _mnist(metrics: Record) -> Iterator[str]:
    if test := metrics.get("models", {}).get("convnet", {}).get("test"):
        count = Count(test["wrong"], test["n"])
        yield _row(
            "MNIST's test pictures that `convnet`, which learned from MNIST alone, misreads",
            f"**{count.error:.2%}** ({count.wrong} of {count.n:,})",
            "[every model](docs/results.md#on-mnists-test-set)",
            metrics,
        )


def _others(others: Record) -> Iterator[str]:
    if others:
        yield _row(
            "other people's digits, never trained on, that `recognizer` misreads",
            f"**{others['mean_error']:.2%}**, the mean over {len(judged(others))} sets",
            "[set by set](docs/results.md#on-other-peoples-digits)",
            others,
        )


def _everywhere(agreement: Record) -> Iterator[str]:
    if agreement:
        compared = [one for of in agreement["sets"].values() for one in of["runtimes"].values()]
        pictures = sum(of["pictures"] for of in agreement["sets"].values())
        yield _row(
            "pictures of other people to which ONNX Runtime or a browser gives another answer than torch",
            f"**{sum(one['labels_changed'] for one in compared)}** of {pictures:,}",
            "[set by set](docs/records/agreement.json)",
            agreement,
        )


def _fast(benchmark: Record) -> Iterator[str]:
    if row := benchmark.get("models", {}).get("recognizer.onnx"):
        yield _row(
            "`recognizer.onnx`: a picture on one thread of a processor, and the file",
            f"**{row['min_us'] / 1e3:.1f} ms**, {row['bytes'] / 1e6:.1f} MB",
            "[beside the others](docs/benchmark.md)",
            benchmark,
        )


def _row(what: str, number: str, proof: str, record: Record) -> str:
    said = mark(record)
    return f"| {what} | {f'{number}; {said}' if said else number} | {proof} |"
