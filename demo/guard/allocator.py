"""Tells the C library to hand freed memory back: a server of many threads shall not keep all that it once used."""

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8  # of glibc's malloc.h
MAPPED_FROM = 1 << 18  # bytes: a larger block gets pages of its own, which go back to the system when it is freed
ARENAS = 2  # heaps that threads share; by default each thread of a machine of two cores may get one of sixteen


def give_back_freed_memory() -> bool:
    """Bound what glibc keeps of freed memory; returns whether it could be told. To be called before threads start.

    By default glibc stops mapping blocks of a size that was freed once, up to 32 MB, and each of its heaps then keeps
    the room of the largest pictures that its threads ever worked on.
    source: mallopt(3), M_ARENA_MAX and M_MMAP_THRESHOLD.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    chosen = ((M_ARENA_MAX, ARENAS), (M_MMAP_THRESHOLD, MAPPED_FROM), (M_TRIM_THRESHOLD, MAPPED_FROM))
    return bool(mallopt and all(mallopt(name, value) for name, value in chosen))
