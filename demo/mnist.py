"""Pictures with their truth, as the page measures models with; MNIST's own among them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import mnist
from core.mnist import Split


@dataclass(frozen=True)
class Labelled:
    """Pictures with their truth: images (N, 28, 28) uint8, ink 255; labels (N,) uint8 in 0..9; sha256 of them.

    names: of the N files that the pictures came in; empty where they came in none.
    """

    name: str
    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    names: tuple[str, ...] = ()

    def file(self, index: int) -> str:
        """The name of the file that a picture came in, "" for none."""
        return self.names[index] if self.names else ""

    @property
    def sha256(self) -> str:
        """The SHA-256 of shape, pixels, labels and names, so that equal data has an equal name."""
        digest = hashlib.sha256(repr(self.images.shape).encode())
        digest.update(np.ascontiguousarray(self.images).data)
        digest.update(np.ascontiguousarray(self.labels).data)
        digest.update("\0".join(self.names).encode(errors="surrogatepass"))
        return digest.hexdigest()


def load(split: Split, folder: Path = mnist.FOLDER) -> Labelled:
    """The 60,000 training or 10,000 test pictures, in file order; DataError when a file is missing or damaged."""
    return Labelled(f"MNIST {split}", *mnist.read(split, folder))
