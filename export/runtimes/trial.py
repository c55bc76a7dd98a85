"""One file in one runtime, in a process of its own: what crashes there, crashes alone, and its memory is its own."""

import os
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from export.contracts import RECOGNIZER, SHIPPED
from export.proving.ladder import MismatchError, Rung, compare, in_batches
from export.proving.margin import margin
from export.proving.pictures import DARK_ON_LIGHT, Case, Grey, as_net_input, cases
from export.runtimes.registry import RUNTIMES
from export.runtimes.run import (
    HALF,
    STEP_BEHIND_SOFTMAX,
    STEP_OF_8_BITS,
    Array,
    MissingError,
    Outputs,
    Run,
    UnsupportedError,
)
from export.speed.memory import resident_bytes

TIMED_CALLS = 200
SECOND = 1000  # pictures that are also shown inverted
LARGE = re.compile(r"\b\d{3,}x\d{3,}\b")  # cases of large pictures, which an emulated processor is spared


@dataclass(frozen=True)
class Trial:
    """What one trial needs, small enough to send to another process.

    allowed: output name -> allowed difference as a share of its range, for float32 arithmetic.
    answers: the reference's outputs, case by case.
    """

    runtime: str
    shipped: str
    file: Path
    digits: Grey
    allowed: dict[str, float]
    answers: list[Outputs]


def trial_cases(shipped: str, digits: Grey) -> list[Case]:
    """The ladder's pictures in one batch size, the same for every runtime; of the second polarity, the first ones."""
    found = cases(SHIPPED[shipped].contract, digits, batches=(256,))
    return [replace(case, images=case.images[:SECOND]) if case.name == DARK_ON_LIGHT else case for case in found]


def run_trial(trial: Trial) -> dict[str, Any]:
    """Try one file in one runtime: its outcome ("agrees", "differs", "refuses", "missing") with numbers or a reason."""
    runtime = RUNTIMES[trial.runtime]
    try:
        version = runtime.version()
    except MissingError as error:
        return {"outcome": "missing", "reason": str(error)}
    outcome = {"version": version} | judged(trial)
    return outcome | {"cpu_s": round(processor_seconds(), 1)}


def processor_seconds() -> float:
    """Processor time of this process and of the programs that it started, in seconds."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def judged(trial: Trial) -> dict[str, Any]:
    try:
        return {"outcome": "agrees"} | measure(trial)
    except UnsupportedError as error:
        return {"outcome": "refuses", "reason": str(error)}
    except MismatchError as error:
        return {"outcome": "differs", "reason": str(error)}


def measure(trial: Trial) -> dict[str, Any]:
    runtime, contract = RUNTIMES[trial.runtime], SHIPPED[trial.shipped].contract
    one = next(case.images for case in trial_cases(trial.shipped, trial.digits[:1]) if case.name.startswith("digits"))
    resident, before = resident_bytes(), time.perf_counter()
    run = runtime.open(trial.file)
    load_s = time.perf_counter() - before
    try:
        if runtime.timed:
            run(one)
        growth = resident_bytes() - resident
        rungs = climb_shown(trial, run)
        times = latency_us(run, one) if runtime.timed else None
    finally:
        getattr(run, "close", lambda: None)()
    return {
        "pictures": sum(rung.pictures for rung in rungs),
        "largest_difference": {port.name: max(r.differences[port.name] for r in rungs) for port in contract.outputs},
        "labels_changed": 0,
        "margin": str(margin(rungs, contract.scores)),
        "load_s": round(load_s, 4),
        "memory_mb": round(growth / 2**20, 1) if runtime.timed else None,
        "latency_us": times,
        "device_bytes": runtime.cost(trial.file, as_net_input(trial.digits[:1])) if runtime.cost else None,
    }


def climb_shown(trial: Trial, run: Run) -> list[Rung]:
    """The ladder on as many pictures as the runtime is shown; MismatchError at the first difference."""
    runtime, contract = RUNTIMES[trial.runtime], SHIPPED[trial.shipped].contract
    most = runtime.pictures or (runtime.raw if contract == RECOGNIZER else None)
    rungs = []
    for case, expected in zip(trial_cases(trial.shipped, trial.digits), trial.answers, strict=True):
        if most is not None and LARGE.search(case.name):
            continue
        shown = case.images[:most]
        cut = {name: array[: len(shown)] for name, array in expected.items()}
        found = in_batches(run, shown, runtime.batch)
        rungs.append(compare(Case(case.name, shown, case.batches), runtime.batch, cut, found, contract, allowed(trial)))
    return rungs


def allowed(trial: Trial) -> dict[str, float]:
    """The tolerance of this runtime's arithmetic on this file, whichever is widest."""
    half = HALF if RUNTIMES[trial.runtime].half else 0.0
    step = 0.0
    if ".int8." in trial.file.name:
        step = STEP_BEHIND_SOFTMAX if SHIPPED[trial.shipped].contract == RECOGNIZER else STEP_OF_8_BITS
    # what a recogniser's net sees comes before the first 8-bit layer
    return {name: max(share, half, 0.0 if name == "seen" else step) for name, share in trial.allowed.items()}


def latency_us(run: Run, image: Array) -> dict[str, float]:
    """Time of one picture in one call: median, 99th percentile and least of 200, in microseconds."""
    times = np.empty(TIMED_CALLS)
    for i in range(TIMED_CALLS):
        before = time.perf_counter()
        run(image)
        times[i] = (time.perf_counter() - before) * 1e6
    p50, p99 = np.percentile(times, [50, 99])
    return {"p50": round(float(p50), 1), "p99": round(float(p99), 1), "min": round(float(times.min()), 1)}
