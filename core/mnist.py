"""MNIST's own pictures, from the .gz files that come with the project."""

import gzip
import hashlib
import zlib
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.files import DATA
from core.refusals import RefusalError

Split = Literal["train", "test"]
FOLDER = DATA / "MNIST" / "raw"


class DataError(RefusalError):
    """A data file that cannot be used; the message names the file, what was expected and what was found."""


class _File(NamedTuple):
    """One file: md5 as published with the data set, of the unpacked bytes."""

    name: str
    shape: tuple[int, ...]
    md5: str


_FILES: dict[Split, tuple[_File, _File]] = {  # pictures, then labels
    "train": (
        _File("train-images-idx3-ubyte", (60000, 28, 28), "6bbc9ace898e44ae57da46a324031adb"),
        _File("train-labels-idx1-ubyte", (60000,), "a25bea736e30d166cdddb491f175f624"),
    ),
    "test": (
        _File("t10k-images-idx3-ubyte", (10000, 28, 28), "2646ac647ad5339dbf082846283269ea"),
        _File("t10k-labels-idx1-ubyte", (10000,), "27ae3e4e09519cfbb04c329615203637"),
    ),
}
MD5 = {file.name: file.md5 for pair in _FILES.values() for file in pair}


def read(split: Split, folder: Path = FOLDER) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The 60,000 training or 10,000 test pictures, in file order.

    returns: images (N, 28, 28) uint8 in [0, 255], ink 255; labels (N,) uint8 in 0..9; neither can be written to.
    errors:  DataError when a file is missing or damaged.
    """
    images, labels = (_content(folder, file) for file in _FILES[split])
    return images, labels


def files(*splits: Split, folder: Path = FOLDER) -> list[Path]:
    """The files of these splits, packed as they are: what a record says that it was measured on."""
    return [folder / f"{file.name}.gz" for split in splits for file in _FILES[split]]


def _content(folder: Path, file: _File) -> NDArray[np.uint8]:
    path = folder / f"{file.name}.gz"
    if not path.is_file():
        raise DataError(f"{path}: expected the file that comes with the project, found none; restore it")
    try:
        content = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: expected a whole gzip file, found a damaged one ({error}); restore it") from error
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != file.md5:
        raise DataError(f"{path}: expected MD5 {file.md5} after unpacking, found {found}; restore it")
    header = 4 + 4 * len(file.shape)  # magic number, then one big-endian size for each axis
    return np.frombuffer(content, np.uint8, offset=header).reshape(file.shape)
