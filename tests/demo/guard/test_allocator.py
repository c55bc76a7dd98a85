"""Freed memory goes back to the system, whatever threads used it; in processes of their own, for it is theirs."""

import platform
import subprocess
import sys

import pytest

from tests.demo.browsing import ROOT

# Sixteen threads use blocks as pictures need them, and each keeps a little of what it made last.
WORK = """
import ctypes, resource, sys, threading
from pathlib import Path
import numpy as np
from demo.guard import allocator

ctypes.CDLL(None).prctl(41, 1, 0, 0, 0)  # PR_SET_THP_DISABLE: what is kept is counted in pages of the usual size
if sys.argv[1] == "told":
    assert allocator.give_back_freed_memory()
kept, together = [], threading.Barrier(16)

def resident_kb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024

def work():
    for mb in (12, 8, 4, 8, 4, 2):
        together.wait()
        blocks = [np.ones(mb * 2**20, np.uint8) for _ in range(2)]
        kept.append(np.ones(100_000, np.uint8))
        together.wait()
        del blocks

before_kb = resident_kb()
threads = [threading.Thread(target=work) for _ in range(16)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(resident_kb() - before_kb)
"""


def kept_kb(how: str) -> int:
    """By how much such a process is larger after the work."""
    done = subprocess.run([sys.executable, "-c", WORK, how], cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's own")
def test_freed_memory_is_given_back():
    assert kept_kb("told") < 20_000 < kept_kb("not told")
