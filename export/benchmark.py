"""`python -m export.benchmark`: every file and its rivals side by side in one run, with the machine's floor."""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray

from core.checkpoint import CheckpointError, sha256, write_json
from core.data import load
from export import front
from export.benchmark_page import as_text
from export.contracts import NET, SHIPPED
from export.matrix import MATRIX_FLOP, products
from export.memory import megabytes_of
from export.operators import microseconds_by_operator
from export.pictures import Grey, as_net_input
from export.record import FORMAT, machine, versions
from export.runtimes.run import Array, Run
from export.runtimes.with_onnxruntime import ModelError, open_model, session
from export.runtimes.with_torch import wrap
from export.sets import model_input
from export.to_onnx import load_module
from export.work import multiply_adds

MODELS = Path(__file__).resolve().parent.parent / "models"
RECORD = MODELS.parent / "docs" / "records" / "benchmark.json"
KINDS = (".onnx", ".fp16.onnx", ".int8.onnx", ".ort")
BATCH = 256
TURN = 5  # calls of one model in a row
RIVALS = MODELS.parent / ".cache" / "rivals"

Call = Callable[[], object]


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m export.benchmark", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--rounds", type=int, default=100, metavar="N", help=f"turns of {TURN} calls for each model, interleaved (100)"
    )
    parser.add_argument(
        "--models", type=Path, default=MODELS, metavar="DIR", help="where files and weights lie (models)"
    )
    parser.add_argument(
        "--other",
        type=Path,
        nargs="*",
        default=sorted(RIVALS.glob("*.onnx")),
        metavar="FILE",
        help="other people's MNIST models, float input in [0, 1] or [0, 255] (those in .cache/rivals)",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", default=RECORD, help="where the record goes")
    parser.add_argument("--plot", type=Path, metavar="FILE", default=front.PLOT, help="where the plot goes")
    return parser


def main(argv: list[str] | None = None) -> int:
    chosen = arguments().parse_args(argv)
    if chosen.rounds < 1:
        arguments().error(f"--rounds must be at least 1, got {chosen.rounds}")
    try:
        record = measure(chosen.models, chosen.other, chosen.rounds)
    except (CheckpointError, ModelError) as error:
        print(f"stopped: {error}", file=sys.stderr)
        return 1
    write_json(chosen.out, record)
    front.draw(record, chosen.plot)
    print(as_text(record))
    return 0


def measure(models: Path, others: list[Path], rounds: int) -> dict[str, Any]:
    """Every model once a round, so that what disturbs the machine disturbs all alike; each on one thread."""
    torch.set_num_threads(1)
    picture = load("test")[0].numpy()[:BATCH]
    one: dict[str, Call] = {}
    many: dict[str, Call] = {}
    about: dict[str, dict[str, Any]] = {}
    for file in [*shipped_files(models), *others]:
        one[file.name], many[file.name], about[file.name] = calls_of(file, picture)
    for name, (run, images) in modules(models, picture).items():
        one[name], many[name] = calls(run, images)
    latency = interleaved(one | products(), rounds, TURN)
    throughput = interleaved(many, max(3, rounds // 20))
    rates = {name: MATRIX_FLOP / latency.pop(name).min() / 1e3 for name in products()}
    return {
        "format": FORMAT,
        "command": "python -m export.benchmark",
        "rounds": rounds,
        "versions": versions(),
        "machine": machine() | {"load": round(os.getloadavg()[0], 1)},
        "matrix_gflop_per_s": {name: round(rate, 1) for name, rate in rates.items()},
        "models": {
            name: about.get(name, {})
            | statistics(times)
            | {"pictures_per_s": round(BATCH / throughput[name].min() * 1e6)}
            | floor(about.get(name, {}).get("multiply_adds"), max(rates.values()), times)
            for name, times in latency.items()
        },
    }


def modules(models: Path, picture: Grey) -> dict[str, tuple[Run, Array]]:
    """Every shipped net in torch, as it is and compiled where a C++ compiler is, with its input."""
    found = {}
    for row in SHIPPED.values():
        module, _ = load_module(row, models / row.weights)
        images = model_input(row.contract, picture)
        found[f"{row.name}, torch"] = wrap(module, row.contract), images
        if row.contract == NET and shutil.which("g++"):
            fast, _ = load_module(row, models / row.weights)
            fast.compile(dynamic=True)
            found[f"{row.name}, torch compiled"] = wrap(fast, row.contract), images
    return found


def floor(multiply_adds: int | None, gflop_per_s: float, times: NDArray[np.float64]) -> dict[str, float]:
    """Time that a net's multiply-adds take at the rate of a matrix product, and how near its least time came to it."""
    if multiply_adds is None:
        return {}
    floor_us = 2 * multiply_adds / gflop_per_s / 1e3
    return {"floor_us": round(floor_us, 1), "share_of_floor": round(floor_us / float(times.min()), 3)}


def shipped_files(models: Path) -> list[Path]:
    """Every form of every shipped model that is there; ModelError when there is none."""
    files = [models / f"{name}{kind}" for name in SHIPPED for kind in KINDS]
    if not (found := [file for file in files if file.is_file()]):
        raise ModelError(f"{models}: none of the shipped files; `python -m export` writes them")
    return found


def calls_of(file: Path, picture: Grey) -> tuple[Call, Call, dict[str, Any]]:
    """One picture, a batch (one by one for a model of fixed batch), and what is known of the file beside its speed."""
    before = time.perf_counter()
    port = session(file).get_inputs()[0]
    load_s = time.perf_counter() - before
    by_one, takes_pixels = port.shape[0] == 1, port.type == "tensor(uint8)"
    scale = 1 if takes_pixels else best_scale(file, by_one=by_one)
    images = picture if takes_pixels else scaled(picture, scale)
    one, many = calls(open_model(file), images, by_one=by_one)
    about = {"file": file.name, "bytes": file.stat().st_size, "sha256": sha256(file), "load_ms": round(load_s * 1e3, 1)}
    about |= {"memory_mb": megabytes_of(file, images[:1]), "wrong": wrong(file, scale, by_one=by_one)}
    if not takes_pixels:
        about |= {"scale": scale, "us_by_operator": microseconds_by_operator(file, images[:1])}
    if not takes_pixels and file.suffix == ".onnx":
        about["multiply_adds"] = multiply_adds(onnx.load(file), images[:1])
    return one, many, about


def scaled(grey: Grey, scale: int) -> Array:
    """Pictures (N, 28, 28) uint8 as a net's input (N, 1, 28, 28) float32 in [0, scale]."""
    return as_net_input(grey) if scale == 1 else grey[:, None].astype(np.float32)


def best_scale(file: Path, *, by_one: bool) -> int:
    """1 for a model that wants pixels in [0, 1], 255 for [0, 255]: whichever reads more of the first test pictures."""
    return min((1, 255), key=lambda scale: wrong(file, scale, by_one=by_one, count=BATCH))


def wrong(file: Path, scale: int = 1, *, by_one: bool, count: int = 10_000) -> int:
    """Of MNIST's first `count` test pictures those that a model misreads; its first output is (N, 10)."""
    run, takes_pixels = open_model(file), session(file).get_inputs()[0].type == "tensor(uint8)"
    digits, labels = (tensor.numpy()[:count] for tensor in load("test"))
    size, misread = 1 if by_one else BATCH, 0
    for start in range(0, count, size):
        part = digits[start : start + size]
        images = part if takes_pixels else scaled(part, scale)
        misread += int((next(iter(run(images).values())).argmax(1) != labels[start : start + size]).sum())
    return misread


def calls(run: Run, images: Array, *, by_one: bool = False) -> tuple[Call, Call]:
    """A call with one picture and a call with all of them, both made once already so that nothing is set up later."""
    first = images[:1]

    def one() -> object:
        return run(first)

    def many() -> object:
        return [run(images[i : i + 1]) for i in range(len(images))] if by_one else run(images)

    one()
    many()
    return one, many


def interleaved(calls_by_name: dict[str, Call], rounds: int, turn: int = 1) -> dict[str, NDArray[np.float64]]:
    """Microseconds (rounds x turn,) of each call; every round has a turn of that many calls for each.

    A turn of several begins with one that is not counted: it brings back what the others have driven from the cache.
    """
    times: dict[str, list[float]] = {name: [] for name in calls_by_name}
    for _ in range(rounds):
        for name, call in calls_by_name.items():
            if turn > 1:
                call()
            for _ in range(turn):
                before = time.perf_counter()
                call()
                times[name].append((time.perf_counter() - before) * 1e6)
    return {name: np.array(row) for name, row in times.items()}


def statistics(times: NDArray[np.float64]) -> dict[str, float]:
    """Median, 99th percentile and least, in microseconds."""
    p50, p99 = np.percentile(times, [50, 99])
    return {"p50_us": round(float(p50), 1), "p99_us": round(float(p99), 1), "min_us": round(float(times.min()), 1)}


if __name__ == "__main__":
    sys.exit(main())
