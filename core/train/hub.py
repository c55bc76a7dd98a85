"""`digits publish RUN --to-hub NAME`: an exported run as the folder that `hf upload` takes. No network is touched."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from core import manifest
from core.files import write_atomic, write_json
from core.net import checkpoint
from core.own_card import section
from core.refusals import RefusalError
from core.train.measure.metrics import Count
from core.train.pictures.training_set import MNISTS, validated_on

FOLDER = "hub"  # within a run's, unless told otherwise
REPOSITORY = re.compile(r"(?:[A-Za-z0-9][\w-]{0,95}/)?[A-Za-z0-9](?:[\w.-]{0,94}[A-Za-z0-9])?")
LICENCE = re.compile(r"[a-z0-9][a-z0-9.-]*")
CARD, CONFIG = "README.md", "config.json"
MNIST = {"type": "ylecun/mnist", "config": "mnist", "split": "train"}
OWN = {"type": "own-pictures"}
THEIRS = "held-out pictures of its maker's own"  # whoever reads the card is another person
PATHS = ("extra", "from_", "lessons", "out")  # settings that name a place
TAGS = ("onnx", "onnxruntime", "safetensors", "image-classification", "handwritten-digits", "mnist")
BODY = """\
# {name}

Reads handwritten digits: any picture of one digit in, its ten probabilities out. Made and proved by
`digits export`; `{manifest}` has the SHA-256 of each file, `{config}` what the weights are.

In this folder, with the project that made it installed:
```python
import digits

digits.read("photo.jpg", model=".").text
```
With onnxruntime alone:
```python
import numpy as np, onnxruntime

session = onnxruntime.InferenceSession("{file}")
picture = np.full((1, 60, 60), 255, np.uint8)  # (N, H, W), grey levels, any size
print(session.run(None, {{"image": picture}}))
```
"""


class HubError(RefusalError):
    """A run that cannot be made ready for a hub; the message says what was found and what to do."""


@dataclass(frozen=True)
class Request:
    """What is asked for.

    run:     the folder of a finished run that `digits export` made files of.
    name:    of the repository, NAME or USER/NAME.
    out:     the folder to make.
    licence: as the hub abbreviates it.
    errors:  ValueError for a name or a licence that the hub would not take.
    """

    run: Path
    name: str
    out: Path
    licence: str

    def __post_init__(self) -> None:
        if not REPOSITORY.fullmatch(self.name) or ".." in self.name or "--" in self.name:
            raise ValueError(f"--to-hub: {self.name!r} is no name of a repository; expected NAME or USER/NAME")
        if not LICENCE.fullmatch(self.licence):
            raise ValueError(
                f"--licence: {self.licence!r} is no abbreviation of one; expected such as mit or cc-by-4.0"
            )

    @property
    def upload(self) -> str:
        """The command that puts the folder there."""
        return shlex.join(["hf", "upload", self.name, str(self.out)])


def make_folder(asked: Request, record: dict[str, Any]) -> list[Path]:
    """Copy the export of a run beside a config and a card; returns the files, all there or none new.

    record: the run's metrics.json.
    errors: HubError, ManifestError, CheckpointError.
    """
    exported = asked.run / manifest.EXPORT
    name, about = exported_model(asked.run)
    contents = {file: content_of(exported / file) for file in about["files"]}
    check_weights(asked.run, exported / f"{name}.safetensors")
    rows = list(measured(asked.run, record))
    check_place(asked.out)
    for file in manifest.stated_in(manifest.read(asked.out)).keys() - contents.keys():
        (asked.out / file).unlink(missing_ok=True)  # of an earlier call
    for file, content in contents.items():
        write_atomic(asked.out / file, content)
    write_json(asked.out / CONFIG, config(name, about, record))
    write_atomic(asked.out / CARD, card(asked, name, about, rows).encode())
    write_json(asked.out / manifest.FILE, {"format": manifest.FORMAT, "models": {name: about}})
    return [asked.out / file for file in (*contents, CONFIG, CARD, manifest.FILE)]


def exported_model(run: Path) -> tuple[str, dict[str, Any]]:
    """The one model of a run's export, its name and its entry of the manifest."""
    models = manifest.read(run / manifest.EXPORT)
    if not models:
        raise HubError(f"{run}: this run is not exported; `{shlex.join(['digits', 'export', str(run)])}` does it")
    if len(models) > 1:
        raise HubError(f"{run / manifest.EXPORT}: holds {len(models)} models ({', '.join(models)}); leave one there")
    return next(iter(models.items()))


