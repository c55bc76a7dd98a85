"""Somebody else's model as a recogniser of drawings: the page never opens it, and our preprocessing sees for it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.pictures import PictureError
from core.session import ModelError
from demo.analysis.own_models import OwnModel
from demo.answers.recognizer import Answer, Grey, Recognizer
from demo.guard import deadline
from demo.mnist import Labelled


class Foreign:
    """A model that a process of its own opens for each question, with limits (demo/analysis/own_models.py).

    It says nothing of what is no digit: whatever has ink gets one, with a digit_score of 1.
    """

    def __init__(self, path: Path, model: OwnModel, sees: Recognizer) -> None:
        """`sees` preprocesses: the model is given the 28x28 picture that this recogniser's net looks at."""
        self.path = path
        self.said = f"{path.name} is given what our preprocessing sees, 28×28, as {model.said}"
        self._model, self._sees = model, sees

    def __call__(self, image: Grey) -> Answer:
        """Read one picture, (H, W) uint8, any polarity, H and W >= 1."""
        return self.batch(image[None])[0]

    def batch(self, images: Grey) -> list[Answer]:
        """Read pictures of one size, (N, H, W) uint8; PictureError, a sentence, where the model cannot."""
        seen = self._sees.batch(images)
        deadline.current().check()
        pictures = np.stack([(255 * one.seen).round().astype(np.uint8) for one in seen])
        asked = Labelled(self.path.name, pictures, np.zeros(len(pictures), np.uint8))
        try:
            shares = self._model.predict(asked, lambda _: None).probabilities
        except ModelError as error:
            raise PictureError(str(error)) from error
        return [_answer(one, row) for one, row in zip(seen, shares, strict=True)]


def _answer(seen: Answer, shares: NDArray[np.float32]) -> Answer:
    label = None if seen.blank else int(shares.argmax())
    return replace(seen, label=label, probabilities=shares, digit_score=float(not seen.blank))
