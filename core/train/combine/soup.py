"""`digits soup RUN RUN... --out RUN`: several runs as one, by the mean of their weights or of their answers.

Weights that a run was begun from and the weights that it ended with lie in one valley; their mean keeps what each of
them reads better. Runs from different starts do not: their mean reads nothing, and the validation error tells. These
are put beside one another, with --beside.
source: Wortsman et al. 2022, Model Soups; Wortsman et al. 2022, Robust Fine-tuning of Zero-shot Models.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from core import verbs
from core.files import sha256, write_json
from core.net import checkpoint
from core.net.model import Ensemble, last_layer
from core.net.recognizer import Calibration
from core.refusals import in_a_sentence
from core.stamp import command_line
from core.train import data
from core.train.measure.metrics import count_wrong
from core.train.publish import reader
from core.train.record import environment


def mean_weights(states: Sequence[dict[str, Tensor]], shares: Sequence[float]) -> dict[str, Tensor]:
    """The mean of each tensor over the nets, each with its share; the shares are brought to a sum of 1."""
    share = torch.tensor(shares) / sum(shares)
    return {name: torch.stack([state[name] for state in states]).moveaxis(0, -1) @ share for name in states[0]}


@torch.no_grad()
def beside(nets: Sequence[nn.Module], names: Sequence[str], shares: Sequence[float]) -> Ensemble:
    """Trained nets, called `names`, as one whose logits are the mean of theirs, each with its share."""
    together = Ensemble(names).eval()
    last = [last_layer(net)[1] for net in nets]
    share = (torch.tensor(shares) / sum(shares)).tolist()
    together.fc.weight.copy_(torch.cat([part * layer.weight for part, layer in zip(share, last, strict=True)], dim=1))
    together.fc.bias.copy_(sum(part * layer.bias for part, layer in zip(share, last, strict=True)))
    for member, net in zip(together.members, nets, strict=True):
        member.load_state_dict({name: net.state_dict()[name] for name in member.state_dict()})
    return together


def soup(
    folders: Sequence[Path], out: Path, shares: Sequence[float] = (), side_by_side: bool = False
) -> dict[str, Any]:
    """Write the runs' mean as a run folder of its own; returns its metrics.

    shares:       of each run in the mean, positive; equal ones where none are given.
    side_by_side: the mean of the logits, of nets that stand beside one another, instead of the mean of the weights.
    errors: CheckpointError when a run has no weights, or when they are of different pictures or splits, or, for a mean
            of weights, of different nets.
    """
    loaded = [checkpoint.load_net(folder / "weights.safetensors") for folder in folders]
    configs = [history["config"] for _, history in loaded]
    for name in ("ink", "val_count") if side_by_side else ("net", "ink", "val_count"):
        if len({config[name] for config in configs}) > 1:
            raise checkpoint.CheckpointError(
                f"{', '.join(map(str, folders))}: differ in {name} ({', '.join(str(c[name]) for c in configs)}); "
                f"a mean needs runs of one kind"
            )
    shares = shares or [1.0] * len(loaded)
    if side_by_side:
        names = [config["net"] for config in configs]
        for folder, name in zip(folders, names, strict=True):
            if "+" in name:
                raise checkpoint.CheckpointError(f"{folder}: holds several nets already, {name}; give each run of them")
        together = beside([each for each, _ in loaded], names, shares)
        return write_run(together, {**configs[0], "net": "+".join(names)}, folders, out)
    net = loaded[-1][0]
    net.load_state_dict(mean_weights([each.state_dict() for each, _ in loaded], shares))
    return write_run(net, configs[-1], folders, out)


def write_run(net: nn.Module, config: dict[str, Any], folders: Sequence[Path], out: Path) -> dict[str, Any]:
    """Write a net that was made from the runs in `folders` as a run of its own; returns its metrics."""
    images, labels = data.hold_out(data.load("train"), config["val_count"])[1]
    val = asdict(count_wrong(reader(net, config, Calibration())(images), labels))
    parents = {str(folder): sha256(folder / "weights.safetensors") for folder in folders}
    about = {"command": command_line(), "config": config, **environment(torch.device("cpu")), "parents": parents}
    history = {**about, "epochs": [{"epoch": 0, "val_wrong": val["wrong"], "val_n": val["n"]}]}
    checkpoint.save(out / "weights.safetensors", net.state_dict(), config["net"], history)
    record = {"format": 1, "weights_sha256": sha256(out / "weights.safetensors"), **history}
    write_json(out / "metrics.json", record)
    return record


def tell(metrics: dict[str, Any], out: Path) -> None:
    """Say what came of a run that was made from others: where it lies, and what it misreads."""
    (last,) = metrics["epochs"]
    written = out / "weights.safetensors"
    print(f"wrote {written}: {last['val_wrong']} of {last['val_n']} validation pictures wrong")


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Mix; returns the exit status."""
    parser = verbs.parser("core.train.combine.soup", __doc__)
    parser.add_argument("runs", nargs="+", type=Path, help="folders of finished runs, the latest last")
    parser.add_argument(
        "--shares", type=float, nargs="+", default=[], help="of each run in the mean; equal if left out"
    )
    parser.add_argument(
        "--beside", action="store_true", help="the nets beside one another, and the mean of their logits"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the mean")
    arguments = parser.parse_args(argv)
    if arguments.shares and (len(arguments.shares) != len(arguments.runs) or min(arguments.shares) <= 0):
        parser.error(f"--shares: got {arguments.shares} for {len(arguments.runs)} runs; give each a positive number")
    tell(soup(arguments.runs, arguments.out, arguments.shares, arguments.beside), arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
