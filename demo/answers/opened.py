"""One .onnx file that reads pictures: checked against its record, opened, and run within its question's deadline."""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from core import manifest
from core.pictures import PictureError
from core.session import ModelError
from core.session import open_session as open_any
from demo import records
from demo.guard import deadline as deadlines
from demo.guard.deadline import TOO_SLOW

Grey = NDArray[np.uint8]


class ContractError(ModelError):
    """A model that opens but takes or gives something else than it is asked for."""


class Opened:
    """A file that takes `image` uint8 (N, H, W) and gives these outputs, in this order.

    Safe to call from several threads. ModelError when the file is missing, damaged or not the one of its record,
    ContractError when it is of another contract.
    """

    def __init__(self, path: Path, outputs: Sequence[str]) -> None:
        self.path = path
        self.session = open_session(path)
        _check_contract(self.session, path, outputs)
        self._outputs = list(outputs)
        self._workers = ThreadPoolExecutor(os.cpu_count() or 1)  # each thread that ever ran it keeps memory for it
        self._aside = ThreadPoolExecutor(1)  # for costly work, which shall not take a drawing's place

    def __call__(self, images: Grey) -> list[NDArray[Any]]:
        """Every output for pictures of one size, (N, H, W) uint8; ValueError for any other type or shape.

        PictureError when so many others wait that it takes longer than its question may take.
        """
        _check_pictures(images)
        options, deadline = onnxruntime.RunOptions(), deadlines.current()

        def stop() -> None:
            running.cancel()
            options.terminate = True  # where it has begun already

        workers = self._aside if deadline.aside else self._workers
        deadline.check()
        running = workers.submit(self.session.run, self._outputs, {"image": images}, options)
        try:
            with deadline.stopping(stop):
                return running.result(deadline.left_s)
        except (TimeoutError, CancelledError) as error:
            stop()
            raise PictureError(TOO_SLOW) from error
        except Exception:  # what ONNX Runtime raises when it is told to stop
            deadline.check()
            raise

    def here(self, images: Grey) -> list[NDArray[Any]]:
        """The same in the caller's thread, without a deadline: for a process that does nothing else."""
        _check_pictures(images)
        return self.session.run(self._outputs, {"image": images})


def _check_pictures(images: Grey) -> None:
    if images.dtype != np.uint8 or images.ndim != 3 or 0 in images.shape:
        raise ValueError(f"expected uint8 (N, H, W), none of them 0; got {images.dtype} {images.shape}")


def open_session(path: Path, content: bytes | None = None) -> onnxruntime.InferenceSession:
    """A session on one thread, since requests of several visitors already run side by side; ModelError if unusable.

    path:    the file that parity.json, or manifest.json of one's own models, beside it speaks of; else any file.
    content: what to open in place of the file's own bytes, such as its graph with a further output.
    """
    if not path.is_file():
        raise ModelError(f"{path}: no such model; `python -m export` writes it")
    recorded = path.read_bytes()
    _check_recorded(path, recorded)
    # without the arena, which would keep the room of the largest picture for ever
    return open_any(content or recorded, str(path), arena=False)


def _check_recorded(path: Path, content: bytes) -> None:
    manifest.check(path, content)
    record = path.with_name("parity.json")
    if not record.is_file():
        return
    stated = records.model_digests(record).get(path.name, "nothing")
    found = hashlib.sha256(content).hexdigest()
    if found != stated:
        raise ModelError(
            f"{path}: this file was changed: its SHA-256 is {found}, {record.name} says {stated}; "
            "restore it, or write both with `python -m export`"
        )


def _check_contract(session: onnxruntime.InferenceSession, path: Path, outputs: Sequence[str]) -> None:
    takes = [(node.name, node.type, len(node.shape)) for node in session.get_inputs()]
    gives = [node.name for node in session.get_outputs()]
    if takes != [("image", "tensor(uint8)", 3)] or gives != list(outputs):
        raise ContractError(
            f"{path}: takes {takes} and gives {gives}; expected image uint8 (N, H, W) -> {', '.join(outputs)}"
        )
