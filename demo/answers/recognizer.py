"""One model file that reads one digit: pixels in, answer out."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from core.session import ModelError as ModelError  # others have it from here
from demo.answers.opened import Grey as Grey  # and this
from demo.answers.opened import Opened

Floats = NDArray[np.float32]

OUTPUTS = ["probabilities", "seen", "digit_score"]
REFUSE_BLANKS_ONLY = 0.0  # for a model that states no threshold: blanks score exactly 0


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


class OneDigit(Protocol):
    """What reads one digit: a recogniser, or somebody else's model in its place."""

    @property
    def path(self) -> Path:
        """The model's file."""
        ...

    def __call__(self, image: Grey) -> Answer:
        """Read one picture, (H, W) uint8, any polarity."""
        ...

    def batch(self, images: Grey) -> list[Answer]:
        """Read pictures of one size, (N, H, W) uint8."""
        ...


class Recognizer:
    """A file with the recogniser's contract: `image` uint8 (N, H, W) -> probabilities, seen, digit_score.

    Safe to call from several threads. ModelError when the file is missing, damaged or of another contract.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._model = Opened(path, OUTPUTS)
        self.threshold = score_threshold(self._model.session, path.with_name("metrics.json"))

    def __call__(self, image: Grey) -> Answer:
        """Read one picture, (H, W) uint8, any polarity, H and W >= 1."""
        return self.batch(image[None])[0]

    def batch(self, images: Grey) -> list[Answer]:
        """Read pictures of one size, (N, H, W) uint8; ValueError for any other type or shape.

        PictureError when so many others wait that it takes longer than its question may take.
        """
        rows = zip(*self._model(images), strict=True)
        return [self._answer(probabilities, seen, float(score)) for probabilities, seen, score in rows]

    def _answer(self, probabilities: Floats, seen: Floats, score: float) -> Answer:
        accepted = seen.any() and score >= self.threshold
        return Answer(int(probabilities.argmax()) if accepted else None, probabilities, seen, score)


def score_threshold(session: onnxruntime.InferenceSession, metrics: Path) -> float:
    """The digit_score below which pictures are refused, in [0, 1].

    The model's own metadata `score_threshold` goes first, then the same key of metrics.json beside it. A model with
    neither refuses blanks only.
    """
    stated = session.get_modelmeta().custom_metadata_map.get("score_threshold")
    if stated is None and metrics.is_file():
        stated = json.loads(metrics.read_text(encoding="utf-8")).get("score_threshold")
    return REFUSE_BLANKS_ONLY if stated is None else float(stated)
