"""How much memory a model takes, measured in a process of its own that holds nothing else."""

import mmap
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from core.refusals import RefusalError
from export.runtimes.run import Array
from export.runtimes.with_onnxruntime import open_model


def megabytes_of(file: Path, image: Array) -> float:
    """Growth of a process's resident memory, in MB, by opening a model in ONNX Runtime and answering once."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_growth, file, image).result()


def _growth(file: Path, image: Array) -> float:
    before = resident_bytes()
    run = open_model(file)
    run(image)
    return round((resident_bytes() - before) / 2**20, 1)


def resident_bytes() -> int:
    """Resident memory of the process that asks, as Linux counts it; RefusalError on other systems."""
    counted = Path("/proc/self/statm")
    if not counted.is_file():
        raise RefusalError("a model's memory is measured on Linux only, which counts it in /proc; run this there")
    return int(counted.read_text(encoding="utf-8").split()[1]) * mmap.PAGESIZE
