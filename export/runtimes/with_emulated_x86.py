"""ONNX Runtime on an x86 processor of 2013 under qemu: AVX2, without AVX-512, VNNI or AMX."""

import subprocess
import sys
from importlib.metadata import version as installed
from pathlib import Path

from export.runtimes.exchange import call
from export.runtimes.npm import program
from export.runtimes.run import Array, MissingError, Outputs, Run

SCRIPT = Path(__file__).with_name("one_file.py")
PROCESSOR = "Haswell"


def emulator() -> list[str | Path]:
    return [program("qemu-x86_64-static"), "-cpu", PROCESSOR, sys.executable]


def version() -> str:
    """Onnxruntime's version; MissingError where this Python does not start in the emulator."""
    done = subprocess.run([*emulator(), "-c", ""], capture_output=True, text=True)
    if done.returncode:
        raise MissingError(f"this Python does not start under qemu-x86_64-static: {done.stderr.strip()[:200]}")
    return f"{installed('onnxruntime')}, {PROCESSOR}"


def open_model(path: Path) -> Run:
    def run(image: Array) -> Outputs:
        return call(lambda folder: [*emulator(), SCRIPT, path, folder], image)

    return run
