"""`digits time-many`: pictures a second of `digits read` beside a bare loop on as many cores, in turns.

The bare loop is one process a core that decodes a file and runs the model on it. Both are timed whole, their start too.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from core import mnist, verbs
from core.decoders import ONE_THREAD
from core.files import MODELS, ROOT, write_json
from core.many.run import cores
from core.stamp import stamp
from proof.many.pictures import KINDS, SEED, write

RECORD = Path(__file__).with_name("record.json")
PACKAGES = ("onnxruntime", "numpy", "pillow")
MEMORY_EVERY_S = 0.2
Record = dict[str, Any]


def main() -> None:
    """Measure each kind of picture, and write the record."""
    parser = verbs.parser("proof.many.run", __doc__)
    parser.add_argument("--n", type=int, default=2000, help="pictures a core (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of both ways in turns (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=cores(), help="cores (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=RECORD, help="where the record goes")
    chosen = parser.parse_args()
    command = f"python -m proof.many.run --n {chosen.n} --rounds {chosen.rounds} --jobs {chosen.jobs}"
    record = stamp(command, [MODELS / "reader.onnx", *mnist.files("test")], PACKAGES)
    record |= {"jobs": chosen.jobs, "pictures": chosen.n * chosen.jobs, "seed": SEED, "kinds": {}}
    images, _ = mnist.read("test")
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            pictures = Path(folder) / "pictures"
            write(pictures, kind, record["pictures"], images)
            record["kinds"][kind] = beside(pictures, chosen.jobs, chosen.rounds, record["pictures"])
        print(f"{kind}: {record['kinds'][kind]}", flush=True)
    record["load"] = round(os.getloadavg()[2], 1)
    write_json(chosen.out, record)


def beside(folder: Path, jobs: int, rounds: int, count: int) -> Record:
    """Pictures a second and processor time of both ways, round by round, the medians of their ratios, and memory.

    Where other programs want the cores too, the processor time a picture says more than the clock.
    """
    ways: dict[str, Callable[[], Record]] = {"bare": lambda: bare(folder, jobs), "read": lambda: read(folder, jobs)}
    rates: dict[str, list[float]] = {way: [] for way in ways}
    cpu_ms: dict[str, list[float]] = {way: [] for way in ways}
    found: Record = {}
    for number in tqdm(range(rounds), "rounds", leave=False, disable=None):
        for way in sorted(ways, reverse=bool(number % 2)):
            began_at, used_s = time.perf_counter(), processor_s()
            found |= ways[way]()
            rates[way].append(round(count / (time.perf_counter() - began_at), 1))
            cpu_ms[way].append(round(1000 * (processor_s() - used_s) / count, 3))
    ratios = {"ratio": ratio(rates["read"], rates["bare"]), "cpu_ratio": ratio(cpu_ms["bare"], cpu_ms["read"])}
    return {"per_s": rates, "cpu_ms": cpu_ms} | ratios | found


def ratio(mine: Sequence[float], bare: Sequence[float]) -> float:
    """The median over the rounds; 1 is the speed of the bare loop, and more is faster."""
    return round(statistics.median(one / other for one, other in zip(mine, bare, strict=True)), 3)


def processor_s() -> float:
    """Processor time of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def bare(folder: Path, jobs: int) -> Record:
    """The loop, one process a core."""
    loop = ["-m", "proof.many.bare", str(folder)]
    processes = [started([sys.executable, *loop, str(at), str(jobs)]) for at in range(jobs)]
    assert not any(process.wait() for process in processes)
    return {}


def read(folder: Path, jobs: int) -> Record:
    """The command, into a file; the resident memory of all its processes, in the middle, at the end and the most."""
    words = ["read", str(folder), "--jobs", str(jobs), "--out", str(folder.with_name("answers.csv"))]
    process = started([sys.executable, "-m", "digits", *words])
    resident: list[int] = []
    ended = threading.Event()
    watch = threading.Thread(target=watched, args=(process.pid, resident, ended))
    watch.start()
    status = process.wait()
    ended.set()
    watch.join()
    assert status == 0
    for path in folder.parent.glob("answers.csv*"):
        path.unlink()
    return {"resident_kb": {"middle": resident[len(resident) // 2], "end": resident[-1], "most": max(resident)}}


def started(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    """A process whose libraries have one thread each."""
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | ONE_THREAD, stdout=nowhere, stderr=nowhere)


def watched(pid: int, resident: list[int], ended: threading.Event) -> None:
    """Add up what a process and those that it started hold, until it ends; from Linux's /proc."""
    while not ended.wait(MEMORY_EVERY_S):
        if (sum_kb := sum(map(resident_kb, [pid, *children(pid)]))) > 0:
            resident.append(sum_kb)


def children(pid: int) -> list[int]:
    """The processes that one started."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(number) for path in lists for number in text(path).split()]


def resident_kb(pid: int) -> int:
    """What one holds now; 0 when it has ended."""
    return next((int(line.split()[1]) for line in text(Path(f"/proc/{pid}/status")).splitlines() if "VmRSS" in line), 0)


def text(path: Path) -> str:
    """What a file of /proc says; nothing when its process has ended."""
    try:
        return path.read_text()
    except OSError:
        return ""


if __name__ == "__main__":
    main()
