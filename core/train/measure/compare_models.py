"""Models side by side on the same pictures: ours, one's own exports, and anybody's .onnx file with ten numbers out."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from core import manifest, sets
from core.picture_model import open_picture_model
from core.refusals import RefusalError
from core.train import data
from core.train.measure.answer import ONNX, Answer, of_picture_model, open_model
from core.train.measure.answered import Answered, against
from core.train.measure.change import wrong_of
from core.train.measure.evaluate import FEW
from core.train.measure.picture_report import is_digit_label
from core.train.pictures.extra import see

KINDS = (*ONNX, ".safetensors")
VAL_COUNT = 5000


class CompareError(RefusalError):
    """Models that cannot be compared; the message says what was found and what to do."""


@dataclass(frozen=True)
class Shown:
    """Pictures, each (H, W) uint8 of its own size; their labels (N,) int64; and what they are called."""

    name: str
    images: list[Tensor]
    labels: Tensor

    def seen(self) -> "Shown":
        """The same as the recogniser's preprocessing sees them, 28x28."""
        pictures = [sets.Picture("", "", image.numpy()) for image in self.images]
        return Shown(f"{self.name}, through our preprocessing", list(see(pictures)), self.labels)


@dataclass(frozen=True)
class Model:
    """A model that is open, and how it is given its pictures."""

    name: str
    answer: Answer
    how: str

    def __call__(self, shown: Shown) -> Answered:
        """Its answers; pictures of one size are read together."""
        sizes = {image.shape for image in shown.images}
        parts = [torch.stack(shown.images)] if len(sizes) == 1 else [image[None] for image in shown.images]
        return Answered(self.name, shown.labels, torch.cat([self.answer(part)[0] for part in parts]).argmax(1))


def compare_models(paths: list[Path], pictures: Path | None, preprocess: bool) -> str:
    """A table of two models or more, the others against the first.

    pictures:   a set with labels; else MNIST's validation pictures.
    preprocess: give every model what the recogniser's preprocessing sees.
    errors:     CompareError, ManifestError, ModelError, CheckpointError, PicturesError, each a sentence.
    """
    if len(paths) < 2:
        raise CompareError(f"{paths[0]}: one model alone; `digits evaluate {paths[0]}` measures it, compare needs two")
    shown = shown_to_all(pictures)
    shown = shown.seen() if preprocess else shown
    models = [opened(path) for path in paths]
    told = [model(shown) for model in tqdm(models, "reading", leave=False, disable=None)]
    return table(shown, models, told)


def shown_to_all(path: Path | None) -> Shown:
    """The pictures of a set that are digits; without one, MNIST's validation pictures."""
    if path is None:
        images, labels = data.hold_out(data.load("train"), VAL_COUNT)[1]
        return Shown(f"MNIST's validation pictures (the last {VAL_COUNT:,} training pictures)", list(images), labels)
    found = [picture for picture in sets.read(path).pictures if is_digit_label(picture.label)]
    if not found:
        raise CompareError(f"{path}: holds no picture of a digit with its label 0 to 9")
    own = [torch.from_numpy(np.array(picture.image)) for picture in found]
    return Shown(str(path), own, torch.tensor([int(picture.label) for picture in found]))


def opened(path: Path) -> Model:
    """A model by its file, or by the folder that `digits export` wrote it to."""
    file = manifest.model_in(path) if path.is_dir() else path
    if file.suffix not in KINDS:
        raise CompareError(f"{file}: expected a model ({', '.join(KINDS)}) or the folder of a run that was exported")
    if not file.is_file():
        raise CompareError(f"{file}: no such file")
    return foreign(file) if file.suffix in ONNX else Model(str(file), open_model(file), "pixels as they are")


def foreign(file: Path) -> Model:
    """An .onnx file with the usual preparation of its pixels that reads a few validation pictures best."""
    model = open_picture_model(file)
    images, labels = (part.numpy() for part in data.hold_out(data.load("train"), FEW)[1])
    way, _ = model.best_preparation(images, labels)
    model = model.prepared(way)
    return Model(str(file), of_picture_model(model), str(model))


def table(shown: Shown, models: list[Model], told: list[Answered]) -> str:
    """What was read, and for each model its error with its interval, its preparation, and how it differs."""
    width = max(len(model.name) for model in models)
    lines = [f"on {shown.name}: {len(shown.labels):,} pictures"]
    for model, one in zip(models, told, strict=True):
        lines.append(f"{model.name:{width}}  {wrong_of(one.answers == one.labels)}")
        lines.append(f"{'':{width}}  given {model.how}")
        if one is not told[0]:
            lines.append(f"{'':{width}}  {against(told[0], one)}")
    return "\n".join(lines)
