"""Error on pictures made worse, drawn and as tables: from the record, and live for the pictures on show."""

from typing import Any

from demo.analysis.address import Address
from demo.analysis.corruptions import CHANGES, MOST_PICTURES
from demo.analysis.counts import Rate
from demo.analysis.robustness import Curve
from demo.rendering import quarters, render


def section(recorded: dict[str, dict[str, Curve]], rates: list[Rate], address: Address | None) -> str:
    """A chart for each corruption with a line for each model, and a table of all; a sentence for no record.

    rates:   live, one for each strength from 0; empty while no change is chosen.
    address: None where nothing can be measured, as in a report.
    """
    models = sorted({model for curves in recorded.values() for model in curves})
    changes, live = [], None
    if address is not None:
        changes = [(name.capitalize(), address.to(change=name), name == address.change) for name in CHANGES]
        live = _drawn(f"Error under {address.change}", {"": list(enumerate(rates))}, [""]) if rates else None
    return render(
        "robustness",
        recorded=recorded,
        models=models,
        charts=[_drawn(name, curves, models) for name, curves in recorded.items()],
        changes=changes,
        most=MOST_PICTURES,
        rates=rates,
        live=live,
    )


def _drawn(name: str, curves: dict[str, Curve], models: list[str]) -> dict[str, Any]:
    """A chart on a scale of its own; lines: (style, [(strength, error, low, high) as shares of the axes])."""
    highest = max(rate.high for curve in curves.values() for _, rate in curve)
    strongest = max(max(strength for strength, _ in curve) for curve in curves.values()) or 1
    lines = [
        (
            models.index(model) % 4,
            [
                (step / strongest, *(each / highest for each in (rate.share, rate.low, rate.high)))
                for step, rate in curve
            ],
        )
        for model, curve in curves.items()
    ]
    errors = quarters(highest, 0 if highest > 0.1 else 1)
    return {"name": name, "lines": lines, "strengths": list(range(strongest + 1)), "errors": errors}
