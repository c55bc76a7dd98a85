"""Read pictures on several machines with Dask: `python read_with_dask.py FOLDER_OF_ANSWERS PICTURES...`

Each worker has `digits` installed and sees the same paths. A part of the pictures is a task, which writes its own file
of JSON lines, whole or not at all: one whose worker died is done again by Dask, and a second call does what is missing.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path

from dask.distributed import Client, LocalCluster, as_completed
from tqdm import tqdm

import digits
from core.files import write_atomic
from core.many import named
from core.many.chunks import CHUNK, chunked
from core.many.places import Named
from core.many.rows import rows
from core.reading_lines import as_json

AHEAD = 4  # tasks a worker that Dask knows of: of a hundred million pictures few are in memory


def main() -> None:
    """Hand out the parts in order, until all are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="a folder that all workers see")
    parser.add_argument("names", nargs="+", help="folders, zips, patterns or @FILE, with whole paths")
    parser.add_argument("--scheduler", help="address of Dask's scheduler (default: workers on this machine)")
    parser.add_argument("--workers", type=int, default=2, help="how many there are (default: %(default)s)")
    parser.add_argument("--part", type=int, default=100 * CHUNK, help="pictures a task (default: %(default)s)")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    pictures = named.find(chosen.names, named.Notes(partial(print, file=sys.stderr)))
    named_parts = enumerate(chunked(pictures, chosen.part))
    files = ((chosen.out.resolve() / f"part-{number:06d}.jsonl", part) for number, part in named_parts)
    tasks = ((file, part) for file, part in files if not file.exists())
    with ExitStack() as stack:
        local = {"n_workers": chosen.workers, "threads_per_worker": 1, "dashboard_address": None}
        where = chosen.scheduler or stack.enter_context(LocalCluster(**local))
        client = stack.enter_context(Client(where))
        going = as_completed([client.submit(read, *task) for task in islice(tasks, AHEAD * chosen.workers)])
        for done in tqdm(going, unit=" parts"):
            done.result()  # raises what went wrong there
            for task in islice(tasks, 1):
                going.add(client.submit(read, *task))


def read(file: Path, part: Sequence[Named]) -> None:
    """What a worker does: the same lines as `digits read --out FILE.jsonl` writes."""
    found = (row for chunk in chunked(part) for row in rows(digits.read_many, as_json, chunk))
    write_atomic(file, "".join(f"{line}\n" for row in found for line in row.lines).encode())


if __name__ == "__main__":
    main()
