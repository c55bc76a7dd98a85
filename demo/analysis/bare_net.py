"""A bare net asked as a recogniser is: pictures in MNIST's format in, answers out."""

import numpy as np

from demo.analysis.predictions import Model, predict
from demo.answers.recognizer import Answer, Grey
from demo.mnist import Labelled


class BareNet:
    """Reads 28x28 pictures as they are; ModelError for a file of another contract."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def batch(self, images: Grey) -> list[Answer]:
        """An answer to each of (N, 28, 28) uint8 pictures, ink 255; it refuses none."""
        told = predict(self.model, Labelled("pictures", images, np.zeros(len(images), np.uint8)), None, lambda _: None)
        return [
            Answer(int(shares.argmax()), shares, np.asarray(seen / np.float32(255), np.float32), 1.0)
            for shares, seen in zip(told.probabilities, told.seen, strict=True)
        ]
