"""MNIST's own pictures from the .gz files that come with the project, read with numpy alone."""

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.refusals import RefusalError
from demo.settings import MNIST

Split = Literal["train", "test"]

# Images, labels: (file name, shape, MD5 of the unpacked file as published with the data set).
FILES: dict[Split, tuple[tuple[str, tuple[int, ...], str], tuple[str, tuple[int, ...], str]]] = {
    "train": (
        ("train-images-idx3-ubyte", (60000, 28, 28), "6bbc9ace898e44ae57da46a324031adb"),
        ("train-labels-idx1-ubyte", (60000,), "a25bea736e30d166cdddb491f175f624"),
    ),
    "test": (
        ("t10k-images-idx3-ubyte", (10000, 28, 28), "2646ac647ad5339dbf082846283269ea"),
        ("t10k-labels-idx1-ubyte", (10000,), "27ae3e4e09519cfbb04c329615203637"),
    ),
}


class DataError(RefusalError):
    """A data file that cannot be used; the message names the file, what was expected and what was found."""


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


def load(split: Split, folder: Path = MNIST) -> Labelled:
    """The 60,000 training or 10,000 test pictures, in file order; DataError when a file is missing or damaged."""
    images, labels = (_read(folder / f"{name}.gz", shape, md5) for name, shape, md5 in FILES[split])
    return Labelled(f"MNIST {split}", images, labels)


def _read(path: Path, shape: tuple[int, ...], md5: str) -> NDArray[np.uint8]:
    if not path.is_file():
        raise DataError(f"{path}: expected the file that comes with the project, found none; restore it")
    try:
        content = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: expected a whole gzip file, found a damaged one ({error}); restore it") from error
    header = 4 + 4 * len(shape)  # magic number, then one big-endian size for each axis
    expected = header + int(np.prod(shape))
    if len(content) != expected:
        raise DataError(f"{path}: expected {expected} bytes after unpacking, found {len(content)}; restore it")
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != md5:
        raise DataError(f"{path}: expected MD5 {md5} after unpacking, found {found}; restore it")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)
