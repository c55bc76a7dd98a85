"""`digits ways`: what each way of making a training step faster is worth on this machine.

Every way changes one thing of the step that the training loop takes. All take turns in one process, on one thread, and
the best of the rounds counts; what is told is the time relative to the loop's own step.
"""

import dataclasses
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Generator, nn

from core import mnist, verbs
from core.files import ROOT, write_json
from core.net.device import pick_dtype
from core.refusals import in_a_sentence
from core.train.allocator import keep_freed_memory
from core.train.average import move_towards
from core.train.config import TrainConfig
from core.train.pictures.augment import augment
from core.train.presets import PRESETS
from core.train.record import head
from core.train.schedule import make_optimizer
from core.train.start import fresh_net
from studies.step import best_seconds

RECORD = ROOT / "docs" / "records" / "training_ways.json"
AT_ONCE = 8  # batches that are bent together


@dataclasses.dataclass(frozen=True)
class Way:
    """One change of the step."""

    channels_last: bool = True
    compiled: bool = False
    fused: bool = True
    precision: str = "auto"
    bent_at_once: int = 1


WAYS: dict[str, Way] = {
    "the loop's own step": Way(),
    "rows before channels": Way(channels_last=False),
    "torch.compile": Way(compiled=True),
    "optimiser parameter by parameter": Way(fused=False),
    "float32": Way(precision="float32"),
    f"{AT_ONCE} batches bent at once": Way(bent_at_once=AT_ONCE),
}


def step_of(way: Way, config: TrainConfig) -> Callable[[], object]:
    """A step of the loop with one thing changed; the bends of several batches are shared among their steps."""
    device, layout = torch.device("cpu"), torch.channels_last if way.channels_last else torch.contiguous_format
    generator = Generator().manual_seed(0)
    images = torch.randint(0, 256, (config.batch * way.bent_at_once, 28, 28), dtype=torch.uint8)
    labels = torch.arange(config.batch) % 10
    net, average = fresh_net(config).to(memory_format=layout).train(), fresh_net(config)
    forward: Callable[..., torch.Tensor] = torch.compile(net) if way.compiled else net
    optimizer = make_optimizer(net, config)
    for group in optimizer.param_groups:
        group["fused"] = way.fused
    dtype = pick_dtype(way.precision, device)
    bent: list[torch.Tensor] = []

    def step() -> None:
        if not bent:
            bent.extend(augment(images, config, generator).contiguous(memory_format=layout).split(config.batch))
        with torch.autocast("cpu", dtype=dtype, enabled=dtype != torch.float32):
            logits = forward(bent.pop())
        nn.functional.cross_entropy(logits.float(), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        move_towards(average, net, config.ema, step=1000)

    return repeated(step, way.bent_at_once)


def repeated(step: Callable[[], object], times: int) -> Callable[[], object]:
    """A call that takes so many steps."""

    def steps() -> None:
        for _ in range(times):
            step()

    return steps


def measure(config: TrainConfig, rounds: int) -> dict[str, Any]:
    """The record: seconds a step of every way, and relative to the first."""
    possible = {name: way for name, way in WAYS.items() if not way.compiled or shutil.which("c++")}
    best = best_seconds({name: step_of(way, config) for name, way in possible.items()}, torch.device("cpu"), rounds)
    seconds = {name: best[name] / way.bent_at_once for name, way in possible.items()}
    own = next(iter(seconds.values()))
    rows = [{"way": name, "step_ms": round(s * 1e3, 2), "relative": round(s / own, 3)} for name, s in seconds.items()]
    about = head(torch.device("cpu"), mnist.files("train"))
    return {**about, "batch": config.batch, "rounds": rounds, "rows": rows}


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print and write the record; returns the exit status."""
    parser = verbs.parser("studies.ways", __doc__)
    parser.add_argument("--preset", choices=sorted(PRESETS), default="default", help="whose net, batch and bends")
    parser.add_argument("--rounds", type=int, default=30, help="times that every way has its turn")
    parser.add_argument("--out", type=Path, default=RECORD, help="where the record goes")
    arguments = parser.parse_args(argv)
    if arguments.rounds < 1:
        parser.error("--rounds must be at least 1")
    torch.set_num_threads(1)
    keep_freed_memory()
    record = measure(PRESETS[arguments.preset], arguments.rounds)
    for row in record["rows"]:
        print(f"{row['way']:34s} {row['step_ms']:8.2f} ms  x {row['relative']:.2f}")
    write_json(arguments.out, record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
