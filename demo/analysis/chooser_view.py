"""What can be chosen above every view: pictures, one or two models, the section."""

from html import escape

from demo.analysis import markup
from demo.analysis.address import SECTIONS, Address

CORRECTIONS = "corrections"  # no data set's name: the page asks for the visitor's own and opens what it gets


def choices(address: Address, data: dict[str, str], models: dict[str, str], name: str) -> str:
    """Three lists. data, models: value -> title; name: what the pictures on show are called."""
    if address.data not in data:
        data = {address.data: name} | data
    others = {"": "none"} | {value: title for value, title in models.items() if value != address.model}
    return (
        _select("data", "Pictures", data, address.data)
        + _select("model", "Model", models, address.model)
        + _select("other", "Second model", others, address.other)
    )


def sections(address: Address) -> str:
    """A row of links, one for each section."""
    return markup.choices(
        "View",
        [(title, address.to(show=name, page=address.page), name == address.show) for name, title in SECTIONS.items()],
    )


def _select(name: str, label: str, options: dict[str, str], chosen: str) -> str:
    listed = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(title)}</option>'
        for value, title in options.items()
    )
    return f'<label>{label} <select name="{name}">{listed}</select></label>'
