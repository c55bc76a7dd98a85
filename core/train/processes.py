"""One process or many: which one this is, which pictures are its share, and what is said when another is lost."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from core.net.device import pick_device
from core.refusals import RefusalError
from core.train.config import TrainConfig

STREAM = 1_000_000_007  # apart from every seed of another epoch
LONGEST_WAIT = timedelta(hours=2)  # the first process may draw pictures for that long; a lost one is noticed at once


class ProcessesError(RefusalError):
    """Processes that cannot work together; the message says what happened and what to do."""


@dataclass(frozen=True)
class Processes:
    """One process among all that train together, as torchrun numbers them."""

    rank: int = 0
    count: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this one writes and prints."""
        return self.rank == 0

    def share(self, index: Tensor) -> tuple[Tensor, float]:
        """The part that this process has of a batch of picture numbers (B,), and the weight of its mean loss.

        The mean of weight x mean loss over all processes is the mean loss of the batch. A process for which no picture
        is left computes one of the batch with weight 0, for every process has to take part in every step.
        """
        mine = index[self.rank :: self.count]
        weight = len(mine) * self.count / len(index)
        return (mine, weight) if len(mine) else (index[:1], 0.0)

    def stream(self, seed: int) -> int:
        """The seed of this process's own augmentation and dropout; the first one's is `seed` itself."""
        return seed + self.rank * STREAM

    def together(self, net: nn.Module) -> nn.Module:
        """The net, or the net whose backward pass averages the gradients of all processes."""
        return net if self.count == 1 else DistributedDataParallel(net)

    def mean(self, value: Tensor) -> Tensor:
        """The mean of one number over all processes."""
        if self.count > 1:
            dist.all_reduce(value)
        return value / self.count

    @contextmanager
    def first_then_others(self) -> Iterator[None]:
        """The first process runs the block alone; the others then find what it wrote."""
        if not self.is_first:
            dist.barrier()
        yield
        if self.is_first and self.count > 1:
            dist.barrier()


@contextmanager
def joined(config: TrainConfig) -> Iterator[Processes]:
    """One process alone, or among those that torchrun started; ProcessesError when one of them is lost."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield Processes()
        return
    if config.batch < count:
        raise ProcessesError(f"--batch must be at least the {count} processes; got {config.batch}")
    processes = Processes(int(os.environ["RANK"]), count)
    device = own_device(config)
    if device.type == "cuda":
        torch.cuda.set_device(device)
    before = signal.signal(signal.SIGTERM, _stop)  # how torchrun ends the processes that are left
    try:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=LONGEST_WAIT)
        yield processes
        dist.destroy_process_group()
    except RuntimeError as error:
        if not _is_loss(error):
            raise
        reason = str(error).splitlines()[0]
        raise ProcessesError(
            f"process {processes.rank} of {count}: another process has ended ({reason}); "
            f"go on with --resume, with any number of processes"
        ) from error
    finally:
        signal.signal(signal.SIGTERM, before)


def own_device(config: TrainConfig) -> torch.device:
    """The configured device; among many processes of a machine, each has its own GPU."""
    device = pick_device(config.device)
    if device.type != "cuda" or "LOCAL_RANK" not in os.environ:
        return device
    rank, there = int(os.environ["LOCAL_RANK"]), torch.cuda.device_count()
    if rank >= there:
        raise ProcessesError(f"more processes than the {there} GPU(s) of this machine; use as many, or --device cpu")
    return torch.device("cuda", rank)


def _is_loss(error: RuntimeError) -> bool:
    """Whether an error says that another process is gone; gloo has no type of its own for it."""
    return isinstance(error, dist.DistError) or any(word in str(error) for word in ("gloo", "Connection"))


def _stop(_signal: int, _frame: FrameType | None) -> None:
    print("stopped, for another process has ended; go on with --resume", file=sys.stderr, flush=True)
    sys.exit(1)
