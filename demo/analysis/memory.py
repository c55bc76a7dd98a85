"""How much a result holds, so that a server of many analyses does not grow."""

from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any

import numpy as np


def held_bytes(values: object) -> int:
    """Bytes of all different arrays in arrays, or in dictionaries, lists, tuples and dataclasses of them."""
    return sum({id(array): array.nbytes for array in _arrays(values)}.values())


def _arrays(value: object) -> Iterator[np.ndarray[Any, Any]]:
    if isinstance(value, np.ndarray):
        yield value
    elif is_dataclass(value):
        yield from _arrays(vars(value))  # its fields, and what cached properties have kept since
    elif isinstance(value, dict):
        yield from _arrays(list(value.values()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _arrays(one)
