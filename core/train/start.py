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
    return net


def fresh_net(config: TrainConfig) -> nn.Module:
    """The configured net with weights drawn from the run's seed."""
    net = build(config.net)
    xavier(net, Generator().manual_seed(config.seed))
    for layer in net.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = min(layer.p * config.dropout, 0.95)
    return with_batch_norm(net) if config.batch_norm else net
