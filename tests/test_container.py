"""The container's promises, kept without a container: the files it copies are enough, and it writes to /state alone."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.architecture import GROUND_FLOOR
from tests.demo.browsing import ROOT, free_port, wait_for

DOCKERFILE = (ROOT / "Dockerfile").read_text()
HOSTING = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
ENDS_WITHIN_S = 5


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def image(tmp_path):
    """The image's file system: what the COPY lines copy, in /digits, beside an empty /state."""
    (tmp_path / "digits").mkdir()
    (tmp_path / "state").mkdir()
    for line in re.findall(r"^COPY (.+)$", DOCKERFILE.replace("\\\n", " "), re.MULTILINE):
        *sources, target = line.split()
        (tmp_path / "digits" / target).mkdir(parents=True, exist_ok=True)
        for source in sources:
            for path in [ROOT / source] if source.endswith("/") else sorted(ROOT.glob(source)):
                copy(path, tmp_path / "digits" / target)
    return tmp_path


def copy(source: Path, target: Path) -> None:
    """As COPY does: of a folder what it holds, of a file itself."""
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def test_the_ground_floor_of_core_goes_in_and_no_training_code(image):
    floor = {"__init__.py", *(f"{name}.py" for name in GROUND_FLOOR)}
    assert {path.name for path in files(image / "digits" / "core")} == floor
    let_in = (ROOT / ".dockerignore").read_text().splitlines()
    assert [line for line in let_in if line.startswith("!core")] == ["!core/*.py"]  # whose * is of no folder within


def environment(state: Path) -> dict[str, str]:
    """The image's environment, with /state where the test has it."""
    said = dict(re.findall(r"^(?:ENV|   ) (\w+)=(\S+)", DOCKERFILE, re.MULTILINE))
    assert said["HOME"] == said["TMPDIR"] == "/state"
    inherited = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return inherited | {name: value.replace("/state", str(state)) for name, value in said.items()}


def test_the_page_runs_from_what_is_copied_writes_to_state_alone_and_stops(image):
    before = files(image / "digits")
    port = free_port()
    settings = environment(image / "state") | {"DIGITS_HOST": "127.0.0.1", "DIGITS_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=image / "digits",
        env=settings,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a test run in the background ignores it
    )
    began_at = time.monotonic()
    try:
        wait_for(f"http://127.0.0.1:{port}", process)
        started_s = time.monotonic() - began_at
        assert healthy(settings)
        stop = signal.Signals[stop_signal()]
        process.send_signal(stop)
        # the latter where Gradio was still starting; a stop takes a fifth of a start, however busy the machine is
        assert process.wait(max(ENDS_WITHIN_S, started_s)) in (0, -stop)
    finally:
        process.kill()
    assert not healthy(settings)
    assert files(image / "digits") == before
    told = [path for path in files(image / "state") if "Microsoft" in path.parts]
    assert told == [], "ONNX Runtime keeps usage data"


def healthy(settings: dict[str, str]) -> bool:
    """Whether the image's own health check is content."""
    stated = re.search(r"^HEALTHCHECK .*\\\n +CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)
    assert stated
    _, *arguments = json.loads(stated[1])
    command = [sys.executable, *(argument.replace("timeout=4", "timeout=240") for argument in arguments)]
    return subprocess.run(command, env=settings, stderr=subprocess.DEVNULL).returncode == 0


def stop_signal() -> str:
    stated = re.search(r"^STOPSIGNAL (\w+)$", DOCKERFILE, re.MULTILINE)
    assert stated
    return stated[1]


def complaints(dockerfile: str) -> str:
    """What hadolint says against a Dockerfile."""
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, "-"], input=dockerfile, capture_output=True, text=True)
    assert bool(done.returncode) == bool(done.stdout), done.stderr
    return done.stdout


def test_a_linter_accepts_it():
    assert complaints(DOCKERFILE) == ""


def test_the_linter_notices_a_base_without_a_version():
    assert "DL3007" in complaints(re.sub(r"^FROM python:\S+", "FROM python:latest", DOCKERFILE, flags=re.MULTILINE))


def test_nobody_is_root_in_it():
    user = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert user[-1].isdecimal()
    assert int(user[-1]) >= 1000


def test_the_base_is_the_python_of_the_space():
    front = (ROOT / "README.md").read_text(encoding="utf-8")
    quoted = re.search(r'^python_version: "(.+)"$', front, re.MULTILINE)
    assert quoted
    assert f"FROM python:{quoted[1]}-slim" in DOCKERFILE


def test_every_setting_is_in_the_table():
    sources = "".join(path.read_text() for path in [*sources_of_the_page(), ROOT / "app.py"])
    read = set(re.findall(r'"(DIGITS_\w+)"', sources))
    assert read
    assert read == set(re.findall(r"^\| `(DIGITS_\w+)` \|", HOSTING, re.MULTILINE))


def sources_of_the_page() -> list[Path]:
    """Its own, and the files of core that it carries."""
    return [*(ROOT / "demo").rglob("*.py"), *(ROOT / "core" / f"{name}.py" for name in GROUND_FLOOR)]
