"""Freed memory goes back to the system, whatever threads used it; in processes of their own, for it is theirs."""

import platform
import subprocess
import sys

import pytest

from tests.demo.browsing import ROOT

RESIDENT = """
import resource
from pathlib import Path

def resident_kb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024
"""
# Sixteen threads use blocks as pictures need them, and each keeps a little of what it made last.
WORK = """
import ctypes, sys, threading
import numpy as np
from demo.guard import allocator

ctypes.CDLL(None).prctl(41, 1, 0, 0, 0)  # PR_SET_THP_DISABLE: what is kept is counted in pages of the usual size
if sys.argv[1] == "told":
    assert allocator.give_back_freed_memory()
kept, together = [], threading.Barrier(16)

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


# Every second of many small blocks is freed: none of them lies at the end of the heap, where glibc looks by itself.
HOLES = """
from demo.guard import allocator

BLOCK = 50_000
blocks = [bytes(BLOCK) for _ in range(2000)]
del blocks[::2]
before_kb = resident_kb()
allocator.trim()
print(before_kb - resident_kb())
"""


def said(program: str, *arguments: str) -> int:
    """The number that a program prints, in a process of its own."""
    command = [sys.executable, "-c", RESIDENT + program, *arguments]
    return int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's own")
def test_freed_memory_is_given_back():
    assert said(WORK, "told") < 20_000 < said(WORK, "not told")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's own")
def test_what_is_free_between_blocks_in_use_is_given_back_too():
    assert said(HOLES) > 30_000
