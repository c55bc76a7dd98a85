"""`python -m core.soup RUN RUN... --out RUN`: the mean of the weights of runs that grew out of one another.

Weights that a run was begun from and the weights that it ended with lie in one valley; their mean keeps what each of
them reads better. Runs from different starts do not: their mean reads nothing, and the validation error tells.
source: Wortsman et al. 2022, Model Soups; Wortsman et al. 2022, Robust Fine-tuning of Zero-shot Models.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core import checkpoint, data
from core.metrics import count_wrong
from core.publish import reader
from core.recognizer import Calibration
from core.record import command, environment


def mean_weights(states: Sequence[dict[str, Tensor]], shares: Sequence[float]) -> dict[str, Tensor]:
    """The mean of each tensor over the nets, each with its share; the shares are brought to a sum of 1."""
    share = torch.tensor(shares) / sum(shares)
    return {name: torch.stack([state[name] for state in states]).moveaxis(0, -1) @ share for name in states[0]}


def soup(folders: Sequence[Path], out: Path, shares: Sequence[float] = ()) -> dict[str, Any]:
    """Write the mean of the runs' weights as a run folder of its own; returns its metrics.

    shares: of each run in the mean, positive; equal ones where none are given.
    errors: CheckpointError when a run has no weights, or when they are of different nets, pictures or splits.
    """
    loaded = [checkpoint.load_net(folder / "weights.safetensors") for folder in folders]
    configs = [history["config"] for _, history in loaded]
    for name in ("net", "ink", "val_count"):
        if len({config[name] for config in configs}) > 1:
            raise checkpoint.CheckpointError(
                f"{', '.join(map(str, folders))}: differ in {name} ({', '.join(str(c[name]) for c in configs)}); "
                f"a mean needs runs of one kind"
            )
    net = loaded[-1][0]
    net.load_state_dict(mean_weights([each.state_dict() for each, _ in loaded], shares or [1.0] * len(loaded)))
    images, labels = data.hold_out(data.load("train"), configs[-1]["val_count"])[1]
    val = asdict(count_wrong(reader(net, configs[-1], Calibration())(images), labels))
    parents = {str(folder): checkpoint.sha256(folder / "weights.safetensors") for folder in folders}
    about = {"command": command(), "config": configs[-1], **environment(torch.device("cpu")), "parents": parents}
    history = {**about, "epochs": [{"epoch": 0, "val_wrong": val["wrong"], "val_n": val["n"]}]}
    checkpoint.save(out / "weights.safetensors", net.state_dict(), configs[-1]["net"], history)
    record = {"format": 1, "weights_sha256": checkpoint.sha256(out / "weights.safetensors"), **history}
    checkpoint.write_json(out / "metrics.json", record)
    return record


def main(argv: Sequence[str] | None = None) -> int:
    """Mix; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m core.soup", description=__doc__, allow_abbrev=False)
    parser.add_argument("runs", nargs="+", type=Path, help="folders of finished runs, the latest last")
    parser.add_argument(
        "--shares", type=float, nargs="+", default=[], help="of each run in the mean; equal if left out"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the mean")
    arguments = parser.parse_args(argv)
    if arguments.shares and (len(arguments.shares) != len(arguments.runs) or min(arguments.shares) <= 0):
        parser.error(f"--shares: got {arguments.shares} for {len(arguments.runs)} runs; give each a positive number")
    try:
        (last,) = soup(arguments.runs, arguments.out, arguments.shares)["epochs"]
    except (checkpoint.CheckpointError, data.DataError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    written = arguments.out / "weights.safetensors"
    print(f"wrote {written}: {last['val_wrong']} of {last['val_n']} validation pictures wrong")
    return 0


if __name__ == "__main__":
    sys.exit(main())
