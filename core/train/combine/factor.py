"""`digits factor RUN --out RUN`: ConvNet with little more than half of its weights, its answers nearly kept.

Its first linear layer gives 256 numbers that go together. Their 128 principal components over training pictures are
kept: the layer becomes the product of two thin ones, and nothing is trained.
source: Zhang et al. 2015, Accelerating Very Deep Convolutional Networks for Classification and Detection, section 3.1.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core import verbs
from core.net import checkpoint
from core.net.model import ConvNet, FactoredConvNet
from core.refusals import in_a_sentence
from core.train import data
from core.train.combine.soup import tell, write_run
from core.train.data import Pictures
from core.train.synthetic.people import people_pictures

PICTURES = 5000  # training digits that the components are computed on
STRANGERS = 0.7  # non-digits a digit, where the run knows them
SEED = 30_000  # of the pictures drawn from them; no training run uses it
BATCH = 500


@torch.no_grad()
def factored(net: ConvNet, images: Tensor) -> FactoredConvNet:
    """The net with its first linear layer factored, as far as pictures (N, 28, 28) uint8 need it."""
    hidden = torch.cat([net.fc1(net.features(part[:, None].float() / 255)) for part in images.split(BATCH)])
    mean = hidden.mean(0)  # (256,)
    components = torch.linalg.eigh((hidden - mean).double().T.cov()).eigenvectors  # the largest last
    kept = components[:, -FactoredConvNet.RANK :].float()  # (256, 128)
    state = dict(net.state_dict())
    weight, bias = state.pop("fc1.weight"), state.pop("fc1.bias")
    state |= {
        "fc1.0.weight": kept.T @ weight,
        "fc1.1.weight": kept,
        "fc1.1.bias": kept @ (kept.T @ (bias - mean)) + mean,
    }
    thin = FactoredConvNet().eval()
    thin.load_state_dict(state)
    return thin


def pictures_of(ink: str, train: Pictures) -> Tensor:
    """Pictures (N, 28, 28) uint8 of the kind that a run learned from, drawn from training digits."""
    some = train[0][:PICTURES], train[1][:PICTURES]
    return people_pictures(some, copies=1, strangers=STRANGERS, seed=SEED)[0] if ink == "people" else some[0]


def factor(folder: Path, out: Path) -> dict[str, Any]:
    """Write the factored net of a run as a run of its own; CheckpointError for a net other than ConvNet."""
    net, history = checkpoint.load_net(folder / "weights.safetensors")
    config = history["config"]
    if type(net) is not ConvNet:
        raise checkpoint.CheckpointError(f"{folder}: holds {config['net']}; only ConvNet has a layer worth factoring")
    train, _ = data.hold_out(data.load("train"), config["val_count"])
    thin = factored(net, pictures_of(config["ink"], train))
    return write_run(thin, {**config, "net": "FactoredConvNet"}, [folder], out)


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Factor; returns the exit status."""
    parser = verbs.parser("core.train.combine.factor", __doc__)
    parser.add_argument("run", type=Path, help="folder of a finished run")
    parser.add_argument("--out", type=Path, required=True, help="folder of the factored net")
    arguments = parser.parse_args(argv)
    tell(factor(arguments.run, arguments.out), arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
