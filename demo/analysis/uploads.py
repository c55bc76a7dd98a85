"""A visitor's own labelled digits -> one data set, with a sentence for everything that could not be read."""

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from demo import canvas, limits
from demo.analysis import csv_upload
from demo.corrections import Correction
from demo.mnist import DataError, Labelled

Grey = NDArray[np.uint8]
Progress = Callable[[float], None]

MOST_PICTURES = limits.ANALYSIS_PICTURES
MOST_BYTES = limits.ANALYSIS_BYTES  # of all pictures, unpacked
SIDE_PX = 112  # pictures of different sizes are fitted into this square
ACCEPTED = "a zip of pictures, pictures, an .npz with images and labels, or a .csv with a label and 784 pixels a row"
# What Python's readers of zip files raise on damaged ones, on encrypted ones and on methods that they do not know.
DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(OSError, EOFError, ValueError, RuntimeError, NotImplementedError, OverflowError),
)
LABEL = re.compile(r"([0-9])(?![0-9])")  # one digit alone at the start of a folder's or file's name


@dataclass(frozen=True)
class Upload:
    """What could be read, and sentences about what could not."""

    data: Labelled
    problems: list[str]


def read(paths: list[Path], progress: Progress) -> Upload:
    """Read what was sent: one .zip, .npz or .csv, or pictures; DataError with a sentence when nothing is left.

    Nothing is unpickled, and no more than 128 MB are unpacked. A picture's label is the digit that its folder's name,
    or else its own, begins with: `7/cat.png` or `7_cat.png`.
    """
    if len(paths) > limits.UPLOAD_FILES:
        raise DataError(
            f"{len(paths):,} files arrived; at most {limits.UPLOAD_FILES:,} are read. Please pack them into one zip."
        )
    kinds = {path.suffix.lower() for path in paths}
    if kinds == {".npz"} and len(paths) == 1:
        return _npz(paths[0])
    if kinds == {".csv"} and len(paths) == 1:
        images, labels, problems = csv_upload.read(paths[0], MOST_BYTES, progress)
        return Upload(checked(paths[0].name, images, labels), problems)
    if kinds == {".zip"} and len(paths) == 1:
        with _opened(paths[0]) as archive:
            return _pictures(paths[0].name, _members(archive), progress)
    if not paths or kinds & {".npz", ".csv", ".zip"}:
        raise DataError(f"Expected {ACCEPTED}; please send one kind at a time.")
    named = ((path.name, path.read_bytes(), (place + 1) / len(paths)) for place, path in enumerate(paths))
    return _pictures("Your pictures", named, progress)


def from_corrections(name: str, corrections: list[Correction]) -> Labelled:
    """The drawings that were corrected, each with the digit that its person meant; DataError for none."""
    if not corrections:
        raise DataError("No correction is kept here yet: tell in the first tab what a drawing really is.")
    images = [_fitted(canvas.read(one.picture)) for one in corrections]
    return checked(name, _stacked(images), np.array([one.digit for one in corrections]))


