"""`python -m proof.few_digits.run`: what `digits train --extra` makes of 10 to 300 digits of one new writer."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from tqdm import tqdm

from core.files import write_json
from core.refusals import RefusalError, in_a_sentence
from core.train.presets import PRESETS
from proof.few_digits.choose import CASES
from proof.few_digits.finetuning import Row, asked, begun, measured, settings
from proof.few_digits.writers import Writer, given, gives, writers

RECORD = Path(__file__).with_name("record.json")
SIZES = (100, 300, 30, 10)  # digits given, those first that few wrote
TIMED = 100  # digits given to the command whose seconds are counted
CORES = 2


@in_a_sentence()
def main() -> int:
    """Fine-tune for every writer and size, time the command once, and write what came of it."""
    chosen, record = asked("proof.few_digits.run", __doc__, RECORD)
    everybody = writers(chosen.pens)
    record |= {
        "half": "development",
        "writers": {writer.name: len(writer.labels) for writer in everybody},
        "chosen_on": sorted({name for name, _ in CASES}),
        "settings": asdict(PRESETS["finetune"]),
        "rows": [],
    }
    record["rows"] = begun(chosen.out, record, "inputs", "versions", "settings", "writers").get("rows", [])
    for row in tqdm(curves(everybody, record["rows"]), "fine-tunings", disable=None):
        record["rows"].append(row)
        write_json(chosen.out, record)
        print(row, flush=True)
    record["timed"] = timed(max(everybody, key=lambda writer: len(writer.labels)))
    write_json(chosen.out, record)
    print(f"{chosen.out} written")
    return 0


def curves(everybody: list[Writer], done: list[Row]) -> Iterator[Row]:
    """A row for each size and each writer who has enough, but for those that are done."""
    known = {(row["given"], row["writer"]) for row in done}
    for count, writer in product(SIZES, everybody):
        if gives(writer, count) and (count, writer.name) not in known:
            yield measured(writer, count, 0, settings())


def timed(writer: Writer) -> Row:
    """What `digits train --extra` takes as a person types it, on CORES threads, from start to report.

    The seconds hang on what else the machine does, the load average; those of the processor hardly.
    """
    images, labels = (part.numpy() for part in given(writer, len(writer.labels) - TIMED, 0, 0.25)[1])
    with TemporaryDirectory() as folder:
        pictures = Path(folder) / "own.npz"
        np.savez(pictures, images=images, labels=labels)
        words = ["--extra", str(pictures), "--threads", str(CORES), "--device", "cpu", "--out", f"{folder}/run"]
        started_at, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, "-m", "core.train", *words], capture_output=True, text=True)
        seconds, after = time.perf_counter() - started_at, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RefusalError(f"digits train --extra ended with {done.returncode}: {done.stderr.strip()}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    about = {"given": len(labels), "threads": CORES, "load_average": round(os.getloadavg()[0], 1)}
    return {**about, "seconds": round(seconds), "processor_seconds": round(cpu)}


if __name__ == "__main__":
    raise SystemExit(main())
