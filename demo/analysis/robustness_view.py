"""Error under a chosen corruption, drawn and as a table."""

from demo.analysis import markup
from demo.analysis.address import Address
from demo.analysis.corruptions import CHANGES
from demo.analysis.counts import Rate
from demo.views import percent


def section(rates: list[Rate], address: Address) -> str:
    """The whole section. rates: one for each strength from 0; empty while no change is chosen."""
    chooser = markup.choices(
        "Change", [(name.capitalize(), address.to(change=name), name == address.change) for name in CHANGES]
    )
    intro = "<h2>How much worse may pictures get?</h2>"
    if not rates:
        return f"{intro}<p>Choose a change; up to 1,000 pictures are then read again at each strength.</p>{chooser}"
    highest = max(rate.high for rate in rates)
    points = " ".join(
        f"{markup.x_at(strength / 5):.1f},{markup.y_at(rate.share / highest):.1f}"
        for strength, rate in enumerate(rates)
    )
    axes = markup.axes([str(strength) for strength in range(6)], [percent(highest * step / 4, 1) for step in range(5)])
    rows = [
        (
            str(strength),
            f"{rate.hits} of {rate.total:,}",
            percent(rate.share),
            markup.interval(rate.low, rate.high),
        )
        for strength, rate in enumerate(rates)
    ]
    drawn = markup.chart(
        f"Error under {address.change}", f'{axes}<polyline class="line-0" points="{points}"/>', "strength", "error"
    )
    head = ("Strength", "Misread", "Error", "95% interval")
    return f"{intro}{chooser}{drawn}{markup.table(f'Error under {address.change}', head, rows)}"
