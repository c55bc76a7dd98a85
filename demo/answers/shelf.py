"""The models of the folder that `digits serve --models` names: one's own exports, and whatever else lies there."""

from dataclasses import dataclass
from pathlib import Path

from core import foreign_file, manifest
from core.refusals import RefusalError
from core.session import ModelError
from demo.analysis import own_models
from demo.analysis.own_models import OwnModel
from demo.answers.foreign import Foreign
from demo.answers.opened import ContractError
from demo.answers.recognizer import OneDigit, Recognizer
from demo.rendering import file_size

FOLDER = "folder/"  # how their names begin, so that none is that of a model that ships
FORMS = {"": "float32", ".fp16": "float16 weights", ".int8": "int8"}  # what `digits export` writes, in this order


class ShelfError(RefusalError):
    """A folder that the page cannot read with; the message names it, what was found and what to do."""


@dataclass(frozen=True)
class Shelved:
    """One model of the folder.

    name:    by which the page and the analysis ask for it.
    reads:   what answers for drawings.
    analyse: what the analysis is given: the file, or the model that another process opens.
    """

    name: str
    title: str
    reads: OneDigit
    analyse: Path | OwnModel


def load(folder: Path, sees: Recognizer) -> list[Shelved]:
    """Every .onnx file of a folder, or of a run's export: those of its manifest first, each opened once.

    sees:   preprocesses for models that are not of the manifest.
    errors: ShelfError, ManifestError, ModelError: no folder, no model in it, or one that cannot be used.
    """
    if not folder.is_dir():
        raise ShelfError(f"{folder}: no such folder; expected {manifest.READS}")
    place = folder if any(folder.glob("*.onnx")) else folder / manifest.EXPORT
    paths = sorted(place.glob("*.onnx"))
    if not paths:
        raise ShelfError(f"{folder}: holds no .onnx file; `digits export RUN` writes them")
    contents = {path: _content(path) for path in paths}
    ours = [path for path in paths if manifest.check(path, contents[path])]
    shelved = [_own(path, contents[path]) for path in sorted(ours, key=_place)]
    return shelved + [_foreign(path, contents[path], sees) for path in paths if path not in ours]


def said(first: str) -> str:
    """What a page says of the model that answers unasked, by its title."""
    return f"Answers come from {first}."


def title(path: Path) -> str:
    """A model of the manifest in words: "mine, int8 (0.7 MB)"."""
    name, form = _parts(path)
    return f"{name}, {FORMS.get(form, form)} ({file_size(path)})"


def _parts(path: Path) -> tuple[str, str]:
    name, point, form = path.name.removesuffix(".onnx").partition(".")
    return name, point + form


def _place(path: Path) -> tuple[int, str]:
    name, form = _parts(path)
    return list(FORMS).index(form) if form in FORMS else len(FORMS), name


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ShelfError(f"{path}: cannot be read ({error.strerror})") from error


def _own(path: Path, content: bytes) -> Shelved:
    foreign_file.check(content, str(path))  # a manifest is no signature: the folder may be somebody else's
    try:
        return Shelved(FOLDER + path.name, title(path), Recognizer(path), path)
    except ContractError as error:
        raise ShelfError(f"{error}; export it again") from error


def _foreign(path: Path, content: bytes, sees: Recognizer) -> Shelved:
    try:
        model = own_models.open_own(path.name, content)
    except ModelError as error:
        raise ShelfError(f"{path.parent}: {error} Take it out of the folder, or mend it.") from error
    said = f"{path.name}, somebody's ({file_size(path)})"
    return Shelved(FOLDER + path.name, said, Foreign(path, model, sees), model)
