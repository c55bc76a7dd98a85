"""The gallery as HTML: what it shows, in which order, the cards of one page, and what can be taken away."""

import numpy as np
from numpy.typing import NDArray

from demo.analysis import markup
from demo.analysis.address import KINDS, SORTS, Address
from demo.analysis.selection import PER_PAGE, page_count
from demo.analysis.table import Table
from demo.message import data_url
from demo.views import percent


def gallery(table: Table, indices: NDArray[np.intp], address: Address) -> str:
    """One page of the pictures at `indices`, which are in the gallery's order."""
    page = min(address.page, page_count(indices) - 1)
    shown = indices[page * PER_PAGE : (page + 1) * PER_PAGE]
    cards = "".join(_card(table, int(index), address) for index in shown)
    empty = "" if len(indices) else "<p>No picture is like that.</p>"
    return (
        f'<h2 id="analysis-gallery">Pictures: {_description(address)}</h2>{_filters(address)}'
        f'<p role="status" data-testid="gallery-count">{len(indices):,} of {len(table):,} pictures. {_taken_away()}</p>'
        f'{empty}<ol class="gallery" data-testid="gallery">{cards}</ol>{_pages(indices, page, address)}'
    )


def _description(address: Address) -> str:
    words = [KINDS[address.only]]
    words += [f"truth {address.truth}"] if address.truth is not None else []
    words += [f"answer {address.answer}"] if address.answer is not None else []
    words += [address.slice.replace(":", ", part ")] if address.slice else []
    words += ["inside the area on the map"] if address.area else []
    return ", ".join(words)


def _filters(address: Address) -> str:
    only = markup.choices(
        "Show",
        [
            (name, address.to(only=key, truth=None, answer=None, slice=""), address.only == key)
            for key, name in KINDS.items()
            if key not in ("fixed", "broken") or address.other
        ],
    )
    sort = markup.choices("Sort", [(name, address.to(sort=key), address.sort == key) for key, name in SORTS.items()])
    return f'<div class="filters">{only}{sort}</div>'


def _taken_away() -> str:
    return (
        '<button type="button" data-save="csv">Download as CSV</button> '
        '<button type="button" data-save="zip">Download the pictures</button>'
    )


def _card(table: Table, index: int, address: Address) -> str:
    truth, answer = int(table.truth[index]), int(table.answers[index])
    image = (
        f'<img src="{data_url(table.predictions.seen[index])}" width="84" height="84" loading="lazy" '
        f'alt="Picture {index}: a {truth} read as {answer}">'
    )
    return (
        f"<li>{markup.link(address.to(picture=index, page=address.page), image)}"
        f'<span class="verdict">{truth} <span aria-hidden="true">→</span> <strong>{answer}</strong></span>'
        f'<span class="detail">{percent(float(table.confidence[index]), 1)} sure<br>no. {index:,}</span></li>'
    )


def _pages(indices: NDArray[np.intp], page: int, address: Address) -> str:
    last = page_count(indices) - 1
    if last == 0:
        return ""
    before = markup.link(address.to(page=page - 1), "Previous page") if page else ""
    after = markup.link(address.to(page=page + 1), "Next page") if page < last else ""
    return f'<nav class="pages" aria-label="Pages">{before}<span>Page {page + 1} of {last + 1}</span>{after}</nav>'
