"""`python -m export.agreement FOLDER...`: is a recogniser's answer the same everywhere, on other people's pictures?

Every picture of the sets, digits and non-digits, in its own size, goes through torch, ONNX Runtime and onnxruntime-web
in a browser. A label that differs, or a probability that is further off than allowed, ends it with exit status 1.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from core import verbs
from core.files import MODELS, ROOT, write_json
from core.refusals import NOT_READ, in_a_sentence
from core.sets import PicturesError, read
from core.stamp import stamp
from core.train.measure.other_digits import find_sets
from export.contracts import RECOGNIZER, SHIPPED
from export.graph.to_onnx import load_module
from export.proving.pictures import Grey
from export.proving.record import PACKAGES
from export.runtimes import with_browser, with_onnxruntime
from export.runtimes.run import Outputs, Run
from export.runtimes.with_torch import wrap

RECORD = ROOT / "docs" / "records" / "agreement.json"
ALLOWED = 1e-4  # of a probability or a digit_score, between any two runtimes
PIXELS = 16 * 2**20  # in one call; more would fill the memory of a browser's page
RUNTIMES: dict[str, Callable[[Path], Run]] = {
    "onnxruntime": with_onnxruntime.open_model,
    "onnxruntime-web": with_browser.open_model,
}


def batches(images: Sequence[Grey]) -> list[list[int]]:
    """The numbers of the pictures, those of one size together, no call larger than PIXELS or 256 pictures."""
    by_size: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for number, image in enumerate(images):
        by_size[image.shape].append(number)
    calls = []
    for shape, numbers in by_size.items():
        most = max(1, min(256, PIXELS // (shape[0] * shape[1])))
        calls += [numbers[start : start + most] for start in range(0, len(numbers), most)]
    return calls


def compare(reference: Run, others: dict[str, Run], images: Sequence[Grey], what: str) -> dict[str, Any]:
    """For each other runtime how many labels differ from the reference's, and the largest differences."""
    found = {name: {"labels_changed": 0, "probabilities": 0.0, "digit_score": 0.0} for name in others}
    for numbers in tqdm(batches(images), desc=what, leave=False, disable=None):
        batch = np.stack([images[number] for number in numbers])
        expected = reference(batch)
        for name, run in others.items():
            add(found[name], expected, run(batch))
    return {"pictures": len(images), "runtimes": found}


def add(row: dict[str, float], expected: Outputs, said: Outputs) -> None:
    """Count one call's differences into a runtime's row."""
    row["labels_changed"] += int((expected["probabilities"].argmax(1) != said["probabilities"].argmax(1)).sum())
    for output in ("probabilities", "digit_score"):
        off = np.abs(expected[output].astype(float) - said[output].astype(float)).max()
        row[output] = max(row[output], float(f"{off:.2g}"))


def agrees(record: dict[str, Any]) -> bool:
    """Whether no label differs and no number by more than allowed; False also where nothing was compared."""
    rows = [row for one in record["sets"].values() for row in one["runtimes"].values()]
    return bool(rows) and all(
        row["labels_changed"] == 0 and max(row["probabilities"], row["digit_score"]) <= ALLOWED for row in rows
    )


def measure(name: str, folders: Sequence[Path]) -> dict[str, Any]:
    """The record for one recogniser and all sets in the folders."""
    found = find_sets(folders)
    if not found:
        raise PicturesError(
            f"{', '.join(map(str, folders))}: no set in there; expected .zip, .npz or .jsonl.gz files of pictures"
        )
    file = MODELS / f"{name}.onnx"
    module, _ = load_module(SHIPPED[name], MODELS / SHIPPED[name].weights)
    others = {runtime: open_model(file) for runtime, open_model in RUNTIMES.items()}
    sets = {}
    try:
        for what, (path, pen) in found.items():
            images = [picture.image for picture in read(path, pen).pictures]
            sets[what] = compare(wrap(module, SHIPPED[name].contract), others, images, what)
            print(f"{what:28s} {sets[what]}", flush=True)
    finally:
        for run in others.values():
            getattr(run, "close", lambda: None)()
    measured = [file, *{path for path, _ in found.values()}]
    about = stamp(f"python -m export.agreement --model {name} FOLDER", measured, PACKAGES)
    about["versions"] |= {"onnxruntime-web": with_browser.version()}
    return about | {"model": file.name, "allowed": ALLOWED, "sets": sets}


@in_a_sentence(status=NOT_READ, first="cannot compare")
def main(argv: Sequence[str] | None = None) -> int:
    """Compare and write the record; 0 when all agree, 1 when something differs, 2 when nothing could be compared."""
    parser = verbs.parser("export.agreement", __doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="as `digits other-digits` takes them")
    recognizers = [name for name, row in SHIPPED.items() if row.contract == RECOGNIZER]
    parser.add_argument("--model", choices=recognizers, default="recognizer")
    parser.add_argument("--out", type=Path, default=RECORD, metavar="FILE", help=f"({RECORD.name} in docs/records)")
    chosen = parser.parse_args(argv)
    record = measure(chosen.model, chosen.folders)
    write_json(chosen.out, record)
    print("every answer agrees" if agrees(record) else f"answers differ; {chosen.out} says where")
    return int(not agrees(record))


if __name__ == "__main__":
    sys.exit(main())
