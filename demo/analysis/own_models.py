"""Models that visitors sent. No foreign file is opened in this process: another one does, with limits, and ends."""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from core.mnist import DataError
from core.wording import counted
from demo.analysis.own_model_child import BATCH, REFUSED
from demo.analysis.predictions import Predictions
from demo.answers.recognizer import ModelError
from demo.guard import deadline as deadlines
from demo.guard import limits
from demo.mnist import Labelled, load
from demo.settings import ROOT

Grey = NDArray[np.uint8]
Progress = Callable[[float], None]

OWN = "own-"  # how their names begin in addresses
KEPT_BYTES = 8 * limits.MODEL_BYTES  # of all visitors together; the oldest go first
FEW = 300  # MNIST's last training pictures, which tell what a model wants its pixels to be
SIDE_PX = 28
LONGEST_LINE = 10_000
LONGEST_SENTENCE = 400
TOO_LONG = "{name} took longer than {seconds} s or more memory than {megabytes} MB; a smaller model may do."
ENDED = "{name} could not be run: the process that opened it ended ({status}). A smaller or simpler model may do."
COMMAND = (sys.executable, "-P", "-m", "demo.analysis.own_model_child")
_turn = threading.Semaphore(1)  # one foreign model runs at a time, whoever asks


@dataclass(frozen=True)
class OwnModel:
    """A visitor's model: its bytes, and what was found when it was opened once.

    side_px:     height and width of the pictures that it reads beside MNIST's; None for any.
    preparation: the settings with which its pixels are made.
    said:        how pictures are given to it, for people.
    """

    name: str
    content: bytes
    side_px: int | None
    preparation: dict[str, Any]
    said: str

    @property
    def any_size(self) -> bool:
        """Whether it reads pictures of any size, as a recogniser does."""
        return self.side_px is None

    def takes(self, height: int, width: int) -> bool:
        """Whether it reads pictures of a size; MNIST's are fitted into any."""
        return self.any_size or (height, width) in ((self.side_px,) * 2, (SIDE_PX,) * 2)

    def predict(self, data: Labelled, progress: Progress) -> Predictions:
        """Its answers to a data set, worked out in another process; ModelError with a sentence where it cannot."""
        height, width = data.images.shape[1:]
        if not self.takes(height, width):
            raise ModelError(
                f"{self.name} reads pictures of {self.side_px}×{self.side_px}, these are {height}×{width}; "
                "choose MNIST's pictures, or a recogniser"
            )
        with _running(self.name, self.content, data.images, self.preparation, None) as (_, rows):
            probabilities = np.empty((len(data.images), 10), np.float32)
            for start in range(0, len(probabilities), BATCH):
                part = rows(min(BATCH, len(probabilities) - start))
                probabilities[start : start + len(part)] = part
                progress((start + len(part)) / len(probabilities))
        count = len(probabilities)
        return Predictions(
            probabilities, np.ones(count, np.float32), _seen(data.images), np.zeros((count, 0), np.float16)
        )


def open_own(name: str, content: bytes) -> OwnModel:
    """Look at a model that was sent, in another process; ModelError with a sentence for one that cannot be analysed."""
    if not limited():
        raise ModelError("Models of one's own cannot be analysed here: this system cannot limit what they use.")
    if len(content) > limits.MODEL_BYTES:
        raise ModelError(
            f"{name} has {len(content) / limits.MB:.0f} MB; at most {limits.MODEL_BYTES // limits.MB} MB are read."
        )
    with _running(name, content, np.empty((0, SIDE_PX, SIDE_PX), np.uint8), None, _validation()) as (found, _):
        side, preparation, said = found.get("side_px"), found.get("preparation"), found.get("said")
        if not (side is None or isinstance(side, int)) or not isinstance(preparation, dict):
            raise ModelError(ENDED.format(name=name, status="no answer"))
        if isinstance(wrong := found.get("wrong"), int):
            said = f"{said}: {wrong} of {counted(FEW, 'validation picture')} misread, the fewest of the usual ways"
    return OwnModel(name, content, side, preparation, str(said)[:LONGEST_SENTENCE])


def limited() -> bool:
    """Whether this system can limit another process's memory and time."""
    return os.name == "posix"


class OwnModels:
    """What visitors sent, in memory only, named by content: who does not have the file cannot guess its name."""

    def __init__(self, limit_bytes: int = KEPT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[str, OwnModel] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, model: OwnModel) -> str:
        """The name under which the model can be had from now on, until newer ones push it out."""
        name = OWN + hashlib.sha256(model.name.encode() + model.content).hexdigest()[:32]
        with self._lock:
            self._kept[name] = model
            self._kept.move_to_end(name)
            while len(self._kept) > 1 and sum(len(one.content) for one in self._kept.values()) > self._limit_bytes:
                self._kept.popitem(last=False)
        return name

    def get(self, name: str) -> OwnModel:
        """The model of that name; ModelError when it is no longer kept."""
        with self._lock:
            if name not in self._kept:
                raise ModelError("That model is no longer kept here; please send it again.")
            return self._kept[name]


