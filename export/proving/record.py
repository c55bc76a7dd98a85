"""models/parity.json: what was compared, with what, on what, and how it came out."""

import json
from pathlib import Path
from typing import Any

from core.files import sha256, write_json
from core.stamp import FORMAT, stamp

PACKAGES = ("torch", "onnx", "onnxscript", "onnxruntime", "numpy")


def write_record(path: Path, command: str, models: dict[str, dict[str, Any]]) -> None:
    """Write the record, atomically; models that this run left alone stay in it while their file is unchanged."""
    entries = still_true(path) | models
    files = {path.parent / entry["file"] for entry in entries.values()}
    write_json(path, stamp(command, files, PACKAGES) | {"models": entries})


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
