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
import torch
from numpy.typing import NDArray

from core.checkpoint import CheckpointError, sha256, write_json
from core.data import load
from export import front
from export.contracts import NET, SHIPPED
from export.memory import megabytes_of
from export.pictures import Grey, as_net_input
from export.record import FORMAT, machine, versions
from export.runtimes.run import Array, Run
from export.runtimes.with_onnxruntime import ModelError, open_model, session
from export.runtimes.with_torch import wrap
from export.sets import model_input
from export.to_onnx import load_module

MODELS = Path(__file__).resolve().parent.parent / "models"
RECORD = MODELS.parent / "docs" / "records" / "benchmark.json"
KINDS = (".onnx", ".fp16.onnx", ".int8.onnx", ".ort")
BATCH = 256
MATRIX = 512  # side of the matrices whose product tells how fast this machine multiplies and adds
MULTIPLY_ADDS = 5_100_000  # of the big net, one picture

Call = Callable[[], object]


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m export.benchmark", description=__doc__, allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=300, metavar="N", help="calls of each model, interleaved (300)")
    parser.add_argument(
        "--models", type=Path, default=MODELS, metavar="DIR", help="where files and weights lie (models)"
    )
    parser.add_argument(
        "--other", type=Path, nargs="*", default=[], metavar="FILE", help="more MNIST models, float input"
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
    for row in SHIPPED.values():
        module, _ = load_module(row, models / row.weights)
        run, images = wrap(module, row.contract), model_input(row.contract, picture)
        one[f"{row.name}, torch"], many[f"{row.name}, torch"] = calls(run, images)
        if row.contract == NET and shutil.which("g++"):
            fast, _ = load_module(row, models / row.weights)
            fast.compile(dynamic=True)
            name, compiled = f"{row.name}, torch compiled", wrap(fast, row.contract)
            one[name], many[name] = calls(compiled, images)
    latency = interleaved(one | {"floor": matrix_product()}, rounds)
    throughput = interleaved(many, max(3, rounds // 30))
    floor_us = latency.pop("floor").min() * 2 * MULTIPLY_ADDS / (2 * MATRIX**3)
    return {
        "format": FORMAT,
        "command": "python -m export.benchmark",
        "rounds": rounds,
        "versions": versions(),
        "machine": machine() | {"load": round(os.getloadavg()[0], 1)},
        "floor_us": round(floor_us, 1),
        "models": {
            name: about.get(name, {})
            | statistics(times)
            | {"pictures_per_s": round(BATCH / throughput[name].min() * 1e6)}
            for name, times in latency.items()
        },
    }


def shipped_files(models: Path) -> list[Path]:
    """Every form of every shipped model that is there; ModelError when there is none."""
    files = [models / f"{name}{kind}" for name in SHIPPED for kind in KINDS]
    if not (found := [file for file in files if file.is_file()]):
        raise ModelError(f"{models}: none of the shipped files; `python -m export` writes them")
    return found


def calls_of(file: Path, picture: Grey) -> tuple[Call, Call, dict[str, Any]]:
    """One picture, a batch (one by one for a model of fixed batch), and the file's size and loading time."""
    before = time.perf_counter()
    port = session(file).get_inputs()[0]
    load_s = time.perf_counter() - before
    images = picture if port.type == "tensor(uint8)" else as_net_input(picture)
    one, many = calls(open_model(file), images, by_one=port.shape[0] == 1)
    about = {"file": file.name, "bytes": file.stat().st_size, "sha256": sha256(file), "load_ms": round(load_s * 1e3, 1)}
    about["memory_mb"] = megabytes_of(file, images[:1])
    if port.type == "tensor(float)":
        about["wrong"] = wrong(open_model(file), by_one=port.shape[0] == 1)
    return one, many, about


def wrong(run: Run, *, by_one: bool) -> int:
    """Pictures of MNIST's 10,000 test pictures that a model with one output (N, 10) misreads."""
    digits, labels = load("test")
    images, size = as_net_input(digits.numpy()), 1 if by_one else BATCH
    answers = [next(iter(run(images[i : i + size]).values())).argmax(1) for i in range(0, len(images), size)]
    return int((np.concatenate(answers) != labels.numpy()).sum())


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


def matrix_product() -> Call:
    """A float32 product of two square matrices, in numpy: the fastest that this machine multiplies and adds."""
    a, b = np.random.default_rng(0).random((2, MATRIX, MATRIX), dtype=np.float32)
    return lambda: a @ b


def interleaved(calls_by_name: dict[str, Call], rounds: int) -> dict[str, NDArray[np.float64]]:
    """Microseconds (rounds,) of each call; every round calls each once."""
    times = {name: np.empty(rounds) for name in calls_by_name}
    for i in range(rounds):
        for name, call in calls_by_name.items():
            before = time.perf_counter()
            call()
            times[name][i] = (time.perf_counter() - before) * 1e6
    return times


def statistics(times: NDArray[np.float64]) -> dict[str, float]:
    """Median, 99th percentile and least, in microseconds."""
    p50, p99 = np.percentile(times, [50, 99])
    return {"p50_us": round(float(p50), 1), "p99_us": round(float(p99), 1), "min_us": round(float(times.min()), 1)}


def as_text(record: dict[str, Any]) -> str:
    lines = [
        f"{'one picture':28}{'p50':>9}{'p99':>9}{'least':>9}  us{'pictures/s':>12}{'bytes':>12}{'MB':>7}{'wrong':>7}"
    ]
    for name, row in record["models"].items():
        numbers = "".join(f"{row[key]:9.0f}" for key in ("p50_us", "p99_us", "min_us"))
        cost = f"{row.get('bytes', 0):12,}{row.get('memory_mb', 0):7.1f}{row.get('wrong', ''):>7}"
        lines.append(f"{name:28}{numbers}    {row['pictures_per_s']:12,}{cost}")
    lines.append(f"floor of the big net, by a matrix product on one thread: {record['floor_us']:.0f} us")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
