"""The models that a visitor can choose among: the reader's own, or a recogniser that is opened when first asked."""

import threading
import time
from pathlib import Path
from typing import NamedTuple

from core.catalogue import CATALOGUE, FORMS
from core.pictures import PictureError
from demo.answers.reader import Number, Reader, read_with
from demo.answers.recognizer import Answer, Grey, Recognizer
from demo.rendering import file_size

OFFERED = {  # file name -> the model in words
    f"{model.name}{form}": f"{model.choice}, {FORMS[form]}"
    for model in CATALOGUE.values()
    if model.choice
    for form in model.forms
    if form.endswith(".onnx")
}
TRIES = 5  # how often a picture is read to time it


class Reading(NamedTuple):
    """What one model says of a picture, and the median time that it took, in ms."""

    name: str
    answer: Answer
    latency_ms: float


class Choices:
    """Recognisers by the names of their files; safe to use from several threads."""

    def __init__(self, reader: Reader, first: Recognizer) -> None:
        """The reader answers whoever chooses nothing, or `first`, which is open too; the others lie beside that."""
        self.reader = reader
        self.paths = [first.path, *(path for path in files(first.path.parent) if path != first.path)]
        self._open = {first.path.name: first}
        self._lock = threading.Lock()

    def get(self, name: object) -> Recognizer:
        """The recogniser of a file's name; PictureError, a sentence for the visitor, for any other name."""
        path = next((path for path in self.paths if path.name == name), None)
        if path is None:
            raise PictureError("That model is not on this server. Please reload the page.")
        with self._lock:
            if path.name not in self._open:
                self._open[path.name] = Recognizer(path)
            return self._open[path.name]

    def read(self, recognizer: Recognizer, image: Grey) -> Number:
        """What a chosen recogniser, one of these, reads on (H, W) uint8: the first through the reader's own run."""
        if recognizer.path == self.paths[0]:
            return self.reader(image)
        return read_with(self.reader, recognizer, image)

    def compare(self, image: Grey) -> list[Reading]:
        """What each model says of (H, W) uint8, the first model first."""
        return [_timed(path.name, self.get(path.name), image) for path in self.paths]


def files(folder: Path) -> list[Path]:
    """The .onnx files of a folder that are in `OFFERED`, in that order."""
    return [folder / name for name in OFFERED if (folder / name).is_file()]


def title(path: Path) -> str:
    """A model in words: "EdgeNet, int8 (0.1 MB)"."""
    return f"{OFFERED[path.name]} ({file_size(path)})"


def _timed(name: str, recognizer: Recognizer, image: Grey) -> Reading:
    answer = recognizer(image)  # not timed: the first run of a session is slower
    times_ms = []
    for _ in range(TRIES):
        started_at = time.perf_counter()
        recognizer(image)
        times_ms.append(1000 * (time.perf_counter() - started_at))
    return Reading(name, answer, sorted(times_ms)[TRIES // 2])
