"""`digits robustness MODEL...`: the error on MNIST's test set made worse, thirteen ways in three strengths."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from core import mnist, verbs
from core.files import sha256, write_json
from core.refusals import in_a_sentence
from core.train import data
from core.train.measure.answer import Answer, open_model
from core.train.measure.corrupt import CORRUPTIONS, STRENGTHS, corrupt
from core.train.measure.metrics import count_wrong
from core.train.record import head


def measure(answer: Answer, pictures: data.Pictures) -> dict[str, Any]:
    """Errors on the pictures as they are and under every change, and the mean of the latter."""
    images, labels = pictures
    clean = asdict(count_wrong(answer(images)[0], labels))
    corruptions: dict[str, list[dict[str, int]]] = {name: [] for name in CORRUPTIONS}
    cells = [(name, strength) for name in CORRUPTIONS for strength in STRENGTHS]
    for name, strength in tqdm(cells, leave=False, disable=None):
        count = count_wrong(answer(corrupt(images, name, strength))[0], labels)
        corruptions[name].append({"strength": strength, **asdict(count)})
    errors = [cell["wrong"] / cell["n"] for row in corruptions.values() for cell in row]
    return {"clean": clean, "mean_corruption_error": round(sum(errors) / len(errors), 6), "corruptions": corruptions}


@in_a_sentence(ValueError)
def main(argv: Sequence[str] | None = None) -> int:
    """Measure; returns the exit status."""
    parser = verbs.parser("core.train.measure.robustness", __doc__)
    parser.add_argument("models", nargs="+", type=Path, help="weights (.safetensors) or .onnx files")
    parser.add_argument("--limit", type=int, default=10_000, help="the first so many test pictures, for a trial")
    parser.add_argument("--out", type=Path, help="write the record there as JSON")
    arguments = parser.parse_args(argv)
    models: dict[str, Any] = {}
    images, labels = data.load("test")
    for path in arguments.models:
        found = measure(open_model(path), (images[: arguments.limit], labels[: arguments.limit]))
        name = path.parent.name if path.stem == "weights" else path.stem  # a run's weights go by its name
        models[name] = {"sha256": sha256(path), **found}
        print(f"{name}: mean corruption error {found['mean_corruption_error']:.2%}")
    if arguments.out:
        about = head(torch.device("cpu"), [*arguments.models, *mnist.files("test")])
        write_json(arguments.out, {**about, "models": models})
    return 0


if __name__ == "__main__":
    sys.exit(main())
