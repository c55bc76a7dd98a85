"""`python -m proof.faults.run [KILLS]` harms running servers in every way below, and writes proof/faults/record.json.

Each function returns what it counted and raises Lost where something acknowledged is gone or something half is there.
"""

import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from core import verbs
from core.files import write_json
from core.stamp import stamp
from demo.settings import READ_WITH
from tests.demo.site import Server, bar

RECORD = Path(__file__).with_name("record.json")
KILLS = 50
ENDS_WITHIN_S = 5.0  # on an idle machine, as the record was taken; on any, in less time than it took to start
EAGER = {"DIGITS_CORRECTIONS_PER_MINUTE": "100000"}  # the sender is no person
ALICE, BOB = "a" * 32, "b" * 32
CUT = (urllib.error.URLError, ConnectionError, OSError, ValueError)  # what a client of a killed server meets


class Lost(AssertionError):  # noqa: N818 (reads as what it means)
    """Something acknowledged is gone, or something half is there; the message says what."""


def main(arguments: list[str]) -> None:
    """Do all and write the record."""
    parser = verbs.parser("proof.faults.run", __doc__)
    parser.add_argument("kills", nargs="?", type=int, default=KILLS, help="of a server (default: %(default)s)")
    kills = parser.parse_args(arguments).kills
    record = stamp(f"python -m proof.faults.run {kills}", READ_WITH, ("gradio", "onnxruntime"))
    record["versions"]["sqlite"] = sqlite3.sqlite_version
    for fault, options in ((killed, {"kills": kills, "seed": 0}), (full_disk, {}), (read_only_disk, {}),
                           (clock_jumps, {}), (two_servers, {}), (terminated, {})):  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            record[fault.__name__] = fault(Path(folder), **options)
        print(fault.__name__, record[fault.__name__], flush=True)
    write_json(RECORD, record)


def killed(folder: Path, kills: int, seed: int) -> dict[str, int]:
    """SIGKILL at a random moment of corrections and an analysis, again and again on the same files."""
    moments = random.Random(seed)
    acknowledged: dict[str, int] = {}
    whole_files = 0
    for number in range(kills):
        for known in (folder / "cache").glob("*"):
            known.unlink()  # so that the analysis writes anew
        with Server(folder, EAGER) as server:
            visitor = f"{number:032x}"
            counts = [server.correct(visitor)["count"]]
            threads = [start(keep_correcting, server, visitor, counts), start(keep_analysing, server)]
            time.sleep(moments.uniform(0.0, 2.5))
            server.process.kill()
            for thread in threads:
                thread.join()
        acknowledged[visitor] = max(counts)
        check_corrections(server.corrections, acknowledged)
        whole_files += check_cache(folder / "cache")
    with Server(folder, EAGER) as mended, Server(folder / "untouched", EAGER) as untouched:
        if mended.analysis() != untouched.analysis():
            raise Lost("the analysis after the last kill differs from that of a server that never was killed")
    return {
        "kills": kills,
        "corrections_acknowledged": sum(acknowledged.values()),
        "corrections_lost": 0,
        "whole_cache_files": whole_files,
        "half_cache_files": 0,
    }


def full_disk(folder: Path) -> dict[str, Any]:
    """No file can grow any more, and later can again: sentences meanwhile, and nothing lost."""
    with Server(folder, EAGER) as server:
        before = server.correct(ALICE)["count"]
        limit = resource.RLIMIT_FSIZE
        was = resource.prlimit(server.process.pid, limit, (0, resource.RLIM_INFINITY))
        told = server.correct(ALICE)
        expect(told["count"] is None and "disk of this page is full" in told["sentence"], told)
        expect(server.call("recognise", "recognise", bar())["digits"] == "1", "no answer on a full disk")
        expect("parts" in server.analysis(), "no analysis on a full disk")
        resource.prlimit(server.process.pid, limit, was)
        after = server.correct(ALICE)["count"]
    expect((before, after) == (1, 2), f"corrections counted {before}, then {after}")
    check_corrections(server.corrections, {ALICE: 2})
    return {"sentence": told["sentence"], "corrections_acknowledged": after, "corrections_lost": 0}


def read_only_disk(folder: Path) -> dict[str, Any]:
    """Corrections and cache where nobody can write, not even root: the page runs without them."""
    nowhere = {"DIGITS_CORRECTIONS": "/proc/digits/corrections.sqlite", "DIGITS_CACHE": "/proc/digits"}
    with Server(folder, EAGER | nowhere) as server:
        digits = server.call("recognise", "recognise", bar())["digits"]
        expect(digits == "1", f"read {digits!r}")
        expect("parts" in server.analysis(), "no analysis on a read-only disk")
    return {"answered": True, "analysed": True}


