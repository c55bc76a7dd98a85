"""A model's answers to a whole data set, worked out once and kept by the SHA-256 of model and data."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession

from core.files import sha256, written_whole
from demo.analysis.feature_graph import feature_name, with_output
from demo.answers.opened import open_session
from demo.answers.recognizer import ModelError
from demo.mnist import Labelled

RECOGNISER = {"probabilities", "digit_score", "seen"}  # the outputs that tell it from a bare net
BATCH = 100  # a recogniser's working pictures of one batch stay below 100 MB
Progress = Callable[[float], None]
Half = NDArray[np.float16]
Columns = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.uint8], Half]  # as in Predictions


@dataclass(frozen=True)
class Predictions:
    """One row for each picture of a data set, in its order.

    probabilities: (N, 10) float32, each row sums to 1.
    digit_score:   (N,) float32 in [0, 1], low for what is no digit; 1 where the model has no opinion.
    seen:          (N, 28, 28) uint8, what the net looked at, ink 255.
    features:      (N, F) float16, what the net's last linear layer read; F is 0 for a graph without such a layer.
    """

    probabilities: NDArray[np.float32]
    digit_score: NDArray[np.float32]
    seen: NDArray[np.uint8]
    features: Half

    @property
    def answers(self) -> NDArray[np.intp]:
        """(N,) the most likely digits, refusals not considered."""
        return self.probabilities.argmax(1)


COLUMNS = tuple(field.name for field in fields(Predictions))


class Elsewhere(Protocol):
    """A model that is not opened in this process: a visitor's own."""

    @property
    def any_size(self) -> bool:
        """Whether it reads pictures of any size."""
        ...

    def predict(self, data: Labelled, progress: Progress) -> Predictions:
        """Its answers to a data set; ModelError where it cannot read that."""
        ...


Model = Path | Elsewhere


def predict(model: Model, data: Labelled, cache: Path | None, progress: Progress) -> Predictions:
    """Answers of a recogniser (uint8 pictures) or a bare net (float32 pictures) to `data`, from `cache` where known.

    cache:    a folder; None for data that should leave no trace on the disk.
    progress: called with the share done, in [0, 1].
    errors:   ModelError for a file of another contract, or pictures of a size that a bare net does not take.
    """
    if not isinstance(model, Path):
        return model.predict(data, progress)
    if cache is None:
        return _sharing(_run(model, data, progress), data)
    file = cache / f"{_sha256(model)[:32]}-{data.sha256[:32]}.npz"
    known = _load(file, len(data.labels))
    if known is not None:
        return _sharing(known, data)
    predictions = _run(model, data, progress)
    _save(file, predictions)
    return _sharing(predictions, data)


def reads_any_picture(model: Model) -> bool:
    """Whether the model is a recogniser; a bare net reads MNIST's 28x28 format only."""
    if not isinstance(model, Path):
        return model.any_size
    return {node.name for node in open_session(model).get_outputs()} >= RECOGNISER


def _run(model: Path, data: Labelled, progress: Progress) -> Predictions:
    answer, count = _batch_answerer(model, data), len(data.images)
    columns: list[NDArray[Any]] = []
    for start in range(0, count, BATCH):
        part = answer(data.images[start : start + BATCH])
        columns = columns or [np.empty((count, *one.shape[1:]), one.dtype) for one in part]  # never twice in memory
        for column, one in zip(columns, part, strict=True):
            column[start : start + BATCH] = one
        progress(min(start + BATCH, count) / count)
    return Predictions(*columns)


def _sharing(predictions: Predictions, data: Labelled) -> Predictions:
    """The same, without a copy of its own of pictures that the net saw as they are."""
    same = np.array_equal(predictions.seen, data.images)
    return replace(predictions, seen=data.images) if same else predictions


def _batch_answerer(model: Path, data: Labelled) -> Callable[[NDArray[np.uint8]], Columns]:
    session, feature = _session(model)
    names = {node.name for node in session.get_outputs()}
    wanted = [feature] if feature else []

    def recogniser(images: NDArray[np.uint8]) -> Columns:
        outputs = ["probabilities", "digit_score", "seen", *wanted]
        probabilities, score, seen, *features = session.run(outputs, {"image": images})
        return probabilities, score, (seen * 255).round().astype(np.uint8), _flat(features, len(images))

    def bare_net(images: NDArray[np.uint8]) -> Columns:
        pictures = images[:, None].astype(np.float32) / 255  # (N, 1, 28, 28)
        logits, *features = session.run(["logits", *wanted], {"image": pictures})
        return _softmax(logits), np.ones(len(images), np.float32), images, _flat(features, len(images))

    if names >= RECOGNISER:
        return recogniser
    if "logits" not in names:
        raise ModelError(f"{model}: gives {', '.join(sorted(names))}; expected probabilities or logits")
    if data.images.shape[1:] != (28, 28):
        side = "×".join(str(length) for length in data.images.shape[1:])
        raise ModelError(f"{model.name} is a bare net and reads 28×28 pictures, these are {side}; choose a recogniser")
    return bare_net


def _session(model: Path) -> tuple[InferenceSession, str | None]:
    """The model with its penultimate features as a further output, and that output's name if there is one."""
    session = open_session(model)  # first as it is: a file that is no model gets its sentence here
    content = model.read_bytes()
    feature = feature_name(content)
    return (open_session(model, with_output(content, feature)), feature) if feature else (session, None)


def _flat(features: list[NDArray[np.generic]], count: int) -> Half:
    """(N, F); features with places, (N, F, H, W), are averaged over them."""
    if not features:
        return np.zeros((count, 0), np.float16)
    return features[0].astype(np.float32).reshape(*features[0].shape[:2], -1).mean(2).astype(np.float16)


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    raised = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True), np.float32)


def _sha256(path: Path) -> str:
    stat = path.stat()
    return _sha256_of_version(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=16)
def _sha256_of_version(path: Path, mtime_ns: int, size: int) -> str:  # noqa: ARG001 (they tell versions apart)
    return sha256(path)


def _load(file: Path, count: int) -> Predictions | None:
    if not file.is_file():
        return None
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            known = Predictions(*(arrays[column] for column in COLUMNS))
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return None  # a damaged cache is worked out again and replaced
    fits = (known.probabilities.shape, known.seen.shape) == ((count, 10), (count, 28, 28))
    fits = fits and known.digit_score.shape == (count,) and known.features.shape[:1] == (count,)
    return known if fits else None


def _save(file: Path, predictions: Predictions) -> None:
    """Keep the predictions, all or nothing; a folder that cannot be written costs only the time of the next start."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with written_whole(file) as stream:
            np.savez(stream, **vars(predictions))
    except OSError:
        return
