"""docs/records/runtimes.json: every file in every runtime; written after each trial, so that a cut-off loses one."""

import json
from pathlib import Path
from typing import Any

from core.files import sha256, write_json
from core.stamp import FORMAT, stamp
from export.proving.record import PACKAGES

Outcome = dict[str, Any]


class Book:
    """The record on disk.

    path:  an earlier record is gone on with: what it says of a file with the same SHA-256 stays.
    again: forget what it says of the files that are asked for.
    """

    def __init__(self, path: Path, again: bool = False) -> None:
        self.path, self.again = path, again
        earlier = json.loads(path.read_text()) if path.is_file() else {}
        self.models: dict[str, dict[str, Any]] = earlier.get("models", {}) if earlier.get("format") == FORMAT else {}

    def outcomes(self, name: str, file: Path, shown: int, reference: str = "") -> dict[str, Outcome]:
        """Runtime -> outcome, to be added to, of one file and that many pictures; missing runtimes are forgotten."""
        about: dict[str, Any] = {"file": file.name, "sha256": sha256(file), "bytes": file.stat().st_size}
        about |= {"test_pictures": shown, "reference": reference}
        earlier = self.models.get(name, {})
        same = not self.again and all(earlier.get(key) == value for key, value in about.items())
        kept = earlier["runtimes"] if same else {}
        outcomes = {runtime: outcome for runtime, outcome in kept.items() if outcome["outcome"] != "missing"}
        self.models[name] = about | {"runtimes": outcomes}
        return outcomes

    def forget_stale(self, models: Path) -> None:
        """Drop what is told of files that have been replaced since, or are gone."""
        files = {name: models / entry["file"] for name, entry in self.models.items()}
        fresh = {name for name, file in files.items() if file.is_file() and sha256(file) == self.models[name]["sha256"]}
        self.models = {name: entry for name, entry in self.models.items() if name in fresh}

    def write(self) -> None:
        """Write what is known by now, atomically."""
        about = stamp("python -m export.runtimes", [], PACKAGES)
        about["inputs"] = {f"models/{entry['file']}": entry["sha256"] for entry in self.models.values()}
        write_json(self.path, about | {"models": self.models})
