"""MNIST on disk -> uint8 tensors, and the fixed split into training and validation pictures."""

import gzip
import hashlib
import os
import zlib
from pathlib import Path
from typing import Literal

from torch import Tensor
from torchvision.datasets import MNIST

from core import files
from core.files import own_temporary, write_atomic
from core.refusals import RefusalError

ROOT = files.ROOT / "data"

# MD5 of the unpacked files, as published with the data set.
MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}

Split = Literal["train", "test"]
Pictures = tuple[Tensor, Tensor]  # images (N, 28, 28) uint8, ink 255; labels (N,) int64 in 0..9


class DataError(RefusalError):
    """A data file that cannot be used; the message names the file, what was expected and what was found."""


def load(split: Split, root: Path = ROOT) -> Pictures:
    """All pictures of MNIST's training (60,000) or test (10,000) file, in file order.

    returns: images (N, 28, 28) uint8 in [0, 255], ink 255; labels (N,) int64 in 0..9.
    errors:  DataError when a file is damaged, or missing and not to be fetched.
    """
    dataset = MNIST(str(unpacked(root)), train=split == "train")
    return dataset.data, dataset.targets


def packed(*splits: Split, root: Path = ROOT) -> list[Path]:
    """The packed files of some splits as they come with the project: what a record says that it was measured on."""
    begin = {"train": "train", "test": "t10k"}
    return [root / "MNIST" / "raw" / f"{name}.gz" for name in MD5 if name.split("-")[0] in {begin[s] for s in splits}]


def hold_out(pictures: Pictures, count: int) -> tuple[Pictures, Pictures]:
    """Split into (training, validation): the last `count` pictures in file order are held out, always the same ones.

    MNIST's file keeps a writer's digits near each other, so an unshuffled cut shares few writers with training.
    """
    images, labels = pictures
    if not 0 < count < len(images):
        raise ValueError(f"cannot hold out {count} of {len(images)} pictures; choose 1 to {len(images) - 1}")
    return (images[:-count], labels[:-count]), (images[-count:], labels[-count:])


def unpacked(root: Path) -> Path:
    """Make sure that torchvision's layout, MNIST/raw/*-ubyte, is complete and sound; returns the folder that holds it.

    The .gz files that come with the project are unpacked beside themselves, or, where that folder is read-only, in the
    user's temporary folder. Missing ones are fetched by torchvision.
    """
    raw = root / "MNIST" / "raw"
    if not all((raw / f"{name}.gz").is_file() or (raw / name).is_file() for name in MD5):
        _fetch(root)
    home = root if _writable(raw) else own_temporary("mnist")
    for name, expected in MD5.items():
        target = home / "MNIST" / "raw" / name
        if not target.is_file() or _md5(target.read_bytes()) != expected:
            write_atomic(target, _unpack(raw / f"{name}.gz", expected))
    return home


def _unpack(path: Path, expected: str) -> bytes:
    try:
        content = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"{path}: expected a whole gzip file, found a damaged one ({error}); delete it to fetch it again"
        ) from error
    if (found := _md5(content)) != expected:
        raise DataError(f"{path}: expected MD5 {expected} after unpacking, found {found}; delete it to fetch it again")
    return content


def _fetch(root: Path) -> None:
    try:
        MNIST(str(root), download=True)
    except (RuntimeError, OSError) as error:
        raise DataError(
            f"{root / 'MNIST' / 'raw'}: MNIST's files are missing and could not be fetched ({error}); "
            f"put {', '.join(f'{name}.gz' for name in MD5)} there"
        ) from error


def _writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK)


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
