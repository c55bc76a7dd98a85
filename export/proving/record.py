"""models/parity.json: what was compared, with what, on what, and how it came out."""

import json
from pathlib import Path
from typing import Any

from core.catalogue import EXPLAIN
from core.files import sha256, write_json
from core.stamp import FORMAT, stamp

PACKAGES = ("torch", "onnx", "onnxscript", "onnxruntime", "numpy")
KINDS = ("models", "graphs")  # with weights, and without: those of export/explain.py

Entries = dict[str, dict[str, Any]]


def write_record(path: Path, command: str, entries: Entries) -> None:
    """Write the record, atomically; files that this run left alone stay in it while they are unchanged."""
    entries = still_true(path) | entries
    files = {path.parent / entry["file"] for entry in entries.values()}
    kinds: dict[str, Entries] = {kind: {} for kind in KINDS}
    for name, entry in entries.items():
        kinds[KINDS[entry["file"] in EXPLAIN]][name] = entry
    write_json(path, stamp(command, files, PACKAGES) | kinds)


def still_true(path: Path) -> Entries:
    """The entries of an earlier record whose file still has the SHA-256 that they speak of."""
    if not path.is_file():
        return {}
    earlier = json.loads(path.read_text())
    if earlier.get("format") != FORMAT:
        return {}
    return {
        name: entry
        for kind in KINDS
        for name, entry in earlier.get(kind, {}).items()
        if (path.parent / entry["file"]).is_file() and sha256(path.parent / entry["file"]) == entry["sha256"]
    }
