"""Which pictures a view shows, and in which order."""

import numpy as np
from numpy.typing import NDArray

from demo.analysis.address import Address, AddressError
from demo.analysis.table import Table

PER_PAGE = 200
TWO_NEEDED = "Choose a second model first: fixed and broken compare two."

Mask = NDArray[np.bool_]


def selected(table: Table, address: Address, other: Table | None = None, extra: Mask | None = None) -> NDArray[np.intp]:
    """Indices of the pictures that an address asks for, in its order.

    other: the second model's table on the same data, for "fixed" and "broken".
    extra: (N,) further condition, such as a slice.
    """
    mask = _kind(table, address.only, other)
    if address.truth is not None:
        mask &= table.truth == address.truth
    if address.answer is not None:
        mask &= table.answers == address.answer
    if extra is not None:
        mask &= extra
    indices = np.flatnonzero(mask)
    return indices[np.argsort(_key(table, address.sort)[indices], kind="stable")]


def page_count(indices: NDArray[np.intp]) -> int:
    """How many pages the gallery has; an empty one has one."""
    return max(-(-len(indices) // PER_PAGE), 1)


def _kind(table: Table, only: str, other: Table | None) -> Mask:
    if only == "wrong":
        return table.wrong.copy()
    if only == "right":
        return ~table.wrong
    if only in ("fixed", "broken"):
        if other is None:
            raise AddressError(TWO_NEEDED)
        worse, better = (table, other) if only == "fixed" else (other, table)
        return worse.wrong & ~better.wrong
    return np.ones(len(table), np.bool_)  # "suspect" is narrowed by the caller, who knows the label issues


def _key(table: Table, sort: str) -> NDArray[np.float64]:
    if sort == "margin":
        return table.margin
    return -table.loss if sort == "loss" else -table.confidence
