"""The manifest of a folder of models, which `digits export RUN` writes: what the files are, and whether they are whole.

It is no signature: who hands over a folder hands over its manifest too.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from core.refusals import RefusalError

FILE = "manifest.json"
FORMAT = 1
EXPORT = "export"  # the folder within a run's that `digits export` writes to unless told otherwise
READS = "an .onnx file, or a folder that `digits export RUN` wrote"


class ManifestError(RefusalError):
    """A folder of models that cannot be used; the message names it, what was found and what to do."""


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """The models of a folder by name, each with its `files`, name -> {bytes, sha256}; empty without a manifest.

    errors: ManifestError for a manifest that cannot be read, or of another format.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["format"] != FORMAT:
            raise ManifestError(f"{path}: format {record['format']!r}; this version reads format {FORMAT!r}")
        models: dict[str, dict[str, Any]] = record["models"]
        for name in stated_in(models):
            if Path(name).name != name:
                raise ManifestError(f"{path}: speaks of {name!r}, which is no file of this folder; export again")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ManifestError(f"{path}: damaged ({error!r}); export again, or restore it") from error
    return models


def stated_in(models: dict[str, dict[str, Any]]) -> dict[str, str]:
    """File name -> SHA-256 of every file of these models."""
    return {name: str(file["sha256"]) for model in models.values() for name, file in model["files"].items()}


def check(path: Path, content: bytes) -> bool:
    """Whether the manifest beside a file speaks of it; ManifestError when it says that it was another."""
    stated = stated_in(read(path.parent)).get(path.name)
    if stated is None:
        return False
    if (found := hashlib.sha256(content).hexdigest()) != stated:
        raise ManifestError(
            f"{path}: damaged or changed: its SHA-256 is {found}, {FILE} says {stated}; export it again"
        )
    return True


def model_in(folder: Path) -> Path:
    """The one .onnx file of full precision in a run's folder or in one that was exported; ManifestError otherwise."""
    for place in (folder, folder / EXPORT):
        names = [f"{name}.onnx" for name in read(place)] or sorted(path.name for path in place.glob("*.onnx"))
        if len(names) > 1:
            raise ManifestError(f"{place}: holds {len(names)} models ({', '.join(names)}); name the file of one")
        if names:
            return place / names[0]
    if (folder / "config.json").is_file():
        raise ManifestError(f"{folder}: this run is not exported; `digits export {folder}` writes what reads pictures")
    raise ManifestError(f"{folder}: holds no model; expected {READS}")
