"""Labelled pictures in an .npz, as MNIST is often passed on -> arrays."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.pictures import Grey
from core.refusals import RefusalError

EXPECTED = "expected an .npz with images (N, H, W) uint8 and labels (N,) of whole numbers"


class NpzError(RefusalError):
    """A file that holds no labelled pictures; the message says what was found, and leaves the file's name to others."""


def read(path: Path) -> tuple[Grey, NDArray[np.integer]]:
    """Images (N, H, W) uint8, N, H and W >= 1, and a whole number for each. Nothing is unpickled."""
    found = _arrays(path)
    if missing := sorted({"images", "labels"} - found.keys()):
        raise NpzError(f"{EXPECTED}; it lacks {' and '.join(missing)}")
    images, labels = found["images"], found["labels"]
    fits = images.dtype == np.uint8 and images.ndim == 3 and images.size and labels.dtype.kind in "iu"
    if not fits or labels.shape != images.shape[:1]:
        raise NpzError(f"{EXPECTED}; found {images.shape} {images.dtype} and {labels.shape} {labels.dtype}")
    return images, labels


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    """What there is of the two; a lone .npy has no names."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            return {name: file[name] for name in ("images", "labels") if name in file.files}
    except Exception as error:  # on damaged headers NumPy's parser raises whatever Python's own does
        raise NpzError(f"{EXPECTED}; it is damaged, or holds objects instead of numbers: save it anew") from error
