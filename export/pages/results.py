"""The tables of docs/results.md, from the records."""

from collections.abc import Iterable, Iterator

from core import verbs
from core.catalogue import in_order, place
from core.stamp import note
from core.train.measure.metrics import Count
from export.pages import attempts, checked, others
from export.pages.records import Record
from export.pages.runtimes_page import agreement

LONGEST_COMMAND = 60  # characters of a table's cell; a longer one is linked to
RUNTIMES = "[runtimes](runtimes.md) that agree"
COMMANDS = "[several commands](training.md#how-the-shipped-models-are-made)"
TO_TRY = {"quick": "nothing that is shipped"}  # recipes that are named, though no shipped model comes from them


def tables(records: dict[str, Record]) -> list[str]:
    """The results as lines of Markdown. What no record holds has no row; a table without rows is left out."""
    metrics, digits = records["metrics"], records["other_digits"]
    blocks = [
        _block(
            "On MNIST's test set",
            "Calibration error: how far the stated probabilities are from the share of right answers, over 15 bins.",
            ("model", "parameters", "wrong", "error (95% interval)", "calibration error"),
            _models(metrics),
        ),
        _block(
            "How the models are trained",
            "Means over all seeds of a recipe; [every attempt](training.md#every-attempt) has a row elsewhere.",
            ("trained by", "gives", "seeds", "test error, mean and standard deviation"),
            _groups(metrics),
        ),
        _block(
            "On other people's digits",
            with_note("Read by `recognizer`.", digits),
            ("set", "what", "misread", "error (95% interval)"),
            others.digit_rows(digits),
        ),
        _block(
            "One digit as other programs hand it over",
            with_note(
                "Held-out training digits that are not read as that one digit by the reader, through which the page "
                "looks; and misread by the recogniser alone, whose preprocessing is ruled.",
                records.get("handed", {}),
            ),
            ("kind", "reader", "recogniser alone"),
            _handed(records.get("handed", {})),
        ),
        _block(
            "What is no digit",
            with_note(
                "AUROC: how well `digit_score` tells them from digits; 1 is best. Accepted: the share that passes "
                "where 95% of digits do.",
                digits,
            ),
            ("set", "what", "pictures", "AUROC", "accepted"),
            others.stranger_rows(digits),
        ),
        _block(
            "The files",
            with_note(
                "The largest difference is that of any output. *Provably*: scores differ by less than half of the "
                "smallest gap between a best and a second one, so no label can change.",
                records["parity"],
                records["runtimes"],
            ),
            ("file", "size", "compared with", "labels changed", "largest difference", RUNTIMES),
            _files(records["parity"], records["runtimes"]),
        ),
        _block(
            "Speed",
            with_note("One picture, one thread, least time; [more](benchmark.md).", records.get("benchmark", {})),
            ("file", "µs", "share of the machine's floor", "kB", "wrong of 10,000"),
            _speed(records.get("benchmark", {})),
        ),
        _block("Numbers, answers everywhere, and the page", "", ("checked", "result"), checked.rows(records)),
    ]
    return [line for block in blocks if block for line in ("", *block)] + [""]


def with_note(sentence: str, *of_records: Record) -> str:
    """The sentence above a table, and after it what its records measured that has changed since."""
    return " ".join([sentence, *filter(None, map(note, of_records))])


def _block(title: str, sentence: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    body = ["| " + " | ".join(row) + " |" for row in rows]
    said = [sentence, ""] if sentence else []
    return [f"## {title}", *said, "| " + " | ".join(head) + " |", "|---" * len(head) + "|", *body] if body else []


def _models(metrics: Record) -> Iterator[tuple[str, ...]]:
    for name, model in in_order(metrics.get("models", {})):
        if test := model.get("test"):
            count = Count(test["wrong"], test["n"])
            low, high = count.interval()
            yield (
                f"[`{name}.onnx`](../models/{name}.onnx)",
                f"{model['parameters']:,}",
                f"{count.wrong} of {count.n:,}",
                f"**{count.error:.2%}** ({low:.2%} to {high:.2%})",
                f"{test['ece']:.2%}",
            )


def _groups(metrics: Record) -> Iterator[tuple[str, ...]]:
    """The recipes of the shipped models, and of TO_TRY; docs/training.md has all."""
    groups, models = metrics.get("groups", {}), metrics.get("models", {})
    gives = {
        name: [net for net in sorted(models, key=place) if models[net].get("run") in group.get("runs", ())]
        for name, group in groups.items()
    }
    for name in sorted(filter(gives.get, groups), key=lambda name: place(gives[name][0])):
        yield _recipe(groups[name], ", ".join(f"`{net}`" for net in gives[name]))
    yield from (_recipe(groups[name], said) for name, said in TO_TRY.items() if name in groups)


def _recipe(group: Record, gives: str) -> tuple[str, ...]:
    command = verbs.told(group["command"])
    trained_by = f"`{command}`" if len(command) <= LONGEST_COMMAND else COMMANDS
    return trained_by, gives, str(group["n"]), attempts.error(group)


def _files(parity: Record, runtimes: Record) -> Iterator[tuple[str, ...]]:
    tried = {model["file"]: model for model in runtimes.get("models", {}).values()}
    proved = {model.get("file", f"{name}.onnx"): model for name, model in parity.get("models", {}).items()}
    for file in sorted(proved.keys() | tried, key=place):
        model = proved.get(file, {})
        size = model.get("bytes", tried.get(file, {}).get("bytes", 0))
        furthest = max(model.get("largest_difference", {}).values(), default=None)
        yield (
            f"`{file}`",
            f"{size / 1e6:.2f} MB",
            model.get("reference", ""),
            _labels(model),
            "" if furthest is None else f"{furthest:.1e}",
            agreement(tried[file]) if file in tried else "",
        )


def _labels(model: Record) -> str:
    if not model:
        return ""
    proof = ", provably" if model.get("margin", {}).get("holds") else ""
    return f"{model['labels_changed']} of {model['pictures']:,}{proof}"


def _handed(handed: Record) -> Iterator[tuple[str, ...]]:
    for kind, wrong in handed.get("kinds", {}).items():
        yield kind, *(f"{wrong[model] / handed['n']:.1%}" for model in ("reader", "recognizer"))


def _speed(benchmark: Record) -> Iterator[tuple[str, ...]]:
    for name, row in in_order(benchmark.get("models", {})):
        if name.endswith((".fp16.onnx", ".ort")) or name.startswith("reference"):
            continue
        share = f"{row['share_of_floor']:.0%}" if "share_of_floor" in row else ""
        size = f"{row['bytes'] / 1e3:,.0f}" if "bytes" in row else ""
        yield name, f"{row['min_us']:,.0f}", share, size, f"{row['wrong']:,}" if "wrong" in row else ""
