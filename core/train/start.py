"""The net that a run begins with."""

from pathlib import Path

from torch import Generator, nn

from core.net import checkpoint
from core.net.model import build, xavier
from core.train.config import TrainConfig
from core.train.norm import with_batch_norm


def first_net(config: TrainConfig) -> nn.Module:
    """The net that a run begins with: fresh, or with the weights of --from."""
    net = fresh_net(config)
    if config.from_:
        holds, _, _ = checkpoint.load(Path(config.from_))
        if holds != config.net:
            raise checkpoint.CheckpointError(f"{config.from_}: holds {holds}, not {config.net}")
        net.load_state_dict(checkpoint.load_net(Path(config.from_))[0].state_dict())
    hold_still(net, config.layers)
    return net


def hold_still(net: nn.Module, layers: str) -> None:
    """Let only the weights of these layers move: "all", "dense" ones, or the "last" of those."""
    if layers == "all":
        return
    dense = [layer for layer in net.modules() if isinstance(layer, nn.Linear)]
    moving = {weights for layer in (dense if layers == "dense" else dense[-1:]) for weights in layer.parameters()}
    for weights in net.parameters():
        weights.requires_grad_(weights in moving)


def fresh_net(config: TrainConfig) -> nn.Module:
    """The configured net with weights drawn from the run's seed."""
    net = build(config.net)
    xavier(net, Generator().manual_seed(config.seed))
    for layer in net.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = min(layer.p * config.dropout, 0.95)
    return with_batch_norm(net) if config.batch_norm else net
