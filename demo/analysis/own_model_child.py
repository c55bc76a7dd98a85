"""A process that opens one foreign .onnx file, reads pictures with it and ends. It holds no secrets and little memory.

stdin:  a line of JSON (see Request), the file's bytes, labels (L,) uint8 and as many pictures, then pictures (N, H, W).
stdout: a line of JSON (see Found), then probabilities (N, 10) float32 as they are worked out.
stderr: a sentence where the file cannot be used; the exit status is then REFUSED.
"""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, BinaryIO

import numpy as np

from core.foreign_file import check
from core.picture_model import open_picture_model
from core.preparation import Preparation
from core.session import ModelError

REFUSED = 3
BATCH = 100


def main() -> int:
    """Answer the request on stdin; returns the exit status."""
    request = json.loads(sys.stdin.buffer.readline())
    confine(request["memory_bytes"], request["seconds"])
    try:
        answer(request, sys.stdin.buffer, sys.stdout.buffer)
    except ModelError as error:
        print(error, file=sys.stderr)
        return REFUSED
    return 0


def confine(memory_bytes: int, seconds: int) -> None:
    """Take from this process what it does not need: memory, time, files to write and further processes."""
    import resource  # not on Windows, where the page opens no foreign models

    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.nice(5)


def answer(request: dict[str, Any], arriving: BinaryIO, leaving: BinaryIO) -> None:
    """Open the model, say what was found, and read the pictures that arrive."""
    content = _exactly(arriving, request["model_bytes"])
    labels = np.frombuffer(_exactly(arriving, request["labels"]), np.uint8)
    known = next(_pictures(arriving, len(labels), 28, 28, len(labels) or 1), None)
    check(content, request["name"])
    model = open_picture_model(content, request["name"])
    if request["preparation"] is not None:
        model = model.prepared(Preparation(**request["preparation"]))
    elif known is not None:
        model = model.prepared(model.best_preparation(known, labels)[0])
    found = {"side_px": model.layout.side_px, "said": str(model), "preparation": asdict(model.preparation)}
    if known is not None:
        found |= {"wrong": model.count_wrong(known, labels), "of": len(labels)}
    leaving.write(json.dumps(found).encode() + b"\n")
    leaving.flush()
    for part in _pictures(arriving, request["count"], request["height"], request["width"], BATCH):
        leaving.write(model(part).probabilities.astype("<f4").tobytes())
        leaving.flush()


def _pictures(arriving: BinaryIO, count: int, height: int, width: int, batch: int) -> Iterator[np.ndarray[Any, Any]]:
    for start in range(0, count, batch):
        many = min(batch, count - start)
        yield np.frombuffer(_exactly(arriving, many * height * width), np.uint8).reshape(many, height, width)


def _exactly(arriving: BinaryIO, length: int) -> bytes:
    content = arriving.read(length)
    if len(content) != length:
        raise ModelError("the page stopped asking")
    return content


if __name__ == "__main__":
    sys.exit(main())
