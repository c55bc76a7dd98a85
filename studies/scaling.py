"""`digits scaling`: how much faster several processes train than one, on this machine.

Each number of processes trains the default recipe for two epochs under torchrun, one thread a process; the second
epoch counts. They take turns, `--rounds` times, and the best of the rounds counts.
"""

import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from core import mnist, verbs
from core.files import ROOT, write_json
from core.refusals import RefusalError, in_a_sentence
from core.train.record import head

RECORD = ROOT / "docs" / "records" / "scaling.json"


def epoch_seconds(processes: int, pictures: int, batch: int) -> float:
    """Seconds of the second epoch with so many processes; CalledProcessError when torchrun fails."""
    with tempfile.TemporaryDirectory() as folder:
        launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
        train = ["-m", "core.train", "--epochs", "2", "--warmup-epochs", "1", "--limit", str(pictures)]
        train += ["--batch", str(batch), "--threads", "1", "--device", "cpu", "--out", folder]
        subprocess.run([*launch, *train], check=True, capture_output=True)
        return float(json.loads((Path(folder) / "metrics.json").read_text())["epochs"][1]["seconds"])


def measure(counts: Sequence[int], batches: Sequence[int], pictures: int, rounds: int) -> dict[str, Any]:
    """The record: seconds an epoch for each batch and number of processes, and the gain over the first number."""
    cases = [(batch, count) for batch in batches for count in counts]
    best = dict.fromkeys(cases, math.inf)
    for _ in range(rounds):
        for batch, count in cases:
            best[batch, count] = min(best[batch, count], epoch_seconds(count, pictures, batch))
            print(f"batch {batch}, {count} process(es): {best[batch, count]:.1f} s", flush=True)
    rows = [
        {"batch": batch, "processes": count, "epoch_s": seconds, "gain": round(best[batch, counts[0]] / seconds, 3)}
        for (batch, count), seconds in best.items()
    ]
    about = head(torch.device("cpu"), mnist.files("train"))
    return {**about, "pictures": pictures, "rounds": rounds, "threads_a_process": 1, "rows": rows}


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write the record; returns the exit status."""
    parser = verbs.parser("studies.scaling", __doc__)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2], help="numbers of processes to compare")
    parser.add_argument("--batches", type=int, nargs="+", default=[128, 512], help="pictures a step, of all together")
    parser.add_argument("--pictures", type=int, default=16_000, help="pictures an epoch")
    parser.add_argument("--rounds", type=int, default=3, help="times that every case has its turn")
    parser.add_argument("--out", type=Path, default=RECORD, help="where the record goes")
    arguments = parser.parse_args(argv)
    if min(*arguments.processes, *arguments.batches, arguments.pictures, arguments.rounds) < 1:
        parser.error("--processes, --batches, --pictures and --rounds must be at least 1")
    try:
        record = measure(arguments.processes, arguments.batches, arguments.pictures, arguments.rounds)
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()[-500:]
        raise RefusalError(f"training failed: {said}") from error
    write_json(arguments.out, record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
