"""What two models are shown when somebody compares them: their own pictures, or ours, in the form that both take."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.layout import Layout, layouts
from core.pictures import PictureError, read
from core.refusals import RefusalError
from core.session import Array, ModelError
from core.train.data import load
from export.contracts import UNSTATED, Port
from export.proving.pictures import Case, Grey

BATCH = 64
FREE_PX = 28  # length given to a free axis when nobody brings pictures
NOISE = 64
SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"}


class InputError(RefusalError):
    """Inputs that a model does not take; the message says what was found and what it takes."""


@dataclass(frozen=True)
class Form:
    """One way to give a model something: the shape of one picture.

    alone:  the input has no axis for several pictures.
    layout: how a grey picture lies in it; None where it is not seen how one could.
    """

    shape: tuple[int, ...]
    alone: bool = False
    layout: Layout | None = None


def forms(image: Port) -> Iterator[Form]:
    """Every form that fits an input's axes, the likeliest first."""
    axes = lengths(image)
    for layout in layouts(axes):
        side = layout.side_px or FREE_PX
        yield Form(layout.arrange(np.zeros((1, side, side), np.uint8)).shape[1:], "N" not in layout.order, layout)
    if axes is not None:
        filled = tuple(axis or FREE_PX for axis in axes)
        if filled:
            yield Form(filled[1:])
        yield Form(filled, alone=True)


def lengths(image: Port) -> tuple[int | None, ...] | None:
    """An input's axes as numbers, None for a free one; None where it is not stated how many there are."""
    return None if image.axes == UNSTATED else tuple(axis if isinstance(axis, int) else None for axis in image.axes)


def chosen_form(image: Port, runs: Callable[[Form, Array], object]) -> Form:
    """The first form in which `runs` takes one blank picture; ModelError with its first reason when none does."""
    refusals = []
    for form in forms(image):
        try:
            runs(form, np.zeros((1, *form.shape), image.numpy_dtype))
        except ModelError as error:
            refusals.append(error)
            continue
        return form
    raise refusals[0] if refusals else InputError(f"the models take {image}; expected numbers")


def own_cases(image: Port, form: Form) -> list[Case]:
    """Blank, full, noise and, where a grey picture fits, MNIST's test digits."""
    shape, full = (NOISE, *form.shape), full_level(image)
    batches = (1 if form.alone or image.axes[:1] == (1,) else BATCH,)
    noise = (np.random.default_rng(0).random(shape) * full).astype(image.numpy_dtype)
    cases = [
        Case("blank", np.zeros(shape, image.numpy_dtype), batches),
        Case("full", np.full(shape, full, image.numpy_dtype), batches),
        Case("noise", noise, batches),
    ]
    if form.layout is not None:
        cases.append(Case("MNIST test", as_input(image, form.layout, load("test")[0].numpy()), batches))
    return cases


def full_level(image: Port) -> int:
    """What a full pixel is: 1 in floats, else 255 or the largest number of the kind below."""
    kind = image.numpy_dtype
    return min(255, int(np.iinfo(str(kind)).max)) if kind.kind in "iu" else 1


def as_input(image: Port, layout: Layout, grey: Grey) -> Array:
    """Pictures (M, H, W) uint8 in the form that a model takes, ink as it is."""
    arranged = layout.arrange(grey)
    if image.numpy_dtype.kind in "iub":
        return arranged.clip(0, full_level(image)).astype(image.numpy_dtype)
    scaled: Array = arranged.astype(image.numpy_dtype) / image.numpy_dtype.type(255)
    return scaled


def brought_case(image: Port, data: Path) -> tuple[Form, Case]:
    """The inputs in a file or folder, as they are; InputError when they do not fit."""
    array = brought(image, data)
    alone = image.axes != UNSTATED and array.ndim == len(image.axes) + 1
    batch = 1 if alone or image.axes[:1] == (1,) else BATCH
    return Form(array.shape[1:], alone), Case(data.name, array, (batch,))


def brought(image: Port, data: Path) -> Array:
    """The inputs in a file or folder, in the form that a model takes; InputError when they do not fit."""
    if not data.exists():
        raise InputError(f"{data}: no such file or folder")
    array = from_folder(image, data) if data.is_dir() else from_file(image, data)
    if not array.ndim or not len(array):
        raise InputError(f"{data}: no inputs in it; expected at least one")
    if not takes(image, array.shape) or array.dtype != image.numpy_dtype:
        raise InputError(f"{data}: holds {array.dtype} {array.shape}, the model takes {image}")
    if array.dtype.kind == "f" and len(lost := np.argwhere(~np.isfinite(array))):
        raise InputError(f"{data}: value {list(map(int, lost[0]))} is {array[tuple(lost[0])]}; expected numbers only")
    return array


def takes(image: Port, shape: tuple[int, ...]) -> bool:
    """Whether an input takes arrays of a shape: any number of pictures, or of whole inputs without such an axis."""
    axes = lengths(image)
    if axes is None:
        return True
    wanted = axes if len(shape) == len(axes) + 1 else axes[1:]
    return len(shape) == len(wanted) + 1 and all(
        axis in (None, length) for axis, length in zip(wanted, shape[1:], strict=True)
    )


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
    greys = [_grey(path) for path in files]
    if sizes := {grey.shape for grey in greys} - {grey.shape for grey in greys[:1]}:
        raise InputError(f"{folder}: pictures of several sizes ({greys[0].shape} and {sizes.pop()}); expected one size")
    if not greys:
        raise InputError(f"{folder}: no pictures in it; expected {', '.join(sorted(SUFFIXES))}")
    stacked = np.stack(greys)
    for layout in layouts(lengths(image)):
        if layout.side_px in (None, *({stacked.shape[1]} & {stacked.shape[2]})):
            return as_input(image, layout, stacked)
    raise InputError(f"{folder}: pictures of {stacked.shape[1:]}, the model takes {image}")


def _grey(path: Path) -> Grey:
    try:
        return read(path)
    except PictureError as error:
        raise InputError(f"{path}: {error}") from error
