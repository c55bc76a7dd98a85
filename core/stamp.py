"""The head of every record: what was run, on which files, where and with what; and whether those files changed."""

import datetime
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core.files import sha256

ROOT = Path(__file__).resolve().parent.parent
FORMAT = 1
SHIPPED = ("models/", "data/", "demo/")  # a file that a record measured there, and that is gone, has changed
OUTSIDE = "outside"  # where a file that lies in no folder of this repository is said to lie
MODELS = (".onnx", ".ort", ".safetensors")
EARLIER_MODEL, EARLIER_FILES = "measured with an earlier model", "measured with earlier files"
MATRIX_UNITS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16")

Record = dict[str, Any]


def stamp(command: str, inputs: Iterable[Path], packages: Iterable[str] = ()) -> Record:
    """What stands before the results in a record; no host, person or absolute path is named.

    command:  as a person types it again; `command_line` knows that of this process.
    inputs:   the files that were measured: models, data.
    packages: distributions whose versions count.
    returns:  format, command, measured_on (a day, UTC), commit (None outside a git checkout), inputs (place in the
              repository -> SHA-256), machine, versions.
    """
    return {
        "format": FORMAT,
        "command": command,
        "measured_on": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "commit": commit(),
        "inputs": digests(inputs),
        "machine": machine(),
        "versions": versions(packages),
    }


def digests(files: Iterable[Path], root: Path = ROOT) -> dict[str, str]:
    """Place in the repository, or "outside/FOLDER/NAME", -> SHA-256 of each file."""
    return {_place(path.resolve(), root): sha256(path) for path in sorted(files)}


def changed(record: Record, root: Path = ROOT) -> list[str]:
    """The inputs of a record that are no longer what was measured; what was never in the repository is not judged."""
    return [place for place, digest in record.get("inputs", {}).items() if _is_other(root / place, place, digest)]


def mark(record: Record, root: Path = ROOT) -> str:
    """What a table's row has to add to a record's number: nothing while its inputs are the same."""
    places = changed(record, root)
    if not places:
        return ""
    return EARLIER_MODEL if any(place.endswith(MODELS) for place in places) else EARLIER_FILES


def note(record: Record, root: Path = ROOT) -> str:
    """The same as a sentence, which names what changed, to stand beside a whole table; empty while nothing did."""
    names = ", ".join(f"`{place}`" for place in changed(record, root))
    return f"**{mark(record, root).capitalize()}**: {names} changed since." if names else ""


def stale(record: Record, root: Path = ROOT) -> list[str]:
    """The same as lines to end a page with."""
    said = note(record, root)
    return ["", said] if said else []


def command_line() -> str:
    """The command that runs this process, as a person would type it."""
    spec = sys.modules["__main__"].__spec__
    ours = spec is not None and (ROOT / spec.name.split(".")[0]).is_dir()
    module = spec.name.removesuffix(".__main__") if spec and ours else f"core.{Path(sys.argv[0]).stem}"
    arguments = [argument for argument in sys.argv[1:] if argument != "--resume"]  # ends in the same weights
    return shlex.join(["python", "-m", module, *arguments])


def commit() -> str | None:
    """The last commit of this checkout; None where git knows of none."""
    try:
        told = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    except OSError:
        return None
    return told.stdout.strip() if told.returncode == 0 else None


def machine() -> dict[str, Any]:
    """Processor, cores, architecture and system, never the machine's name."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "architecture": platform.machine(),
        "system": platform.system(),
    }


def versions(packages: Iterable[str] = ()) -> dict[str, str]:
    """Python's version and those of the distributions."""
    return {"python": platform.python_version()} | {name: version(name) for name in packages}


def processor() -> str:
    """The processor's name, with its matrix units, as the operating system gives it."""
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.is_file():
        return platform.processor() or platform.machine()
    text = cpuinfo.read_text(encoding="utf-8")
    name = next((line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name")), "unknown")
    return f"{name} ({', '.join(unit for unit in MATRIX_UNITS if unit in text)})"


def _place(path: Path, root: Path) -> str:
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return f"{OUTSIDE}/{path.parent.name}/{path.name}"


def _is_other(path: Path, place: str, digest: str) -> bool:
    if place.startswith(f"{OUTSIDE}/"):
        return False
    if not path.is_file():
        return place.startswith(SHIPPED)
    about = path.stat()
    return _digest(path, about.st_mtime_ns, about.st_size) != digest


@lru_cache
def _digest(path: Path, _mtime_ns: int, _size: int) -> str:
    """A file's SHA-256, worked out once for all tables that ask."""
    return sha256(path)
