"""Keep large blocks that the C library has freed, instead of giving them back to the system after every step."""

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of malloc.h
LARGEST_BLOCK = 1 << 30  # bytes


def keep_freed_memory() -> bool:
    """Let glibc reuse freed blocks below 1 GiB; returns whether it could be told. Elsewhere nothing happens.

    Every step frees and asks again for the same activations, some 13 MB each. Given back, they return as fresh pages
    that the system first has to fill with zeros, which took a quarter of a training step.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    return bool(mallopt and mallopt(M_MMAP_THRESHOLD, LARGEST_BLOCK) and mallopt(M_TRIM_THRESHOLD, 2**31 - 1))