def _validation() -> Labelled | None:
    """MNIST's last training pictures; None where they are not on this server."""
    try:
        whole = load("train")
    except DataError:
        return None
    return Labelled("validation", whole.images[-FEW:], whole.labels[-FEW:])


def _seen(images: Grey) -> Grey:
    """What is shown of each picture, (N, 28, 28): MNIST's as they are, others sampled down."""
    if images.shape[1:] == (SIDE_PX, SIDE_PX):
        return images
    rows, columns = (np.arange(SIDE_PX) * length // SIDE_PX for length in images.shape[1:])
    return images[:, rows][:, :, columns]


@contextlib.contextmanager
def _running(
    name: str, content: bytes, images: Grey, preparation: dict[str, Any] | None, known: Labelled | None
) -> Iterator[tuple[dict[str, Any], Callable[[int], NDArray[np.float32]]]]:
    """What the other process found, and a function that gets the next (N, 10) answers from it.

    It is killed when the question that asked is over: PictureError, a sentence.
    """
    deadline = deadlines.current()
    if not _turn.acquire(timeout=deadline.left_s):
        raise ModelError("Many people are analysing models of their own just now. Please try again in a minute.")
    try:
        with tempfile.TemporaryDirectory() as empty, _process(empty) as process, deadline.stopping(process.kill):
            writer = threading.Thread(target=_write, args=(process, name, content, images, preparation, known))
            writer.start()
            try:
                yield _found(process, name), lambda count: _rows(process, name, count)
            except ModelError:
                if deadline.ended:  # killed for its question, not for what it used
                    deadline.check()
                raise
            finally:
                process.kill()
                writer.join()
    finally:
        _turn.release()


@contextlib.contextmanager
def _process(empty: str) -> Iterator[subprocess.Popen[bytes]]:
    """The other process: nothing of this one's environment, an empty folder to be in, killed when its time is over."""
    environment = {"PYTHONPATH": str(ROOT), "ORT_DISABLE_TELEMETRY": "1", "OPENBLAS_NUM_THREADS": "1", "HOME": empty}
    pipe = subprocess.PIPE
    with subprocess.Popen(COMMAND, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, cwd=empty) as process:
        watch = threading.Timer(limits.MODEL_S, process.kill)
        watch.start()
        try:
            yield process
        finally:
            watch.cancel()
            process.kill()


def _write(
    process: subprocess.Popen[bytes],
    name: str,
    content: bytes,
    images: Grey,
    preparation: dict[str, Any] | None,
    known: Labelled | None,
) -> None:
    assert process.stdin is not None
    count, height, width = images.shape
    request = {
        "name": name,
        "model_bytes": len(content),
        "labels": 0 if known is None else len(known.labels),
        "count": count,
        "height": height,
        "width": width,
        "preparation": preparation,
        "memory_bytes": limits.MODEL_MEMORY_BYTES,
        "seconds": limits.MODEL_S,
    }
    with contextlib.suppress(OSError, ValueError):  # it ended before it had read everything
        process.stdin.write(json.dumps(request).encode() + b"\n" + content)
        if known is not None:
            process.stdin.write(known.labels.tobytes() + known.images.tobytes())
        for start in range(0, count, BATCH):
            process.stdin.write(np.ascontiguousarray(images[start : start + BATCH]).tobytes())
        process.stdin.close()


def _found(process: subprocess.Popen[bytes], name: str) -> dict[str, Any]:
    line = _out(process).readline(LONGEST_LINE)
    try:
        found = json.loads(line)
    except ValueError as error:
        raise _refusal(process, name) from error
    if not isinstance(found, dict):
        raise _refusal(process, name)
    return found


def _rows(process: subprocess.Popen[bytes], name: str, count: int) -> NDArray[np.float32]:
    content = _out(process).read(count * 10 * 4)
    if len(content) != count * 10 * 4:
        raise _refusal(process, name)
    rows = np.frombuffer(content, "<f4").reshape(count, 10)
    if not np.isfinite(rows).all() or (rows < 0).any() or not np.allclose(rows.sum(1), 1, atol=0.01):
        raise ModelError(f"{name} gives numbers that are no probabilities.")
    return rows


def _out(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdout is not None
    return process.stdout


def _refusal(process: subprocess.Popen[bytes], name: str) -> ModelError:
    """Why the other process ended, as a sentence."""
    assert process.stderr is not None
    said = process.stderr.read(LONGEST_SENTENCE).decode(errors="replace").strip()
    status = process.wait()
    if status == REFUSED and said:
        return ModelError(said)
    if status < 0 or "MemoryError" in said or "bad_alloc" in said:
        return ModelError(
            TOO_LONG.format(name=name, seconds=limits.MODEL_S, megabytes=limits.MODEL_MEMORY_BYTES // limits.MB)
        )
    return ModelError(ENDED.format(name=name, status=status))


def read_file(path: Path) -> OwnModel:
    """The model in a file that was uploaded; ModelError with a sentence for one that cannot be analysed."""
    if path.stat().st_size > limits.MODEL_BYTES:
        return open_own(path.name, b"\0" * (limits.MODEL_BYTES + 1))
    return open_own(path.name, path.read_bytes())
