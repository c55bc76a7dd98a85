"""`digits evaluate MODEL`: the error of weights or of any .onnx file, on MNIST or on a set of pictures."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import Generator, Tensor

from core import sets, verbs
from core.mnist import DataError
from core.picture_model import PictureModel, open_picture_model
from core.refusals import in_a_sentence
from core.train import data
from core.train.measure.answer import ONNX, of_picture_model, open_model
from core.train.measure.metrics import Count, confusion, count_wrong, expected_calibration_error
from core.train.measure.picture_report import report_pictures
from core.train.pictures.augment import augment
from core.train.presets import PRESETS

BENT_SEED = 30_000  # of the validation pictures that are bent; no training run uses it
FEW = 300  # validation pictures that tell preparations apart
PREPARATION = ("scale", "mean", "std", "invert")


def report(probabilities: Tensor, labels: Tensor) -> str:
    """Error with its interval, calibration, errors by digit and the confusion matrix, as text."""
    predicted = probabilities.argmax(1)
    table = confusion(predicted, labels)
    ece = expected_calibration_error(probabilities, labels)
    lines = [f"error {count_wrong(probabilities, labels)}", f"expected calibration error {ece:.2%} (15 bins)", ""]
    lines += ["digit  wrong     of   error"]
    for digit in range(10):
        n = int(table[digit].sum())
        if n:
            count = Count(n - int(table[digit, digit]), n)
            lines.append(f"{digit:5d}  {count.wrong:5d}  {n:5d}  {count.error:6.2%}")
    lines += ["", "truth \\ answer" + "".join(f"{digit:6d}" for digit in range(10))]
    lines += [f"{digit:14d}" + "".join(f"{int(cell):6d}" for cell in table[digit]) for digit in range(10)]
    return "\n".join(lines)


def bent(pictures: data.Pictures, times: int) -> data.Pictures:
    """Pictures (N, 28, 28) uint8 as the default recipe bends them, `times` over: more that tells recipes apart."""
    images, labels = pictures
    generator = Generator().manual_seed(BENT_SEED)
    turns = [augment(images, PRESETS["default"], generator)[:, 0] for _ in range(times)]
    return (torch.cat(turns) * 255).round().to(torch.uint8), labels.repeat(times)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = verbs.parser("core.train.measure.evaluate", __doc__)
    p.add_argument("model", type=Path, help="weights (.safetensors), or any .onnx file from one picture to ten numbers")
    p.add_argument("--test", action="store_true", help="read MNIST's test set instead of the validation split")
    p.add_argument("--val-count", type=int, default=5000, help="size of the validation split (default: 5000)")
    p.add_argument("--bent", type=int, default=0, help="bend the validation pictures, so many times over")
    p.add_argument("--pictures", type=Path, help="a folder or .zip (labels.csv or a folder per digit), or .jsonl.gz")
    p.add_argument("--pen", type=float, default=16, help="pen width in px of a 280 px canvas, for .jsonl.gz strokes")
    p.add_argument("--sheet", type=Path, help="with --pictures: write the misread pictures as one PNG")
    how = p.add_argument_group("how an .onnx file wants its pixels: (level * SCALE - MEAN) / STD; assumed unless given")
    how.add_argument("--scale", type=float, help="what full ink is: 1 or 255 (default: 1, for whole numbers 255)")
    how.add_argument("--mean", type=float, help="taken from each pixel, such as 0.1307 (default: 0)")
    how.add_argument("--std", type=float, help="each pixel is divided by it, such as 0.3081 (default: 1)")
    how.add_argument("--invert", action="store_true", default=None, help="ink is 0 and paper is full")
    return p


@in_a_sentence(ValueError)
def main(argv: Sequence[str] | None = None) -> int:
    """Evaluate; returns the exit status."""
    evaluate(parser().parse_args(argv))
    return 0


def evaluate(arguments: argparse.Namespace) -> None:
    """Print what the command line asks for; warn where another preparation of the pixels would do much better."""
    stated = {name: getattr(arguments, name) for name in PREPARATION if getattr(arguments, name) is not None}
    how = ""
    if arguments.model.suffix in ONNX:
        model = open_picture_model(arguments.model)
        model = model.prepared(replace(model.preparation, **stated))
        answer, how = of_picture_model(model), f", given {model}"
        warn(model)
    elif stated:
        raise ValueError(f"--{next(iter(stated))} is for .onnx files; weights know how they want their pixels")
    else:
        answer = open_model(arguments.model)
    if arguments.pictures:
        found = sets.read(arguments.pictures, arguments.pen)
        name, said = str(arguments.pictures), report_pictures(answer, found, arguments.sheet)
    else:
        name, (images, labels) = mnist(arguments)
        said = report(answer(images)[0], labels)
    print(f"{arguments.model} on {name}{how}\n{said}")


def mnist(arguments: argparse.Namespace) -> tuple[str, data.Pictures]:
    """The part of MNIST that the command line asks for, and what it is called."""
    if arguments.test:
        return "the MNIST test set", data.load("test")
    _, validation = data.hold_out(data.load("train"), arguments.val_count)
    if arguments.bent > 0:
        validation = bent(validation, arguments.bent)
    return f"the validation split (last {arguments.val_count} training pictures)", validation


def warn(model: PictureModel) -> None:
    """A sentence on stderr when another usual preparation would do much better on a few validation pictures."""
    try:
        images, labels = data.hold_out(data.load("train"), FEW)[1]
    except DataError:
        return  # only a set of one's own may be here
    if sentence := model.better(images.numpy(), labels.numpy()):
        print(f"warning: {sentence}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
