"""Two models side by side, as HTML."""

from demo.analysis.address import Address
from demo.analysis.comparison import compare
from demo.analysis.table import Table
from demo.rendering import render


def section(table: Table, other: Table | None, address: Address) -> str:
    """The whole section; asks for a second model where there is none."""
    if other is None:
        return render("comparison", found=None)
    first, second = int(table.wrong.sum()), int(other.wrong.sum())
    return render("comparison", found=compare(table, other), first=first, second=second, address=address)