def checked(name: str, images: Grey, labels: NDArray[np.generic]) -> Labelled:
    """A data set of (N, H, W) uint8 and N labels; DataError for other shapes, types, labels or sizes."""
    if images.dtype != np.uint8 or images.ndim != 3 or 0 in images.shape:
        raise DataError(f"{name}: expected images as uint8 (N, H, W), found {images.dtype} {images.shape}.")
    if labels.shape != (len(images),):
        raise DataError(f"{name}: expected one label for each of {len(images):,} pictures, found {labels.shape}.")
    if len(images) > MOST_PICTURES or images.nbytes > MOST_BYTES:
        raise DataError(
            f"{name}: {len(images):,} pictures of {images.nbytes / 2**20:.0f} MB; at most {MOST_PICTURES:,} "
            f"and {MOST_BYTES // 2**20} MB are read. Please send fewer or smaller ones."
        )
    if labels.dtype.kind not in "iu" or not np.isin(labels, range(10)).all():
        odd = labels[~np.isin(labels, range(10))][:1]
        raise DataError(f"{name}: expected labels from 0 to 9, found {odd[0] if len(odd) else labels.dtype}.")
    return Labelled(name, images, labels.astype(np.uint8))


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGE as error:
        raise DataError(f"{path.name} is not a whole zip file; please pack it again.") from error
    size = sum(member.file_size for member in archive.infolist())
    if size > MOST_BYTES or len(archive.infolist()) > MOST_PICTURES:
        archive.close()
        raise DataError(
            f"{path.name} unpacks to {size / 2**20:,.0f} MB in {len(archive.infolist()):,} files; at most "
            f"{MOST_BYTES // 2**20} MB and {MOST_PICTURES:,} are read. Please send a part of it."
        )
    return archive


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes, float]]:
    """(name, content, share done) of every file, nothing longer than it says."""
    members = [one for one in archive.infolist() if not one.is_dir() and "__MACOSX" not in one.filename]
    for place, member in enumerate(members):
        try:
            content = archive.read(member)
        except DAMAGE:
            content = b""
        yield member.filename, content, (place + 1) / len(members)


def _pictures(name: str, files: Iterator[tuple[str, bytes, float]], progress: Progress) -> Upload:
    images: list[Grey] = []
    labels: list[int] = []
    problems: list[str] = []
    size = 0
    for file, content, share in files:
        progress(share)
        label = _label(file)
        if label is None:
            problems.append(f"{file}: neither its folder nor its name begins with one digit, so its label is missing.")
            continue
        try:
            picture = _fitted(canvas.read(content))
        except canvas.PictureError as error:
            problems.append(f"{file}: {error}")
            continue
        size += picture.nbytes
        if size > MOST_BYTES:
            raise DataError(f"{name}: more than {MOST_BYTES // 2**20} MB of pictures; please send fewer of them.")
        images.append(picture)
        labels.append(label)
    if not images:
        raise DataError(f"{name}: no picture with a label could be read. {' '.join(problems[:3])}")
    return Upload(checked(name, _stacked(images), np.array(labels)), problems)


def _label(file: str) -> int | None:
    path = PurePosixPath(file)
    found = LABEL.match(path.parent.name) or LABEL.match(path.name)
    return int(found[1]) if found else None


def _fitted(picture: Grey) -> Grey:
    if max(picture.shape) <= SIDE_PX:
        return picture
    image = Image.fromarray(picture)
    image.thumbnail((SIDE_PX, SIDE_PX))
    return np.asarray(image)


def _stacked(images: list[Grey]) -> Grey:
    """(N, H, W): as they are when all are of one size, else each in the middle of a square of its own edge's grey."""
    if len({image.shape for image in images}) == 1:
        return np.stack(images)
    side = max(max(image.shape) for image in images)
    squares = np.empty((len(images), side, side), np.uint8)
    for square, image in zip(squares, images, strict=True):
        edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
        square[:] = np.median(edge)
        top, left = (side - image.shape[0]) // 2, (side - image.shape[1]) // 2
        square[top : top + image.shape[0], left : left + image.shape[1]] = image
    return squares


def _npz(path: Path) -> Upload:
    _opened(path).close()  # refuses bombs by what they say; numpy reads no more than that
    try:
        with np.load(path, allow_pickle=False) as arrays:
            if missing := {"images", "labels"} - set(arrays.files):
                raise DataError(f"{path.name} lacks {' and '.join(sorted(missing))}; it has {', '.join(arrays.files)}.")
            return Upload(checked(path.name, arrays["images"], arrays["labels"]), [])
    except DataError:
        raise
    except Exception as error:  # on damaged headers NumPy's parser raises whatever Python's own does
        raise DataError(f"{path.name} is damaged or holds objects instead of numbers; please save it anew.") from error
