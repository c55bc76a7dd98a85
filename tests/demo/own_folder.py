"""A folder of models of one's own, as `digits export RUN` leaves one: EdgeNet under other names, with a manifest."""

import hashlib
import json
import shutil
from pathlib import Path

from demo.settings import MODELS


def fill(folder: Path) -> Path:
    """A recogniser of one's own in two forms."""
    shutil.copy(MODELS / "edge-recognizer.onnx", folder / "mine.onnx")
    shutil.copy(MODELS / "edge-recognizer.int8.onnx", folder / "mine.int8.onnx")
    write_manifest(folder, "mine.onnx", "mine.int8.onnx")
    return folder


def write_manifest(folder: Path, *names: str) -> None:
    """The manifest that speaks of files of these names, as they lie there."""
    files = {name: {"bytes": 1, "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest()} for name in names}
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "models": {"mine": {"files": files}}}))
