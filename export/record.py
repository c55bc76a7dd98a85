"""models/parity.json: what was compared, with what, on what, and how it came out."""

import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core.checkpoint import sha256, write_json
from core.record import processor

FORMAT = 1
PACKAGES = ("torch", "onnx", "onnxscript", "onnxruntime", "numpy")


def versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {package: version(package) for package in PACKAGES}


def machine() -> dict[str, str]:
    """What the numbers were measured on: processor, architecture and system, never the machine's name."""
    return {"processor": processor(), "architecture": platform.machine(), "system": platform.system()}


def write_record(path: Path, command: str, models: dict[str, dict[str, Any]]) -> None:
    """Write the record, atomically; models that this run left alone stay in it while their file is unchanged."""
    record = {
        "format": FORMAT,
        "command": command,
        "versions": versions(),
        "machine": machine(),
        "models": still_true(path) | models,
    }
    write_json(path, record)


def still_true(path: Path) -> dict[str, dict[str, Any]]:
    """The entries of an earlier record whose model file still has the SHA-256 that they speak of."""
    if not path.is_file():
        return {}
    earlier = json.loads(path.read_text())
    if earlier.get("format") != FORMAT:
        return {}
    return {
        name: entry
        for name, entry in earlier["models"].items()
        if (path.parent / entry["file"]).is_file() and sha256(path.parent / entry["file"]) == entry["sha256"]
    }