def content_of(path: Path) -> bytes:
    """The bytes of an exported file; ManifestError when they are not those that were proved."""
    content = path.read_bytes()
    manifest.check(path, content)
    return content


def check_weights(run: Path, exported: Path) -> None:
    """HubError when the run was trained on after its export."""
    now, then = (checkpoint.load(path)[1] for path in (run / "weights.safetensors", exported))
    if now.keys() != then.keys() or not all(torch.equal(now[name], then[name]) for name in now):
        again = shlex.join(["digits", "export", str(run)])
        raise HubError(f"{exported}: holds other weights than the run has now; `{again}` brings them together")


def check_place(out: Path) -> None:
    """HubError for a folder that holds something else."""
    if out.is_dir() and any(out.iterdir()) and not (out / manifest.FILE).is_file():
        raise HubError(f"{out}: holds other files; choose an empty folder with --out")


def measured(run: Path, record: dict[str, Any]) -> Iterator[tuple[str, dict[str, str], Count]]:
    """(what was read, its data set, misread) of all that the run's own records counted; no test set is among them."""
    last = record["epochs"][-1]
    yield validated_on(record["config"]["ink"]), MNIST, Count(last["val_wrong"], last["val_n"])
    path = run / "finetune.json"
    if not path.is_file():
        return
    try:
        for change in json.loads(path.read_text(encoding="utf-8")).get("changes", ()):
            count = Count(**change["after"])
            yield (MNISTS, MNIST, count) if change["name"] == MNISTS else (THEIRS, OWN, count)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HubError(f"{path}: damaged ({error!r}); restore it, or train again") from error


def config(name: str, about: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
    """What the weights are and how they came about, without the places of one machine."""
    settings = {key: value for key, value in record["config"].items() if key not in PATHS}
    kept = {key: about[key] for key in ("net", "parameters", "contract", "calibration", "own_pictures")}
    return {"format": manifest.FORMAT, "model": name, "classes": [*range(10)], **kept, "settings": settings}


def card(asked: Request, name: str, about: dict[str, Any], rows: list[tuple[str, dict[str, str], Count]]) -> str:
    """README.md: metadata, how to call it, what it is, and how many it misread."""
    body = BODY.format(name=asked.name.split("/")[-1], manifest=manifest.FILE, config=CONFIG, file=f"{name}.onnx")
    table = ["| read | misread |", "|---|---|", *(f"| {what} | {count} |" for what, _, count in rows)]
    return "\n".join([front_matter(asked, rows), body, section(name, about), *table, ""])


def front_matter(asked: Request, rows: list[tuple[str, dict[str, str], Count]]) -> str:
    """The card's metadata; each value is JSON, which YAML reads.

    source: https://huggingface.co/docs/hub/model-cards
    """
    index = {"name": asked.name.split("/")[-1], "results": [result(*row) for row in rows]}
    metadata = {
        "license": asked.licence,
        "library_name": "onnx",
        "pipeline_tag": "image-classification",
        "tags": TAGS,
        "datasets": [MNIST["type"]],
        "metrics": ["accuracy"],
        "model-index": [index],
    }
    return "\n".join(["---", *(f"{key}: {json.dumps(value)}" for key, value in metadata.items()), "---", ""])


def result(what: str, data_set: dict[str, str], count: Count) -> dict[str, Any]:
    """One measurement as the hub shows it."""
    metric = {"type": "accuracy", "name": f"accuracy, {count.n - count.wrong} of {count.n}"}
    value = round(1 - count.error, 6)
    return {
        "task": {"type": "image-classification"},
        "dataset": {"name": what, **data_set},
        "metrics": [{**metric, "value": value}],
    }


def named_places(record: dict[str, Any]) -> list[str]:
    """The absolute paths that a run's record, and so its weights, name: the hub would show them to everybody."""
    words = [*shlex.split(record.get("command", "")), *(str(record["config"].get(name, "")) for name in PATHS)]
    return sorted({word for word in words if Path(word).is_absolute()})
