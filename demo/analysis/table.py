"""One table feeds every view: a row for each picture, with its truth, the answer and how sure it was."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from demo.analysis.predictions import Predictions
from demo.mnist import Labelled

LEAST_SHARE = 1e-12  # probabilities are float32; a loss stays finite
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """A data set and one model's answers to it; columns are (N,), in the order of the data set.

    threshold: the digit_score below which the model refuses.
    """

    data: Labelled
    predictions: Predictions
    threshold: float

    def __len__(self) -> int:
        """How many pictures."""
        return len(self.data.labels)

    def called(self, index: int) -> str:
        """What people call a picture: by its file, "7/cat.png", or where it came in none by its place, "12"."""
        return self.data.file(index) or f"{index:,}"

    @cached_property
    def truth(self) -> NDArray[np.intp]:
        """The labels, 0..9."""
        return self.data.labels.astype(np.intp)

    @cached_property
    def answers(self) -> NDArray[np.intp]:
        """The most likely digits, refusals not considered."""
        return self.predictions.answers

    @cached_property
    def wrong(self) -> NDArray[np.bool_]:
        """Whether the answer is not the truth."""
        return self.answers != self.truth

    @cached_property
    def confidence(self) -> Floats:
        """Probability of the answer, in [0, 1]."""
        return self.predictions.probabilities.max(1).astype(np.float64)

    @cached_property
    def margin(self) -> Floats:
        """How far the answer is ahead of the runner-up, in [0, 1]."""
        two = np.partition(self.predictions.probabilities, 8, axis=1)[:, 8:]  # (N, 2): runner-up, answer
        return (two[:, 1] - two[:, 0]).astype(np.float64)

    @cached_property
    def loss(self) -> Floats:
        """Minus the logarithm of the probability of the truth, in nats, >= 0."""
        shares = self.predictions.probabilities[np.arange(len(self)), self.truth].astype(np.float64)
        return -np.log(np.clip(shares, LEAST_SHARE, 1.0))

    @cached_property
    def refused(self) -> NDArray[np.bool_]:
        """Whether the model would say that there is no digit."""
        return self.predictions.digit_score < self.threshold
