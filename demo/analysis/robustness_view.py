"""Error on pictures made worse, drawn and as tables: from the record, and live for the pictures on show."""

from html import escape

from demo.analysis import markup
from demo.analysis.address import Address
from demo.analysis.corruptions import CHANGES, MOST_PICTURES
from demo.analysis.counts import Rate
from demo.analysis.robustness import Curve
from demo.views import percent

NO_RECORD = "<p>No record of robustness lies beside the models; <code>python -m core.robustness</code> writes it.</p>"


def section(recorded: dict[str, dict[str, Curve]], rates: list[Rate], address: Address) -> str:
    """The whole section. rates: live, one for each strength from 0; empty while no change is chosen."""
    return f"<h2>How much worse may pictures get?</h2>{from_record(recorded)}{_live(rates, address)}"


def from_record(recorded: dict[str, dict[str, Curve]]) -> str:
    """A chart for each corruption with a line for each model, and a table of all; a sentence for no record."""
    if not recorded:
        return NO_RECORD
    models = sorted({model for curves in recorded.values() for model in curves})
    legend = "".join(
        f'<li><span class="swatch line-{style % 4}"></span>{escape(model)}</li>' for style, model in enumerate(models)
    )
    charts = "".join(_chart(escape(name), curves, models) for name, curves in recorded.items())
    rows = [
        (
            f"{escape(corruption)}, {strength}",
            escape(model),
            f"{rate.hits:,} of {rate.total:,}",
            percent(rate.share),
            markup.interval(rate.low, rate.high),
        )
        for corruption, curves in recorded.items()
        for model, curve in curves.items()
        for strength, rate in curve
    ]
    head = ("Corruption, strength", "Model", "Misread", "Error", "95% interval")
    table = markup.table("Error under each corruption; strength 0 is the clean pictures", head, rows)
    return (
        "<p>MNIST's test pictures, made worse in steps; what harms most comes first, and each chart has its own scale."
        f'</p><ul class="legend">{legend}</ul><div class="small-charts" data-testid="robustness-record">{charts}</div>'
        f"{markup.folded('The numbers behind the curves', table)}"
    )


def _live(rates: list[Rate], address: Address) -> str:
    chooser = markup.choices(
        "Change", [(name.capitalize(), address.to(change=name), name == address.change) for name in CHANGES]
    )
    title = "<h2>And these pictures, with this model?</h2>"
    if not rates:
        return (
            f"{title}<p>Choose a change; up to {MOST_PICTURES:,} pictures are then read again at each strength.</p>"
            f"{chooser}"
        )
    rows = [
        (str(strength), f"{rate.hits} of {rate.total:,}", percent(rate.share), markup.interval(rate.low, rate.high))
        for strength, rate in enumerate(rates)
    ]
    name = f"Error under {address.change}"
    return (
        f"{title}{chooser}{_chart(name, {'': list(enumerate(rates))}, [''])}"
        f"{markup.table(name, ('Strength', 'Misread', 'Error', '95% interval'), rows)}"
    )


def _chart(name: str, curves: dict[str, Curve], models: list[str]) -> str:
    """Lines on a scale of their own, each point with its interval."""
    highest = max(rate.high for curve in curves.values() for _, rate in curve)
    strongest = max(max(strength for strength, _ in curve) for curve in curves.values()) or 1
    lines = "".join(_line(curve, strongest, highest, models.index(model) % 4) for model, curve in curves.items())
    places = 0 if highest > 0.1 else 1
    steps = [percent(highest * step / 4, places) for step in range(5)]
    axes = markup.axes([str(strength) for strength in range(strongest + 1)], steps)
    return markup.chart(name, axes + lines, "strength", "error")


def _line(curve: Curve, strongest: int, highest: float, style: int) -> str:
    places = [(markup.x_at(strength / strongest), rate) for strength, rate in curve]
    points = " ".join(f"{x:.1f},{markup.y_at(rate.share / highest):.1f}" for x, rate in places)
    whiskers = "".join(
        f'<line class="whisker-line" x1="{x:.1f}" x2="{x:.1f}" y1="{markup.y_at(rate.low / highest):.1f}" '
        f'y2="{markup.y_at(rate.high / highest):.1f}"/>'
        for x, rate in places
    )
    return f'{whiskers}<polyline class="line-{style}" points="{points}"/>'
