"""`python -m core.evaluate MODEL`: the error of weights or of an .onnx file, on MNIST or on a set of pictures."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Generator, Tensor

from core import checkpoint, data, pictures
from core.metrics import Count, confusion, count_wrong, expected_calibration_error, predict
from core.picture_report import report_pictures
from core.presets import PRESETS
from core.recognizer import answers, load_recognizer
from core.training.augment import augment

BENT_SEED = 30_000  # of the validation pictures that are bent; no training run uses it

# pictures (N, H, W) uint8, ink of either polarity -> probabilities (N, 10) and digit scores (N,)
Answer = Callable[[Tensor], tuple[Tensor, Tensor]]


def open_model(path: Path) -> Answer:
    """A weights file or .onnx file of either contract, as one call.

    A plain net is given MNIST's pictures as they are, has no digit score (1 is returned) and reads no other size.
    """
    if path.suffix == ".onnx":
        return _open_onnx(path)
    net, history = checkpoint.load_net(path)
    if history["config"]["ink"] == "mnist":
        return lambda images: (torch.softmax(predict(net, images), dim=1), torch.ones(len(images)))
    recognizer = load_recognizer(path)
    return lambda images: answers(recognizer, images)


def _open_onnx(path: Path) -> Answer:
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when it is imported
    import onnxruntime  # here alone: the rest of core needs no ONNX

    if not path.is_file():
        raise checkpoint.CheckpointError(f"{path}: no such file; `python -m export` writes the .onnx files")
    try:
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own types, none of them public
        raise checkpoint.CheckpointError(f"{path}: not a model that ONNX Runtime opens ({error})") from error
    takes_pixels = session.get_inputs()[0].type == "tensor(uint8)"

    def answer(images: Tensor) -> tuple[Tensor, Tensor]:
        probabilities, scores = [], []
        for part in images.split(256):
            if takes_pixels:
                p, _, score = session.run(None, {"image": part.numpy()})
            else:
                (logits,) = session.run(None, {"image": part[:, None].float().div(255).numpy()})
                p, score = torch.softmax(torch.from_numpy(logits), dim=1).numpy(), [1.0] * len(part)
            probabilities.append(torch.from_numpy(p))
            scores.append(torch.as_tensor(score))
        return torch.cat(probabilities), torch.cat(scores)

    return answer


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
    p = argparse.ArgumentParser(prog="python -m core.evaluate", description=__doc__, allow_abbrev=False)
    p.add_argument("model", type=Path, help="weights (.safetensors) or an .onnx file")
    p.add_argument("--test", action="store_true", help="read MNIST's test set instead of the validation split")
    p.add_argument("--val-count", type=int, default=5000, help="size of the validation split (default: 5000)")
    p.add_argument("--bent", type=int, default=0, help="bend the validation pictures, so many times over")
    p.add_argument("--pictures", type=Path, help="a folder or .zip (labels.csv or a folder per digit), or .jsonl.gz")
    p.add_argument("--pen", type=float, default=16, help="pen width in px of a 280 px canvas, for .jsonl.gz strokes")
    p.add_argument("--sheet", type=Path, help="with --pictures: write the misread pictures as one PNG")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Evaluate; returns the exit status."""
    arguments = parser().parse_args(argv)
    try:
        answer = open_model(arguments.model)
        if arguments.pictures:
            print(report_pictures(answer, pictures.read(arguments.pictures, arguments.pen), arguments.sheet))
            return 0
        if arguments.test:
            name, (images, labels) = "MNIST test set", data.load("test")
        else:
            name = f"validation split (last {arguments.val_count} training pictures)"
            _, (images, labels) = data.hold_out(data.load("train"), arguments.val_count)
            if arguments.bent > 0:
                images, labels = bent((images, labels), arguments.bent)
        print(f"{arguments.model} on the {name}")
        print(report(answer(images)[0], labels))
    except (checkpoint.CheckpointError, data.DataError, pictures.PicturesError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
