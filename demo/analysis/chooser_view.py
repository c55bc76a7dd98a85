"""What can be chosen above every view: pictures, one or two models, the section."""

from collections.abc import Mapping
from types import MappingProxyType

from demo.analysis.address import SECTIONS, Address
from demo.rendering import render

NOTHING: Mapping[str, str] = MappingProxyType({})
CORRECTIONS = "corrections"  # no data set's name: the page asks for the visitor's own and opens what it gets


def choices(
    address: Address, data: dict[str, str], models: dict[str, str], name: str, unfit: Mapping[str, str] = NOTHING
) -> str:
    """Three lists. data, models: value -> title; name: what the pictures on show are called.

    unfit: models that cannot read these pictures -> why; they are listed greyed out.
    """
    if address.data not in data:
        data = {address.data: name} | data
    others = {"": "none"} | {value: title for value, title in models.items() if value != address.model}
    lists = (
        ("data", "Pictures", data, address.data),
        ("model", "Model", models, address.model),
        ("other", "Second model", others, address.other),
    )
    return render("chooser", lists=lists, unfit=unfit)


def sections(address: Address) -> str:
    """A row of links, one for each section."""
    links = [
        (title, address.to(show=name, page=address.page), name == address.show) for name, title in SECTIONS.items()
    ]
    return render("sections", sections=links)
