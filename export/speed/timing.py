"""How long calls take, each in its turn, so that what disturbs the machine disturbs all alike."""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from export.runtimes.run import Array, Run

Call = Callable[[], object]


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
