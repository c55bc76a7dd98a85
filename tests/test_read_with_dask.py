"""The example in docs/ reads with Dask what one process reads, also when one of its two workers is killed."""

import json
import os
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest
from PIL import Image

import digits
from core import mnist
from tests.environments import UNREACHABLE

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "docs" / "examples" / "read_with_dask.py"
PART = 16  # pictures a task
COUNT = 10 * PART + 5


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """An environment of its own with Dask, which sees the packages of this one behind its own."""
    folder = tmp_path_factory.mktemp("dask") / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-compile", "distributed"]
    done = subprocess.run([*command, "--disable-pip-version-check"], capture_output=True, text=True)
    if any(word in done.stderr for word in UNREACHABLE):
        pytest.skip("no package index answers")
    assert done.returncode == 0, done.stderr
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "ours.pth").write_text(f"{sysconfig.get_path('purelib')}\n{ROOT}\n")
    return python


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Digits of two sizes, and a file that is none."""
    place = tmp_path_factory.mktemp("pictures")
    for at, image in enumerate(mnist.read("test")[0][: COUNT - 1]):
        side_px = 28 + 12 * (at % 2)
        Image.fromarray(255 - image).resize((side_px, side_px)).save(place / f"{at:03d}.png")
    (place / "none.png").write_bytes(b"none")
    return place


def children(pid):
    """The processes that one started, with their commands; Linux's /proc says so."""
    numbers = [number for path in Path(f"/proc/{pid}/task").glob("*/children") for number in path.read_text().split()]
    return {int(number): Path(f"/proc/{number}/cmdline").read_bytes() for number in numbers}


def kill_a_worker(process):
    """Kill one of the two, as a machine that fails would."""
    workers = [pid for pid, command in children(process.pid).items() if b"spawn_main" in command]
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.skipif("DIGITS_TEST_DASK" not in os.environ, reason="takes minutes; DIGITS_TEST_DASK=1 runs it")
@pytest.mark.timeout(1200)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds the workers in Linux's /proc")
def test_two_workers_say_what_one_process_says_and_what_a_killed_one_had_is_done_again(python, folder, tmp_path):
    parts, alone = tmp_path / "parts", tmp_path / "alone.jsonl"
    command = [python, EXAMPLE, parts, folder, "--part", str(PART)]
    process = subprocess.Popen([*map(str, command)], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    while not list(parts.glob("part-*")) and process.poll() is None:
        time.sleep(0.01)
    kill_a_worker(process)
    said, _ = process.communicate()
    assert process.returncode == 0, said.decode()
    assert digits.main(["read", str(folder), "--jobs", "1", "--out", str(alone)]) == 2
    found = [path.read_text() for path in sorted(parts.glob("part-*.jsonl"))]
    assert [text.count("\n") for text in found] == [PART] * 10 + [5]
    assert "".join(found) == alone.read_text()
    assert "error" in json.loads(found[-1].splitlines()[-1])
