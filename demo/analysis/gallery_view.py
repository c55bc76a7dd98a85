"""The gallery as HTML: what it shows, in which order, the cards of one page, and what can be taken away."""

import numpy as np
from numpy.typing import NDArray

from demo.analysis.address import KINDS, SORTS, Address
from demo.analysis.selection import PER_PAGE, page_count
from demo.analysis.table import Table
from demo.rendering import render


def gallery(table: Table, indices: NDArray[np.intp], address: Address) -> str:
    """One page of the pictures at `indices`, which are in the gallery's order."""
    last = page_count(indices) - 1
    page = min(address.page, last)
    kinds = [
        (name, there, address.only == key)
        for key, name in KINDS.items()
        if key not in ("fixed", "broken") or address.other
        if (there := address.to(only=key, truth=None, answer=None, slice="")).href
    ]
    return render(
        "gallery",
        description=_description(address),
        kinds=kinds,
        sorts=[(name, address.to(sort=key), address.sort == key) for key, name in SORTS.items()],
        count=len(indices),
        pictures=table,
        shown=indices[page * PER_PAGE : (page + 1) * PER_PAGE].tolist(),
        page=page,
        last=last,
        address=address,
    )


def _description(address: Address) -> str:
    words = [KINDS[address.only]]
    words += [f"truth {address.truth}"] if address.truth is not None else []
    words += [f"answer {address.answer}"] if address.answer is not None else []
    words += [address.slice.replace(":", ", part ")] if address.slice else []
    words += ["inside the area on the map"] if address.area else []
    return ", ".join(words)
