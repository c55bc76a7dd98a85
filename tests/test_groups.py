"""Tests that share what is long in the making run in one process, where two run side by side."""

import shutil
import subprocess
import sys
from pathlib import Path

CONFTEST = Path(__file__).with_name("conftest.py")
SAYS_WHERE = """
import os, pathlib, pytest

@pytest.mark.parametrize("n", range(6))
def test_where(n):
    with pathlib.Path(__file__).with_suffix(".txt").open("a") as file:
        file.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")
"""


NAMES = ("demo/test_c.py", "export/test_a.py", "export/test_b.py")


def test_a_group_has_one_process(tmp_path):
    tests = tmp_path / "tests"
    for name in NAMES:
        (tests / name).parent.mkdir(parents=True, exist_ok=True)
        (tests / name).write_text(SAYS_WHERE)
    shutil.copy(CONFTEST, tests)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "--numprocesses", "2", "--dist", "loadgroup", "tests"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    demo, *export = [set((tests / name).with_suffix(".txt").read_text().split()) for name in NAMES]
    assert len(demo) == 1
    assert len(set.union(*export)) == 1


def test_no_test_begins_a_loop_in_the_thread_of_the_shared_browser():
    """Whatever runs before it: that browser's loop runs on until the last test."""
    own = {"apart.py", "firefox.py", "test_groups.py"}  # in a thread, and in a process, of its own
    found = [
        path for path in CONFTEST.parent.rglob("*.py") if path.name not in own and "asyncio.run(" in path.read_text()
    ]
    assert not found
