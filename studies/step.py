"""`digits step`: the share of the machine's own matrix-product rates that training reaches.

A step is what the training loop does: bend, forward, backward, optimiser, average. Its rate is put beside the float32
product's, whatever precision it has itself, and beside that of a product in its own precision. All are measured in
turn, in one process, and the best of the rounds counts, for whatever else the machine does can only slow them down.
Take figures on an idle machine.
"""

import dataclasses
import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Generator, Tensor, nn

from core import mnist, verbs
from core.files import write_json
from core.net.device import pick_device, pick_dtype
from core.refusals import in_a_sentence
from core.train.allocator import keep_freed_memory
from core.train.average import move_towards
from core.train.config import PRECISIONS, TrainConfig
from core.train.pictures.augment import augment
from core.train.presets import PRESETS
from core.train.record import head
from core.train.schedule import make_optimizer
from core.train.start import fresh_net

PICTURES = 60_000  # an epoch
SIDE = 1024  # of the square matrices


def flop_per_image(net: nn.Module) -> int:
    """Floating-point operations of forward and backward for one picture: 2 a multiply-add, backward twice forward."""
    total = 0

    def count(layer: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        weight = layer.weight
        assert isinstance(weight, Tensor)
        places = output[0, 0].numel() if output.ndim == 4 else 1
        total += 6 * weight.numel() * places

    layers = [layer for layer in net.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    hooks = [layer.register_forward_hook(count) for layer in layers]
    with torch.no_grad():
        net(torch.zeros(1, 1, 28, 28, device=next(net.parameters()).device))
    for hook in hooks:
        hook.remove()
    return total


def stages(config: TrainConfig, device: torch.device) -> dict[str, Callable[[], object]]:
    """What is timed: square products in float32 and in the step's dtype, the bends of a batch, and a whole step."""
    generator = Generator(device).manual_seed(0)
    square = torch.rand(SIDE, SIDE, device=device)
    images = torch.randint(0, 256, (config.batch, 28, 28), dtype=torch.uint8, device=device)
    labels = torch.arange(config.batch, device=device) % 10
    net = fresh_net(config).to(memory_format=torch.channels_last).to(device).train()
    average = fresh_net(config).to(device)
    optimizer = make_optimizer(net, config)
    dtype = pick_dtype(config.precision, device)
    square_as_step = square.to(dtype)

    def step() -> None:
        image = augment(images, config, generator).contiguous(memory_format=torch.channels_last)
        with torch.autocast(device.type, dtype=dtype, enabled=dtype != torch.float32):
            logits = net(image)
        nn.functional.cross_entropy(logits.float(), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if config.ema:
            move_towards(average, net, config.ema, step=1000)

    return {
        "product": lambda: square @ square,
        "product_as_step": lambda: square_as_step @ square_as_step,
        "augment": lambda: augment(images, config, generator),
        "step": step,
    }


def best_seconds(work: dict[str, Callable[[], object]], device: torch.device, rounds: int) -> dict[str, float]:
    """The shortest time of each stage over rounds in which every stage has its turn, after one to warm up."""
    best = dict.fromkeys(work, math.inf)
    for turn in range(rounds + 1):
        for name, stage in work.items():
            started_at = time.perf_counter()
            stage()
            if device.type == "cuda":
                torch.cuda.synchronize(device)
            if turn:
                best[name] = min(best[name], time.perf_counter() - started_at)
    return best


def measure(config: TrainConfig, rounds: int) -> dict[str, Any]:
    """One precision's rates in GFLOP/s, seconds an epoch of 60,000 pictures, and shares of the products' rates."""
    device = pick_device(config.device)
    best = best_seconds(stages(config, device), device, rounds)
    product, as_step = 2 * SIDE**3 / best["product"], 2 * SIDE**3 / best["product_as_step"]
    training = flop_per_image(fresh_net(config)) * config.batch / best["step"]
    return {
        "precision": str(pick_dtype(config.precision, device)).removeprefix("torch."),
        "float32_product_gflops": round(product / 1e9, 1),
        "product_as_step_gflops": round(as_step / 1e9, 1),
        "training_gflops": round(training / 1e9, 1),
        "share_of_float32_product": round(training / product, 3),
        "share_of_product_as_step": round(training / as_step, 3),
        "augment_share_of_step": round(best["augment"] / best["step"], 3),
        "epoch_s": round(best["step"] * PICTURES / config.batch, 1),
    }


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit status."""
    parser = verbs.parser("studies.step", __doc__)
    parser.add_argument("--preset", choices=sorted(PRESETS), default="default", help="whose net, batch and bends")
    parser.add_argument("--precisions", nargs="+", choices=PRECISIONS, default=["float32", "auto"], help="of the step")
    parser.add_argument("--threads", type=int, default=1, help="processor threads; 0 leaves torch's own choice")
    parser.add_argument("--rounds", type=int, default=60, help="times that every stage has its turn")
    parser.add_argument("--out", type=Path, help="write the record there as JSON")
    arguments = parser.parse_args(argv)
    if arguments.rounds < 1 or arguments.threads < 0:
        parser.error("--rounds must be at least 1 and --threads at least 0")
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    keep_freed_memory()
    config = PRESETS[arguments.preset]
    rows = [measure(dataclasses.replace(config, precision=name), arguments.rounds) for name in arguments.precisions]
    about = head(pick_device(config.device), mnist.files("train"))
    record = {**about, "batch": config.batch, "rounds": arguments.rounds, "rows": rows}
    print(json.dumps(record, indent=2))
    if arguments.out:
        write_json(arguments.out, record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
