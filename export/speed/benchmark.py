"""`digits benchmark`: every file and its rivals side by side in one run, with the machine's floor."""

import argparse
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray

from core import mnist, verbs
from core.catalogue import CATALOGUE
from core.files import MODELS, ROOT, sha256, write_json
from core.refusals import in_a_sentence
from core.stamp import stamp
from core.train.data import load
from export.contracts import NET, SHIPPED
from export.graph.to_onnx import load_module
from export.pages.benchmark_page import as_text
from export.proving.pictures import Grey, as_net_input, enlarge
from export.proving.record import PACKAGES
from export.proving.sets import model_input
from export.runtimes.run import Array, Run
from export.runtimes.with_onnxruntime import ModelError, open_model, session
from export.runtimes.with_torch import wrap
from export.speed import front
from export.speed.matrix import MATRIX_FLOP, products
from export.speed.memory import megabytes_of
from export.speed.operators import microseconds_by_operator
from export.speed.timing import Call, calls, interleaved, statistics
from export.speed.work import multiply_adds

RECORD = ROOT / "docs" / "records" / "benchmark.json"
SIZES = ((28, 28), (280, 280), (1200, 1600))  # height, width of the pictures that a recogniser is timed with
BATCH = 256
TURN = 5  # calls of one model in a row
RIVALS = ROOT / ".cache" / "rivals"


def arguments() -> argparse.ArgumentParser:
    parser = verbs.parser("export.speed.benchmark", __doc__)
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


@in_a_sentence(first="stopped")
def main(argv: list[str] | None = None) -> int:
    chosen = arguments().parse_args(argv)
    if chosen.rounds < 1:
        arguments().error(f"--rounds must be at least 1, got {chosen.rounds}")
    record = measure(chosen.models, chosen.other, chosen.rounds)
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
    about = stamp("python -m export.speed.benchmark", [*shipped_files(models), *mnist.files("test")], PACKAGES)
    if hasattr(os, "getloadavg"):  # Windows has none
        about["machine"] |= {"load": round(os.getloadavg()[0], 1)}
    return about | {
        "rounds": rounds,
        "matrix_gflop_per_s": {name: round(rate, 1) for name, rate in rates.items()},
        "models": {
            name: about.get(name, {})
            | statistics(times)
            | {"pictures_per_s": round(BATCH / throughput[name].min() * 1e6)}
            | floor(about.get(name, {}).get("multiply_adds"), max(rates.values()), times)
            for name, times in latency.items()
        },
        "sizes": at_sizes(models, picture[0], rounds),
    }


def at_sizes(models: Path, digit: Grey, rounds: int) -> dict[str, dict[str, dict[str, float]]]:
    """File -> "HEIGHTxWIDTH" -> microseconds for one picture of that size, for the recognisers that are there."""
    files = [file for file in shipped_files(models) if "recognizer" in file.name and file.suffix == ".onnx"]
    found: dict[str, dict[str, dict[str, float]]] = {file.name: {} for file in files}
    for height, width in SIZES:
        scene = 255 - enlarge(digit[None], height, width)
        work = {file.name: calls(open_model(file), scene)[0] for file in files}
        for name, times in interleaved(work, max(3, rounds // 5), TURN).items():
            found[name][f"{height}x{width}"] = statistics(times)
    return found


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
    files = [models / f"{name}{form}" for name in SHIPPED for form in CATALOGUE[name].forms]
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


if __name__ == "__main__":
    sys.exit(main())
