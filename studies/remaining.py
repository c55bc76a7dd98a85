"""`digits remaining MODEL RUN...`: every test picture that a model misreads, with the view of an ensemble.

Whose fault an error is, is told by the ensemble's probability of the label: it stands in for a second reader, and it is
no person. Below 10% the label is doubtful, from 90% the fault is ours, and between the picture is ambiguous.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from core import mnist, verbs
from core.files import sha256, write_atomic, write_json
from core.refusals import in_a_sentence
from core.sets import Picture
from core.train import data
from core.train.combine.teachers import load_teachers
from core.train.measure.answer import open_model
from core.train.measure.ensemble import read
from core.train.measure.picture_report import contact_sheet
from core.train.record import head
from export.pages.remaining import GROUPS, page, sheet_name


def group_of(label_probability: float) -> str:
    """Whose fault an error is, from the ensemble's probability of the label, 0 to 1."""
    if label_probability < 0.1:
        return GROUPS[0]
    return GROUPS[1] if label_probability < 0.9 else GROUPS[2]


def misread(model: Path, folders: Sequence[Path], pictures: data.Pictures) -> list[dict[str, Any]]:
    """A row for each picture (index, label, the model's answer, what the ensemble says), by group, then by index."""
    images, labels = pictures
    probabilities, _ = open_model(model)(images)
    answers = probabilities.argmax(1)
    wrong = (answers != labels).nonzero()[:, 0]
    cpu = torch.device("cpu")
    view = torch.softmax(read(load_teachers(folders, cpu), images[wrong], cpu), dim=1)
    rows = []
    for index, said in zip(wrong.tolist(), view, strict=True):
        label, answer = int(labels[index]), int(answers[index])
        row = {"picture": index, "label": label, "answer": answer, "confidence": float(probabilities[index, answer])}
        row |= {"ensemble": int(said.argmax()), "ensemble_on_label": float(said[label])}
        rows.append({**row, "group": group_of(row["ensemble_on_label"])})
    return sorted(rows, key=lambda row: (GROUPS.index(row["group"]), row["picture"]))


def write(record: dict[str, Any], images: torch.Tensor, out: Path) -> None:
    """Write records/remaining_errors.json, remaining-errors.md and a sheet of pictures a group into `out`."""
    for group in GROUPS:
        rows = [row for row in record["rows"] if row["group"] == group]
        if rows:
            drawn = [large(images[row["picture"]], str(row["label"])) for row in rows]
            sheet = contact_sheet(drawn, [f"{row['label']} read as {row['answer']}" for row in rows])
            write_atomic(out / sheet_name(group), sheet)
    write_json(out / "records" / "remaining_errors.json", record)
    write_atomic(out / "remaining-errors.md", page(record).encode())


def large(image: torch.Tensor, label: str) -> Picture:
    """A picture (28, 28) uint8 three times as large, dark on light, each pixel a square."""
    return Picture(label, label, 255 - image.repeat_interleave(3, 0).repeat_interleave(3, 1).numpy())


@in_a_sentence(ValueError)
def main(argv: Sequence[str] | None = None) -> int:
    """Write the page; returns the exit status."""
    parser = verbs.parser("studies.remaining", __doc__)
    parser.add_argument("model", type=Path, help="weights (.safetensors) or an .onnx file")
    parser.add_argument("runs", nargs="+", type=Path, help="folders of the ensemble's finished runs")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="where the page goes (default: docs)")
    arguments = parser.parse_args(argv)
    images, labels = data.load("test")
    rows = misread(arguments.model, arguments.runs, (images, labels))
    weights = [folder / "weights.safetensors" for folder in arguments.runs]
    about = head(torch.device("cpu"), [arguments.model, *weights, *mnist.files("test")])
    digest = {"model": arguments.model.stem, "sha256": sha256(arguments.model)}
    record = {**about, **digest, "n": len(labels), "nets": len(arguments.runs), "rows": rows}
    write(record, images, arguments.out)
    print(f"{len(rows)} of {len(labels)} misread; wrote {arguments.out / 'remaining-errors.md'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
