"""Runs a model on the pictures in a folder: one_file.py MODEL FOLDER. See exchange.py; onnxruntime and numpy alone."""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime

BATCH = 256


def main(model: str, folder: Path) -> None:
    """Read request.json and image.bin, write one .bin an output and reply.json."""
    request = json.loads((folder / "request.json").read_text())
    images = np.fromfile(folder / "image.bin", request["type"]).reshape(request["shape"])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    image = session.get_inputs()[0].name
    parts = [session.run(None, {image: images[i : i + BATCH]}) for i in range(0, len(images), BATCH)]
    reply = {}
    for port, arrays in zip(session.get_outputs(), zip(*parts, strict=True), strict=True):
        joined = np.concatenate(arrays)
        joined.tofile(folder / f"{port.name}.bin")
        reply[port.name] = {"type": str(joined.dtype), "shape": joined.shape}
    (folder / "reply.json").write_text(json.dumps(reply))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
