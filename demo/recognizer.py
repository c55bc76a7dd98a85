"""Owns the ONNX Runtime session of one model file: pixels in, answer out."""

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from demo import limits, records
from demo.canvas import TOO_SLOW, PictureError

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]

OUTPUTS = ["probabilities", "seen", "digit_score"]
REFUSE_BLANKS_ONLY = 0.0  # for a model that states no threshold: blanks score exactly 0


class ModelError(Exception):
    """A model file that cannot be used; the message names the file, what was found and what is accepted."""


@dataclass(frozen=True)
class Answer:
    """What the model says about one picture.

    label:         the digit 0..9, or None when the picture is blank or looks like no digit.
    probabilities: (10,) float32, sums to 1; meaningful only where there is a label.
    seen:          (28, 28) float32 in [0, 1], what the net looked at, ink 1, all 0 for a blank.
    digit_score:   in [0, 1], low for what is no digit.
    """

    label: int | None
    probabilities: Floats
    seen: Floats
    digit_score: float

    @property
    def blank(self) -> bool:
        """Whether no ink was found."""
        return not self.seen.any()


class Recognizer:
    """A file with the recogniser's contract: `image` uint8 (N, H, W) -> probabilities, seen, digit_score.

    Safe to call from several threads. ModelError when the file is missing, damaged or of another contract.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._session = open_session(path)
        _check_contract(self._session, path)
        self._workers = ThreadPoolExecutor(os.cpu_count() or 1)  # each thread that ever ran it keeps memory for it
        self.threshold = score_threshold(self._session, path.with_name("metrics.json"))

    def __call__(self, image: Grey) -> Answer:
        """Read one picture, (H, W) uint8, any polarity, H and W >= 1."""
        return self.batch(image[None])[0]

    def batch(self, images: Grey) -> list[Answer]:
        """Read pictures of one size, (N, H, W) uint8; ValueError for any other type or shape.

        PictureError when so many others wait that it takes longer than limits.REQUEST_S.
        """
        if images.dtype != np.uint8 or images.ndim != 3 or 0 in images.shape:
            raise ValueError(f"expected uint8 (N, H, W), none of them 0; got {images.dtype} {images.shape}")
        outputs = self._run(images)
        rows = zip(*outputs, strict=True)
        return [self._answer(probabilities, seen, float(score)) for probabilities, seen, score in rows]

    def _run(self, images: Grey) -> list[Floats]:
        options = onnxruntime.RunOptions()
        running = self._workers.submit(self._session.run, OUTPUTS, {"image": images}, options)
        try:
            return running.result(limits.REQUEST_S)
        except TimeoutError as error:
            running.cancel()
            options.terminate = True  # where it has begun already
            raise PictureError(TOO_SLOW) from error

    def _answer(self, probabilities: Floats, seen: Floats, score: float) -> Answer:
        accepted = seen.any() and score >= self.threshold
        return Answer(int(probabilities.argmax()) if accepted else None, probabilities, seen, score)


def open_session(path: Path, content: bytes | None = None) -> onnxruntime.InferenceSession:
    """A session on one thread, since requests of several visitors already run side by side; ModelError if unusable.

    path:    the file that parity.json beside it speaks of; where there is no such record, any file.
    content: what to open in place of the file's own bytes, such as its graph with a further output.
    """
    if not path.is_file():
        raise ModelError(f"{path}: no such model; `python -m export` writes it")
    recorded = path.read_bytes()
    _check_recorded(path, recorded)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the arena keeps the room of the largest picture for ever
    try:
        return onnxruntime.InferenceSession(content or recorded, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's own exceptions share no public base
        raise ModelError(f"{path}: ONNX Runtime cannot open it ({error}); export it again") from error


def _check_recorded(path: Path, content: bytes) -> None:
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


def score_threshold(session: onnxruntime.InferenceSession, metrics: Path) -> float:
    """The digit_score below which pictures are refused, in [0, 1].

    The model's own metadata `score_threshold` goes first, then the same key of metrics.json beside it. A model with
    neither refuses blanks only.
    """
    stated = session.get_modelmeta().custom_metadata_map.get("score_threshold")
    if stated is None and metrics.is_file():
        stated = json.loads(metrics.read_text()).get("score_threshold")
    return REFUSE_BLANKS_ONLY if stated is None else float(stated)


def _check_contract(session: onnxruntime.InferenceSession, path: Path) -> None:
    inputs = [(node.name, node.type, len(node.shape)) for node in session.get_inputs()]
    outputs = [node.name for node in session.get_outputs()]
    if inputs != [("image", "tensor(uint8)", 3)] or outputs != OUTPUTS:
        raise ModelError(
            f"{path}: takes {inputs} and gives {outputs}; expected image uint8 (N, H, W) -> {', '.join(OUTPUTS)}"
        )
