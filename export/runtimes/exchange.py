"""How a runtime outside Python is called: pictures and answers pass through files in a folder."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from export.runtimes.run import Array, Outputs, UnsupportedError

LIMIT_S = 1200


def call(command: Callable[[Path], list[str | Path]], image: Array) -> Outputs:
    """Write request.json and image.bin, run the command on that folder, read reply.json and one .bin per output."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "request.json").write_text(json.dumps({"type": str(image.dtype), "shape": image.shape}))
        (folder / "image.bin").write_bytes(np.ascontiguousarray(image).tobytes())
        done = subprocess.run(command(folder), capture_output=True, text=True, timeout=LIMIT_S)
        if done.returncode or not (folder / "reply.json").is_file():
            said = (done.stderr or done.stdout).strip().splitlines()
            raise UnsupportedError(next((line for line in said if "rror" in line), f"exit status {done.returncode}"))
        reply = json.loads((folder / "reply.json").read_text())
        return {
            output: np.fromfile(folder / f"{output}.bin", dtype=about["type"]).reshape(about["shape"])
            for output, about in reply.items()
        }
