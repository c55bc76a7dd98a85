"""Clean environments with packages in them; a test that asks for one is skipped where no package index answers."""

import subprocess
import sys
from pathlib import Path

import pytest

UNREACHABLE = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ProxyError", "ReadTimeoutError")
NOT_HERE = (*UNREACHABLE, "No matching distribution")  # of old releases, which not every Python and system has
PIP = ("--quiet", "--no-compile", "--disable-pip-version-check", "--retries", "1")


def installed(folder: Path, *wanted: str | Path, unless: tuple[str, ...] = UNREACHABLE) -> Path:
    """The Python of a new virtual environment with what is wanted, as pip is told it.

    This environment's pip installs there: to give each a pip of its own takes longer than most packages do.
    unless: words of pip that say why nothing can be installed here.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", python, "install", *PIP, *wanted]
    done = subprocess.run(command, capture_output=True, text=True)
    if any(word in done.stderr for word in unless):
        pytest.skip(f"{wanted[0]} cannot be installed here: no package index answers, or none that has it")
    assert done.returncode == 0, done.stderr
    return python
