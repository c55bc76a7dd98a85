"""A visitor's own labelled digits -> one data set, with a sentence for everything that could not be read."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core import npz, tables
from core.complaints import Complaints
from core.labels import MISSING, UNNAMED, LabelsError, labelled
from core.mnist import DataError
from core.table_layout import TableError
from demo.answers import canvas
from demo.corrections.store import Correction
from demo.guard import limits
from demo.mnist import Labelled

Grey = NDArray[np.uint8]
Progress = Callable[[float], None]

MOST_PICTURES = limits.ANALYSIS_PICTURES
MOST_BYTES = limits.ANALYSIS_BYTES  # of all pictures, unpacked
MOST_PROBLEMS = 20  # that are written out
SIDE_PX = 112  # pictures of different sizes are fitted into this square
ACCEPTED = "a zip of pictures, pictures, an .npz with images and labels, or a .csv with a label and 784 pixels a row"
# What Python's readers of zip files raise on damaged ones, on encrypted ones and on methods that they do not know.
DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(OSError, EOFError, ValueError, RuntimeError, NotImplementedError, OverflowError),
)
DIGITS = tuple("0123456789")
CHARACTERS = 4  # that a pixel takes at most in a table


@dataclass(frozen=True)
class Upload:
    """What could be read, and sentences about what could not."""

    data: Labelled
    problems: list[str]


def read(paths: list[Path], progress: Progress) -> Upload:
    """Read what was sent: one .zip, .npz or .csv, or pictures; DataError with a sentence when nothing is left.

    What `progress` raises ends the work, so that it has a deadline. Nothing is unpickled, and no more than 128 MB are
    unpacked. A picture's label stands in labels.csv, or is the digit that its folder's name, or else
    its own, begins with: `7/cat.png` or `7_cat.png`.
    """
    if len(paths) > limits.UPLOAD_FILES:
        raise DataError(
            f"{len(paths):,} files arrived; at most {limits.UPLOAD_FILES:,} are read. Please pack them into one zip."
        )
    kinds = {path.suffix.lower() for path in paths}
    if kinds == {".npz"} and len(paths) == 1:
        return _npz(paths[0])
    if kinds == {".csv"} and len(paths) == 1:
        return _table(paths[0], progress)
    if kinds == {".zip"} and len(paths) == 1:
        with _opened(paths[0]) as archive:
            members = {member.filename: member for member in archive.infolist() if not member.is_dir()}
            return _pictures(paths[0].name, members, lambda name: _unpacked(archive, members[name]), progress)
    if not paths or kinds & {".npz", ".csv", ".zip"}:
        raise DataError(f"Expected {ACCEPTED}; please send one kind at a time.")
    named = _by_name(paths)
    return _pictures("Your pictures", named, lambda name: named[name].read_bytes(), progress)


def _by_name(paths: list[Path]) -> dict[str, Path]:
    """Files by their own names; of several with one name the later ones get a number behind it."""
    named: dict[str, Path] = {}
    for path in paths:
        name = path.name if path.name not in named else f"{path.name} ({len(named) + 1})"
        named[name] = path
    return named


def from_corrections(name: str, corrections: list[Correction]) -> Labelled:
    """The drawings that were corrected, each with the digit that its person meant; DataError for none."""
    if not corrections:
        raise DataError("No correction is kept here yet: tell in the first tab what a drawing really is.")
    images = [_fitted(canvas.read(one.picture)) for one in corrections]
    data = checked(name, _stacked(images), np.array([one.digit for one in corrections]))
    return replace(data, names=tuple(f"correction {one.id}" for one in corrections))


def checked(name: str, images: Grey, labels: NDArray[np.integer]) -> Labelled:
    """A data set of (N, H, W) uint8 and N labels; DataError for other labels, and for too many pictures."""
    if len(images) > MOST_PICTURES or images.nbytes > MOST_BYTES:
        raise DataError(
            f"{name}: {len(images):,} pictures of {images.nbytes / 2**20:.0f} MB; at most {MOST_PICTURES:,} "
            f"and {MOST_BYTES // 2**20} MB are read. Please send fewer or smaller ones."
        )
    if len(odd := labels[~np.isin(labels, range(10))]):
        raise DataError(f"{name}: expected labels from 0 to 9, found {odd[0]}.")
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


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A file's content, nothing longer than it says; nothing where it is damaged."""
    try:
        return archive.read(member)
    except DAMAGE:
        return b""


def _pictures(name: str, files: Collection[str], content_of: Callable[[str], bytes], progress: Progress) -> Upload:
    problems = Complaints(MOST_PROBLEMS)
    images: list[Grey] = []
    labels: list[int] = []
    names: list[str] = []
    size = 0
    try:
        named = labelled([*files], content_of, problems)
    except LabelsError as error:
        raise DataError(f"{name}: {error}.") from error
    for place, (file, label) in enumerate(named):
        progress((place + 1) / len(named))
        if file not in files:
            problems.add(f"{file}: {MISSING}")
            continue
        if label not in DIGITS:
            problems.add(f"{file}: its label is {label!r}; expected 0 to 9." if label else f"{file}: {UNNAMED}")
            continue
        try:
            picture = _fitted(canvas.read(content_of(file)))
        except canvas.PictureError as error:
            problems.add(f"{file}: {error}")
            continue
        size += picture.nbytes
        if size > MOST_BYTES:
            raise DataError(f"{name}: more than {MOST_BYTES // 2**20} MB of pictures; please send fewer of them.")
        images.append(picture)
        labels.append(int(label))
        names.append(file)
    if not images:
        raise DataError(f"{name}: no picture with a label could be read. {' '.join(problems.sentences[:3])}")
    data = checked(name, _stacked(images), np.array(labels))
    return Upload(replace(data, names=tuple(names)), problems.sentences)


def _table(path: Path, progress: Progress) -> Upload:
    problems = Complaints(MOST_PROBLEMS)
    if (size := path.stat().st_size) > CHARACTERS * MOST_BYTES:
        most = CHARACTERS * MOST_BYTES // 2**20
        raise DataError(f"{path.name} has {size / 2**20:.0f} MB; at most {most} MB are read.")
    try:
        table = tables.read(path, progress, problems)
    except TableError as error:
        raise DataError(f"{path.name}: {error}") from error
    data = checked(path.name, table.images, table.labels)
    return Upload(replace(data, names=tuple(f"line {line}" for line in table.lines)), problems.sentences)


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
        return Upload(checked(path.name, *npz.read(path)), [])
    except npz.NpzError as error:
        raise DataError(f"{path.name}: {error}.") from error