def clock_jumps(folder: Path) -> dict[str, Any]:
    """The wall clock leaps a year ahead and then two back while the server runs."""
    library, jump = folder / "clock.so", folder / "jump"
    source = Path(__file__).with_name("clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source], check=True)
    jumps_s = [0, 365 * 86_400, -365 * 86_400, 0]
    move_clock(jump, 0)
    counts = []
    with Server(folder, EAGER | {"LD_PRELOAD": str(library), "CLOCK_JUMP": str(jump)}) as server:
        for jump_s in jumps_s:
            move_clock(jump, jump_s)
            counts.append(server.correct(ALICE)["count"])
            expect(server.call("recognise", "recognise", bar())["digits"] == "1", "no answer")
        expect("parts" in server.analysis(), "no analysis")
    with closing(sqlite3.connect(server.corrections)) as connection:
        years = [int(row[0][:4]) for row in connection.execute("SELECT kept_at FROM corrections ORDER BY id")]
    expect(years[1] == years[0] + 1 and years[2] == years[0] - 1, f"the server's clock did not jump: {years}")
    expect(counts == [1, 2, 3, 4], f"corrections counted {counts}")
    return {"jumps_s": jumps_s, "corrections_acknowledged": counts[-1], "corrections_lost": 0}


def move_clock(jump: Path, jump_s: int) -> None:
    """Write in place: the server has the file mapped."""
    with jump.open("r+b" if jump.exists() else "w+b") as file:
        file.write(jump_s.to_bytes(8, sys.byteorder, signed=True))


def two_servers(folder: Path, each: int = 40) -> dict[str, int]:
    """Two servers on one file of corrections, both written to at once."""
    with Server(folder, EAGER) as one, Server(folder, EAGER) as other:
        counts: dict[tuple[Server, str], list[int]] = {
            (server, who): [] for server in (one, other) for who in (ALICE, BOB)
        }
        threads = [
            start(keep_correcting, server, who, acknowledged, each) for (server, who), acknowledged in counts.items()
        ]
        for thread in threads:
            thread.join()
    for who in (ALICE, BOB):
        seen = sorted(count for (_, visitor), found in counts.items() if visitor == who for count in found)
        expect(seen == list(range(1, 2 * each + 1)), f"acknowledged counts of one visitor: {seen}")
    check_corrections(one.corrections, {ALICE: 2 * each, BOB: 2 * each})
    return {"corrections_acknowledged": 4 * each, "corrections_lost": 0}


def terminated(folder: Path) -> dict[str, Any]:
    """SIGTERM while corrections are sent, an analysis runs and a visitor listens for events."""
    with Server(folder, EAGER) as server:
        counts = [server.correct(ALICE)["count"]]
        threads = [start(keep_correcting, server, ALICE, counts), start(keep_analysing, server)]
        time.sleep(1.0)
        code, seconds = server.terminate()
        for thread in threads:
            thread.join()
    expect(code == 0, f"exit code {code}")
    expect(seconds < server.started_s, f"took {seconds:.1f} s to end, {server.started_s:.1f} s to start")
    check_corrections(server.corrections, {ALICE: max(counts)})
    return {"exit_code": code, "seconds": round(seconds, 2), "corrections_lost": 0}


def start(work: Callable[..., None], *given: object) -> threading.Thread:
    """The function in a thread of its own."""
    thread = threading.Thread(target=work, args=given)
    thread.start()
    return thread


def keep_correcting(server: Server, visitor: str, counts: list[int], most: int = 10_000) -> None:
    """Send corrections until the server is gone; every acknowledged count goes to `counts`."""
    try:
        for _ in range(most):
            counts.append(server.correct(visitor)["count"])  # noqa: PERF401 (those before the cut must stay)
    except CUT:
        return


def keep_analysing(server: Server) -> None:
    """Ask for an analysis until it comes or the server is gone."""
    try:
        server.analysis()
    except CUT:
        return


def check_corrections(path: Path, acknowledged: dict[str, int]) -> None:
    """Every acknowledged correction of each visitor is in the file, and the file is whole."""
    with closing(sqlite3.connect(path)) as connection:
        (state,) = connection.execute("PRAGMA integrity_check").fetchone()
        kept = dict(connection.execute("SELECT visitor, count(*) FROM corrections GROUP BY visitor"))
        halves = connection.execute("SELECT count(*) FROM corrections WHERE length(seen) <> 784").fetchone()[0]
    expect(state == "ok" and halves == 0, f"{path.name}: {state}, {halves} half rows")
    gone = {visitor: count - kept.get(visitor, 0) for visitor, count in acknowledged.items()}
    expect(max(gone.values()) <= 0, f"acknowledged corrections are gone: {gone}")


def check_cache(cache: Path) -> int:
    """Every file that a server would read is whole; how many there are."""
    files = [path for path in cache.glob("*.npz") if not path.name.startswith(".")]
    for path in files:
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                expect(
                    len({len(arrays[name]) for name in arrays.files}) == 1, f"{path.name} has columns of two lengths"
                )
        except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise Lost(f"{path.name} is a half file: {error}") from error
    return len(files)


def expect(holds: bool, told: object) -> None:
    """Lost, with what was found, unless it holds."""
    if not holds:
        raise Lost(str(told))


if __name__ == "__main__":
    main(sys.argv[1:])
