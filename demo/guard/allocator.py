"""Tells the C library to hand freed memory back: a server of many threads shall not keep all that it once used."""

import ctypes
import sys
from collections.abc import Callable

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8  # of glibc's malloc.h
MAPPED_FROM = 1 << 18  # bytes: a larger block gets pages of its own, which go back to the system when it is freed
ARENAS = 2  # heaps that threads share; by default each thread of a machine of two cores may get one of sixteen


def give_back_freed_memory() -> bool:
    """Bound what glibc keeps of freed memory; returns whether it could be told. To be called before threads start.

    By default glibc stops mapping blocks of a size that was freed once, up to 32 MB, and each of its heaps then keeps
    the room of the largest pictures that its threads ever worked on.
    source: mallopt(3), M_ARENA_MAX and M_MMAP_THRESHOLD.
    """
    mallopt = _of_glibc("mallopt")
    chosen = ((M_ARENA_MAX, ARENAS), (M_MMAP_THRESHOLD, MAPPED_FROM), (M_TRIM_THRESHOLD, MAPPED_FROM))
    return bool(mallopt and all(mallopt(name, value) for name, value in chosen))


def trim() -> None:
    """Hand back what is free between blocks that are in use, which glibc holds on to in every heap."""
    if give_back := _of_glibc("malloc_trim"):
        give_back(0)


def _of_glibc(name: str) -> Callable[..., int] | None:
    """A function of the C library; None where another one has none of that name."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None
