"""`digits other-digits MODEL FOLDER...`: a recogniser on other people's digits, set by set, into one record."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch import Tensor
from tqdm import tqdm

from core import verbs
from core.files import ROOT, write_json
from core.refusals import in_a_sentence
from core.sets import Picture, PicturesError, read
from core.train.measure.answer import Answer, open_model
from core.train.measure.metrics import Count, expected_calibration_error
from core.train.measure.picture_report import is_digit_label
from core.train.record import head

RECORD = ROOT / "docs" / "records" / "other_digits.json"
PENS_PX = (8, 16, 28)  # widths at which pen strokes are drawn, on a 280 px canvas
DIGITS_KEPT = 0.95  # share of the digits that the threshold for "accepted" keeps
STRANGERS = ("_no_digit", "_letters", "_symbols")  # endings of the names of sets without digits
ALIKE = "OolIiZzSsqgb"  # letters that people write as they write digits
NOT_JUDGED = (
    "pendigits8",
)  # eight points a digit, pen lifts lost: often unreadable, so left out of mean and calibration


def find_sets(folders: Sequence[Path]) -> dict[str, tuple[Path, float]]:
    """Name -> (path, pen width in px) of every set in the folders; strokes come once for each pen."""
    found: dict[str, tuple[Path, float]] = {}
    for path in sorted(path for folder in folders for path in folder.iterdir()):
        name = path.name.split(".")[0]
        if name in ("pictures", "strokes"):  # a set that is shipped has a folder of its own
            name = path.parent.name
        if path.name.endswith(".jsonl.gz"):
            stranger = name.endswith(STRANGERS)
            found |= {f"{name}, pen {pen}": (path, pen) for pen in (PENS_PX[1:2] if stranger else PENS_PX)}
        elif path.suffix in (".zip", ".npz"):
            found[name] = (path, PENS_PX[1])
    return found


def answers(answer: Answer, found: list[Picture], name: str) -> tuple[Tensor, Tensor]:
    """Probabilities (N, 10) and digit scores (N,), a picture at a time: each has its own size."""
    images = [torch.from_numpy(np.array(p.image))[None] for p in tqdm(found, desc=name, leave=False, disable=None)]
    results = [answer(image) for image in images]
    return torch.cat([result[0] for result in results]), torch.cat([result[1] for result in results])


def measure(answer: Answer, sets: dict[str, tuple[Path, float]]) -> dict[str, Any]:
    """Errors of each set of digits, their pooled calibration, and how well each set of non-digits is told apart."""
    digits: dict[str, Any] = {}
    unslashed: dict[str, Any] = {}
    scores: dict[str, Tensor] = {}
    pooled: list[tuple[Tensor, Tensor]] = []
    kept: list[Tensor] = []
    for name, (path, pen) in sets.items():
        found = of_interest(name, read(path, pen).pictures)
        if not found:
            continue
        probabilities, score = answers(answer, found, name)
        if is_stranger(name):
            scores[name] = score
            continue
        labels = torch.tensor([int(picture.label) for picture in found])
        right = probabilities.argmax(1) == labels
        digits[name] = asdict(count(right))
        slashed = torch.tensor([is_slashed_zero(picture) for picture in found])
        if slashed.any():
            unslashed[name] = asdict(count(right[~slashed]))
        if not name.startswith(NOT_JUDGED):
            pooled.append((probabilities, labels))
            kept.append(score)
    everything = torch.cat(kept)
    threshold = float(everything.quantile(1 - DIGITS_KEPT))
    ece = expected_calibration_error(torch.cat([p for p, _ in pooled]), torch.cat([y for _, y in pooled]))
    return {
        "digits": digits,
        "without_slashed_zeros": unslashed,
        "mean_error": round(mean_error(digits), 5),
        "pooled_ece": round(ece, 5),
        "non_digits": {name: stranger_row(score, everything, threshold) for name, score in scores.items()},
    }


def is_stranger(name: str) -> bool:
    """Whether a set holds what is no digit."""
    return name.split(",")[0].endswith(STRANGERS)


def of_interest(name: str, found: list[Picture]) -> list[Picture]:
    """The digits of a set of digits; of a set of non-digits all but the letters that people write like digits."""
    if not is_stranger(name):
        return [picture for picture in found if is_digit_label(picture.label)]
    return [picture for picture in found if not ("_letters" in name and picture.label in ALIKE)]


def is_slashed_zero(picture: Picture) -> bool:
    """A zero that took more than one stroke: nearly all of these have a slash."""
    return picture.label == "0" and picture.strokes > 1


def count(right: Tensor) -> Count:
    """How many of the answers (N,) bool are wrong."""
    return Count(int((~right).sum()), len(right))


def mean_error(digits: dict[str, Any]) -> float:
    """The mean over the judged sets, a set's pens first averaged."""
    by_set: dict[str, list[float]] = {}
    for name, row in digits.items():
        if not name.startswith(NOT_JUDGED):
            by_set.setdefault(name.split(",")[0], []).append(row["wrong"] / row["n"])
    errors = [sum(errors) / len(errors) for errors in by_set.values()]
    return sum(errors) / len(errors) if errors else 0.0


def stranger_row(score: Tensor, digits: Tensor, threshold: float) -> dict[str, float]:
    """AUROC of the score against all digits, and the share accepted where 95% of the digits are."""
    truth = np.r_[np.ones(len(digits)), np.zeros(len(score))]
    auroc = roc_auc_score(truth, torch.cat([digits, score]).numpy())
    accepted = float((score >= threshold).float().mean())
    return {"n": len(score), "auroc": round(float(auroc), 4), "accepted": round(accepted, 4)}


def report(record: dict[str, Any]) -> str:
    """The record as lines of text."""
    lines = [f"{name:28s} {Count(**row)}" for name, row in record["digits"].items()]
    lines += [f"{name}, no slashed zeros {Count(**row)}" for name, row in record["without_slashed_zeros"].items()]
    lines += [f"{'mean over the sets':28s} {record['mean_error']:.2%}", ""]
    lines += [f"{'calibration error, pooled':28s} {record['pooled_ece']:.2%}", ""]
    for name, row in record["non_digits"].items():
        lines.append(f"{name:28s} AUROC {row['auroc']:.3f}; {row['accepted']:.1%} of {row['n']} accepted")
    return "\n".join(lines)


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write the record; returns the exit status."""
    parser = verbs.parser("core.train.measure.other_digits", __doc__)
    parser.add_argument("model", type=Path, help="a recogniser: .safetensors or .onnx")
    parser.add_argument(
        "folders", nargs="+", type=Path, help="folders of sets: .zip with labels.csv, .npz, .jsonl.gz strokes"
    )
    parser.add_argument("--record", type=Path, default=RECORD, help="where the record goes")
    arguments = parser.parse_args(argv)
    sets = find_sets(arguments.folders)
    if all(name.startswith(NOT_JUDGED) or is_stranger(name) for name in sets):
        raise PicturesError(f"{arguments.folders}: no set of digits; expected .zip, .npz or .jsonl.gz")
    result = measure(open_model(arguments.model), sets)
    measured = [arguments.model, *{path for path, _ in sets.values()}]
    about = head(torch.device("cpu"), measured, "python -m core.train.measure.other_digits MODEL FOLDER")
    write_json(arguments.record, {**about, **result})
    print(report(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
