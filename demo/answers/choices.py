"""The models that a visitor can choose among: the reader's own, or a recogniser that is opened when first asked."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from core.catalogue import CATALOGUE, FORMS
from core.pictures import PictureError
from demo.answers.foreign import Foreign
from demo.answers.reader import Number, Reader, read_with
from demo.answers.recognizer import Answer, Grey, OneDigit, Recognizer
from demo.answers.shelf import Shelved
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

    def __init__(self, reader: Reader, first: Recognizer, shelf: Sequence[Shelved] = ()) -> None:
        """The reader answers whoever chooses nothing, or `first`, which is open too; the others lie beside that.

        shelf: models of a folder of one's own, which come before all of these.
        """
        self.reader = reader
        self.paths = [first.path, *(path for path in files(first.path.parent) if path != first.path)]
        self._shelf = {one.name: one for one in shelf}
        self.names = [*self._shelf, *(path.name for path in self.paths)]
        self._open = {first.path.name: first}
        self._lock = threading.Lock()

    @property
    def first(self) -> OneDigit:
        """What answers whoever chooses nothing."""
        return self.get(self.names[0])

    def title(self, name: str) -> str:
        """One of `names` in words."""
        if name in self._shelf:
            return self._shelf[name].title
        return title(next(path for path in self.paths if path.name == name))

    def title_of(self, recognizer: OneDigit) -> str:
        """A recogniser that `get` gave, in words."""
        ours = (one.title for one in self._shelf.values() if one.reads is recognizer)
        return next(ours, None) or title(recognizer.path)

    @property
    def notes(self) -> list[str]:
        """How pictures are given to the models that are somebody else's, a sentence each."""
        return [one.reads.said for one in self._shelf.values() if isinstance(one.reads, Foreign)]

    def get(self, name: object) -> OneDigit:
        """The recogniser of that name; PictureError, a sentence for the visitor, for any other name."""
        if isinstance(name, str) and name in self._shelf:
            return self._shelf[name].reads
        path = next((path for path in self.paths if path.name == name), None)
        if path is None:
            raise PictureError("That model is not on this server. Please reload the page.")
        with self._lock:
            if path.name not in self._open:
                self._open[path.name] = Recognizer(path)
            return self._open[path.name]

    def read(self, recognizer: OneDigit, image: Grey) -> Number:
        """What a chosen recogniser reads on (H, W) uint8: the first of those that ship through the reader's own run."""
        if recognizer.path == self.paths[0]:
            return self.reader(image)
        return read_with(self.reader, recognizer, image)

    def compare(self, image: Grey) -> list[Reading]:
        """What each model says of (H, W) uint8, the first model first."""
        return [_timed(name, self.get(name), image) for name in self.names]


def files(folder: Path) -> list[Path]:
    """The .onnx files of a folder that are in `OFFERED`, in that order."""
    return [folder / name for name in OFFERED if (folder / name).is_file()]


def title(path: Path) -> str:
    """A model in words: "EdgeNet, int8 (0.1 MB)"."""
    return f"{OFFERED[path.name]} ({file_size(path)})"


def _timed(name: str, recognizer: OneDigit, image: Grey) -> Reading:
    tries = TRIES
    if isinstance(recognizer, Foreign):
        tries = 1  # each takes a process, which belongs to its time
    else:
        recognizer(image)  # not timed: the first run of a session is slower
    times_ms = []
    for _ in range(tries):
        started_at = time.perf_counter()
        answer = recognizer(image)
        times_ms.append(1000 * (time.perf_counter() - started_at))
    return Reading(name, answer, sorted(times_ms)[tries // 2])
