"""`digits ensemble RUN...`: the error of several nets together, beside that of each."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from core import mnist, verbs
from core.files import sha256, write_json
from core.net.device import pick_device, pick_dtype
from core.refusals import in_a_sentence
from core.train import data
from core.train.allocator import keep_freed_memory
from core.train.combine.teachers import load_teachers, mean_logits
from core.train.measure.metrics import count_wrong
from core.train.record import head

BATCH = 256


def read(nets: Sequence[nn.Module], images: Tensor, device: torch.device) -> Tensor:
    """Mean logits (N, 10) of the nets for pictures (N, 28, 28) uint8, as `digits teach` writes them into lessons."""
    dtype = pick_dtype("auto", device)
    parts = images.to(device).split(BATCH)
    return torch.cat([mean_logits(nets, part[:, None].float() / 255, dtype).cpu() for part in parts])


def measure(folders: Sequence[Path], device: torch.device) -> dict[str, Any]:
    """Errors on the validation pictures and on the test set: of each net, and of all together."""
    nets = load_teachers(folders, device)
    sets = {"val": data.hold_out(data.load("train"), 5000)[1], "test": data.load("test")}
    each: dict[str, dict[str, Any]] = {
        folder.name: {"weights_sha256": sha256(folder / "weights.safetensors")} for folder in folders
    }
    together: dict[str, Any] = {}
    for name, (images, labels) in sets.items():
        for folder, net in zip(folders, nets, strict=True):
            each[folder.name][name] = asdict(count_wrong(read([net], images, device), labels))
        together[name] = asdict(count_wrong(read(nets, images, device), labels))
    return {"each": each, "together": together}


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Measure; returns the exit status."""
    parser = verbs.parser("core.train.measure.ensemble", __doc__)
    parser.add_argument("runs", nargs="+", type=Path, help="folders of finished runs")
    parser.add_argument("--out", type=Path, help="write the record there as JSON")
    arguments = parser.parse_args(argv)
    device = pick_device("auto")
    keep_freed_memory()
    found = measure(arguments.runs, device)
    if arguments.out:
        weights = [folder / "weights.safetensors" for folder in arguments.runs]
        write_json(arguments.out, {**head(device, [*weights, *mnist.files("train", "test")]), **found})
    for name, counts in {**found["each"], "together": found["together"]}.items():
        print(f"{name}: validation {counts['val']['wrong']} of {counts['val']['n']}, test {counts['test']['wrong']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
