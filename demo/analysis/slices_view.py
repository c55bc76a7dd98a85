"""Slices as HTML: a table for each attribute whose rows lead to their misread pictures."""

from demo.analysis import markup
from demo.analysis.address import Address
from demo.analysis.attributes import UNITS
from demo.analysis.slices import Slicing
from demo.views import percent


def section(ranked: list[Slicing], address: Address) -> str:
    """The whole section."""
    tables = "".join(_slicing(one, address) for one in ranked)
    return (
        "<h2>Which kinds of pictures are hard?</h2><p>Each measure cuts the pictures into five equally full parts; "
        f"what explains most comes first. Choose a part to see its misread pictures.</p>{tables}"
    )


def _slicing(one: Slicing, address: Address) -> str:
    widest = max(part.error.high for part in one.parts)
    rows = [
        (
            _link(one.name, place, f"{part.low:.2f} to {part.high:.2f}", address),
            f"{part.error.hits} of {part.error.total:,}",
            markup.interval_bar(part.error, widest),
            percent(part.error.share),
            markup.interval(part.error.low, part.error.high),
        )
        for place, part in enumerate(one.parts)
    ]
    beyond = "more than chance" if one.explained > 3 * one.chance else "about what chance would"
    caption = (
        f"<strong>{one.name.capitalize()}</strong> ({UNITS[one.name]}) explains {percent(one.explained)} of the "
        f"misreading, {beyond}"
    )
    return markup.table(caption, ("Part", "Misread", "", "Error", "95% interval"), rows)


def _link(name: str, place: int, text: str, address: Address) -> str:
    key = f"{name}:{place}"
    if address.slice == key:
        return markup.link(address.to(slice=""), text, current=True)
    return markup.link(address.to(slice=key, only="wrong"), text)
