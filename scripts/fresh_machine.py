"""Whether README.md tells the truth to a newcomer: `python3 -m scripts.fresh_machine [--quick]`, any Python from 3.11.

Clones this checkout's last commit into an empty folder and runs there every command of README.md: as it is written,
with what RUNS adds so that it ends within minutes. Stops with a sentence at the first that fails, at a command that
RUNS does not know, and at one that README.md no longer has. --quick only installs the page and serves it.
"""

import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from core import verbs
from core.files import ROOT
from core.refusals import RefusalError, in_a_sentence
from scripts import process_group

LIMIT_S = 3600.0  # of one command
SERVES = "make demo"
SHORT = " --limit 2000 --epochs 1"
# A command of README.md, up to its comment -> the same, made short; later ones use what earlier ones leave.
RUNS = {
    "make test": "make test",
    "pip install .": "pip install .",
    "digits read photo.jpg more/*.png": "digits read docs/screenshots/recognise-light.png tests/cases/pictures",
    "pip install -e .": "pip install -e .",
    "python -m core.train": "python -m core.train" + SHORT,
    "python -m core.train --resume": "python -m core.train --resume" + SHORT,
    "digits train --extra FOLDER": f"digits train --extra data/pendigits8/strokes.jsonl.gz{SHORT} --out runs/extra",
    "digits compare runs/A runs/B": "digits compare runs/default-seed0 runs/extra",
    "digits evaluate models/convnet.onnx": "digits evaluate models/convnet.onnx",
    "digits recipe recognizer --dry-run": "digits recipe recognizer --dry-run",
    "python -m export": "python -m export",
    "digits analyse models/recognizer.onnx mnist-test --html report.html": (
        "digits analyse models/recognizer.onnx mnist-test --html report.html"
    ),
}


class ReadmeError(RefusalError):
    """README.md and this machine disagree; the message says where."""


@in_a_sentence(subprocess.CalledProcessError)
def main(arguments: list[str] | None = None) -> int:
    """Run all in a fresh clone; 1 and a sentence where README.md does not hold."""
    parser = verbs.parser("scripts.fresh_machine", __doc__)
    parser.add_argument("--quick", action="store_true", help="only clone, install the page and serve it")
    quick = parser.parse_args(arguments).quick
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # some tests run a command as a user to whom little is allowed
        clone = Path(folder) / "digits"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        check_known(commands((clone / "README.md").read_text(encoding="utf-8")))
        seconds = serve(clone)
        print(f"{SERVES}: the page answered after {seconds:.0f} s", flush=True)
        for command in [] if quick else RUNS.values():
            print(f"{command}: {succeed(clone, command):.0f} s", flush=True)
    print("README.md tells the truth.")
    return 0


def commands(readme: str) -> list[str]:
    """Every line of README.md's bash blocks, without its comment."""
    blocks = re.findall(r"^```bash\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    lines = [re.split(r"\s+#", line)[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def check_known(written: list[str]) -> None:
    """ReadmeError when README.md's commands are not those of RUNS."""
    if strange := [command for command in written if command not in RUNS and command != SERVES]:
        raise ReadmeError(f"README.md has commands that nobody runs: {'; '.join(strange)}; add them to RUNS")
    if gone := [command for command in (SERVES, *RUNS) if command not in written]:
        raise ReadmeError(f"README.md no longer has {'; '.join(gone)}; take them out of RUNS")


def serve(clone: Path) -> float:
    """Seconds until `make demo` answers on the port that it is told; ReadmeError when it ends or takes too long."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started_at = time.monotonic()
    settings = os.environ | {"DIGITS_PORT": str(port)}
    process = subprocess.Popen(shlex.split(SERVES), cwd=clone, env=settings, start_new_session=True)
    try:
        while time.monotonic() < started_at + LIMIT_S and process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}") as page:
                    if page.status == 200:
                        return time.monotonic() - started_at
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
    finally:
        process_group.end(process)
    raise ReadmeError(f"`{SERVES}` did not serve the page; its exit code is {process.returncode}")


def succeed(clone: Path, command: str) -> float:
    """Seconds that the command took in the clone's environment; ReadmeError when it fails or takes too long."""
    inside = os.environ | {"PATH": f"{clone / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    started_at = time.monotonic()
    try:
        code = subprocess.run(shlex.split(command), cwd=clone, env=inside, timeout=LIMIT_S).returncode
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ReadmeError(f"`{command}` of README.md: {error}") from error
    if code:
        raise ReadmeError(f"`{command}` of README.md ended with exit code {code}")
    return time.monotonic() - started_at


if __name__ == "__main__":
    sys.exit(main())
