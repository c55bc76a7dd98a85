"""Freed memory is kept where the C library can be told to."""

import subprocess
import sys

import pytest

FAULTS = """
import ctypes, resource, sys, torch
ctypes.CDLL(None).prctl(41, 1, 0, 0, 0)  # PR_SET_THP_DISABLE: a huge page would be one fault for 512
from core.train.allocator import keep_freed_memory
if sys.argv[1] == "keep":
    assert keep_freed_memory()
def use(): torch.empty(12_000_000).fill_(1)
for _ in range(10): use()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10): use()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's mallopt")
def test_freed_blocks_come_back_without_page_faults():
    run = [sys.executable, "-c", FAULTS]
    faults = {how: int(subprocess.check_output([*run, how])) for how in ("keep", "give")}
    assert faults["keep"] < faults["give"] / 10
