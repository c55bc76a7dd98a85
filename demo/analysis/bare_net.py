"""A bare net asked as a recogniser is: pictures in MNIST's format in, answers out."""

from pathlib import Path

import numpy as np

from demo.mnist import Labelled
from demo.predictions import predict
from demo.recognizer import Answer, Grey


class BareNet:
    """Reads 28x28 pictures as they are; ModelError for a file of another contract."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def batch(self, images: Grey) -> list[Answer]:
        """An answer to each of (N, 28, 28) uint8 pictures, ink 255; it refuses none."""
        told = predict(self.path, Labelled("pictures", images, np.zeros(len(images), np.uint8)), None, lambda _: None)
        return [
            Answer(int(shares.argmax()), shares, np.asarray(seen / np.float32(255), np.float32), 1.0)
            for shares, seen in zip(told.probabilities, told.seen, strict=True)
        ]
