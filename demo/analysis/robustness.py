"""How models fare on pictures made worse, from the record that `digits robustness` writes."""

from pathlib import Path

from demo import records
from demo.analysis.counts import Rate, wilson
from demo.records import RecordError

ROBUSTNESS = "robustness.json"
Curve = list[tuple[int, Rate]]  # (strength, error), from strength 0, the clean pictures


def robustness(record: Path) -> dict[str, dict[str, Curve]]:
    """Corruption -> model -> curve, what harms most first; empty where there is no record.

    RecordError, a sentence, for a record of another shape.
    """
    models = records.robustness(record).get("models", {})
    try:
        curves: dict[str, dict[str, Curve]] = {}
        for model, measured in models.items():
            clean = (0, wilson(measured["clean"]["wrong"], measured["clean"]["n"]))
            for corruption, rows in measured["corruptions"].items():
                steps = [(row["strength"], wilson(row["wrong"], row["n"])) for row in rows]
                curves.setdefault(corruption, {})[model] = [clean, *sorted(steps, key=lambda step: step[0])]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RecordError(
            f"{record.name}: expected models, each with clean and corruptions, counts of wrong and n ({error!r}); "
            "write it again"
        ) from error
    return dict(sorted(curves.items(), key=lambda item: -_worst(item[1])))


def _worst(models: dict[str, Curve]) -> float:
    return max(curve[-1][1].share for curve in models.values())
