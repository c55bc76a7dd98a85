"""What two models are shown when somebody compares them: their own pictures, or ours."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.data import load
from core.pictures import PicturesError, decode
from export.contracts import Contract, Port
from export.pictures import Case, as_net_input
from export.runtimes.run import Array

BATCH = 64
FREE_PX = 28  # length given to a free axis when nobody brings pictures
NOISE = 64
SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"}


class InputError(Exception):
    """Inputs that a model does not take; the message says what was found and what it takes."""


def input_cases(a: Contract, b: Contract, data: Path | None) -> list[Case]:
    """Pictures for both models; batches are of one where either model takes no more.

    data: a folder of pictures, an .npz or .npy of inputs; None for blank, full, noise and, where they fit, digits.
    """
    one_by_one = any(isinstance(contract.image.axes[0], int) for contract in (a, b))
    named = _own(a.image) if data is None else [(data.name, brought(a.image, data))]
    cases = [Case(name, images, (1 if one_by_one else BATCH,)) for name, images in named]
    if not sum(len(case.images) for case in cases):
        raise InputError(f"{data}: no inputs in it; expected at least one")
    return cases


def _own(image: Port) -> Iterator[tuple[str, Array]]:
    shape = (NOISE, *(FREE_PX if isinstance(axis, str) else axis for axis in image.axes[1:]))
    full = 255 if image.dtype == "uint8" else 1
    yield "blank", np.zeros(shape, image.dtype)
    yield "full", np.full(shape, full, image.dtype)
    yield "noise", (np.random.default_rng(0).random(shape) * full).astype(image.dtype)
    digits = load("test")[0].numpy()
    if image.dtype == "float32" and shape[1:] == (1, 28, 28):
        yield "MNIST test", as_net_input(digits)
    if image.dtype == "uint8" and len(shape) == 3:
        yield "MNIST test", digits


def brought(image: Port, data: Path) -> Array:
    """The inputs in a file or folder, in the form that a model takes; InputError when they do not fit."""
    if not data.exists():
        raise InputError(f"{data}: no such file or folder")
    array = from_folder(image, data) if data.is_dir() else from_file(image, data)
    fits = array.ndim == len(image.axes) and all(
        isinstance(axis, str) or axis == length for axis, length in zip(image.axes[1:], array.shape[1:], strict=True)
    )
    if not fits or array.dtype != image.numpy_dtype:
        raise InputError(f"{data}: holds {array.dtype} {array.shape}, the model takes {image}")
    if array.dtype.kind == "f" and len(lost := np.argwhere(~np.isfinite(array))):
        raise InputError(f"{data}: value {list(map(int, lost[0]))} is {array[tuple(lost[0])]}; expected numbers only")
    return array


def from_file(image: Port, path: Path) -> Array:
    try:
        loaded = np.load(path, allow_pickle=False)
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: not a whole .npz or .npy without objects ({error})") from error
    if isinstance(loaded, np.ndarray):
        return loaded
    if image.name not in loaded and len(loaded.files) != 1:
        raise InputError(f"{path}: holds arrays {', '.join(loaded.files)}; expected {image.name!r}, or only one")
    array: Array = loaded[image.name if image.name in loaded else loaded.files[0]]
    return array


def from_folder(image: Port, folder: Path) -> Array:
    """Every picture of a folder as grey; all of one size, as one array cannot hold more."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    try:
        greys = [decode(path.read_bytes()) for path in files]
    except PicturesError as error:
        raise InputError(f"{folder}: {error}") from error
    if sizes := {grey.shape for grey in greys} - {grey.shape for grey in greys[:1]}:
        raise InputError(f"{folder}: pictures of several sizes ({greys[0].shape} and {sizes.pop()}); expected one size")
    if not greys:
        raise InputError(f"{folder}: no pictures in it; expected {', '.join(sorted(SUFFIXES))}")
    stacked = np.stack(greys)
    return as_net_input(stacked) if image.dtype == "float32" else stacked
