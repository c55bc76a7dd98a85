"""Slices as HTML: a table for each attribute whose rows lead to their misread pictures."""

from demo.analysis.address import Address
from demo.analysis.attributes import UNITS
from demo.analysis.slices import Slicing
from demo.rendering import render


def section(ranked: list[Slicing], address: Address) -> str:
    """The whole section."""
    return render("slices", ranked=ranked, units=UNITS, address=address)
