"""`python -m proof.attacks.run [NAMES]`: attack a page with its defaults; writes proof/attacks/record.json.

One server meets all attacks, one after the other, while another visitor draws. Memory is that of the server and all its
processes, shared pages counted once (PSS). What is wanted of each attack stands in `problems`.
"""

import os
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from core import verbs
from core.files import write_json
from core.stamp import stamp
from demo.analysis.jobs import LIMIT_BYTES
from demo.settings import READ_WITH
from proof.attacks.attacks import ATTACKS
from proof.attacks.client import Attack
from tests.demo.site import Server, bar

RECORD = Path(__file__).with_name("record.json")
SECONDS = 8.0
THINK_S = 0.2  # of the visitor who draws meanwhile
LOOK_S = 0.25  # between two looks at the memory
LEAVE_S = 10.0  # for an attack to end when it is told
CONTAINER_MB, MOST_MB = 1000.0, 700.0
MOST_DRAWING_S = {"p95": 1.0, "worst": 3.0}
CALM_S = 60.0  # within which everything is as before
MB = 1e6
CALM_DRAWING_S = 1.0  # slower than at rest
KEPT_MB = 2 * LIMIT_BYTES / MB  # more than at rest: results of analyses may stay, and as much of visitors' pictures
# These open every model and helper once: a page that was used keeps them, and rests at more than a fresh one.
USED = ("explanations", "comparisons", "analyses", "opened_pictures", "drawings_on_the_map")


def main(arguments: list[str] | None = None) -> int:
    """Attack, print each attack's row, write the record; 1 when something is not as it shall be."""
    parser = verbs.parser("proof.attacks.run", __doc__)
    parser.add_argument("names", nargs="*", default=[], help="of attacks; all without one")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="that each goes on")
    parser.add_argument("--out", type=Path, default=RECORD, help="where the record goes")
    chosen = parser.parse_args(arguments)
    names = chosen.names or list(ATTACKS)
    if unknown := sorted(set(names) - set(ATTACKS)):
        raise SystemExit(f"no such attack: {', '.join(unknown)}; there are {', '.join(ATTACKS)}")
    record = measure(names, chosen.seconds, lambda so_far: write_json(chosen.out, so_far))
    for problem in record["problems"]:
        print(problem)
    return int(bool(record["problems"]))


def measure(
    names: list[str], seconds: float, keep: Callable[[dict[str, Any]], object] = lambda record: record
) -> dict[str, Any]:
    """The record of these attacks on one server; `keep` gets it after each, so that a run can be broken off."""
    about = stamp(_command(names, seconds), READ_WITH, ("gradio", "pillow", "onnxruntime"))
    record: dict[str, Any] = {}
    rows: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder)) as server:
        for name in USED:
            attack_for(server, name, seconds)
        calm = at_rest(server)
        print("at rest", calm, flush=True)
        acknowledged = 0
        for number, name in enumerate(names):
            acknowledged += server.correct(f"{number:032x}").get("count") is not None
            rows[name] = under(server, name, seconds, calm)
            print(name, rows[name], flush=True)
            alive = server.process.poll() is None
            rows[name]["server"] = "there" if alive else "ended"
            kept = len(kept_corrections(server))
            record = about | {
                "load": round(os.getloadavg()[0], 1),
                "at_rest": calm,
                "attacks": rows,
                "corrections_acknowledged": acknowledged,
                "corrections_kept": kept,
                "problems": problems(rows, acknowledged, kept),
            }
            keep(record)
            if not alive:
                break
    return record


def _command(names: list[str], seconds: float) -> str:
    chosen = [] if names == list(ATTACKS) else names
    return " ".join(["python -m proof.attacks.run", *chosen, f"--seconds {seconds:g}"])


def problems(rows: dict[str, Any], acknowledged: int, kept: int) -> list[str]:
    """What is not as it shall be, a sentence each."""
    found = []
    for name, row in rows.items():
        if row["server"] != "there":
            found.append(f"{name}: the server ended")
        if row["peak_mb"] > MOST_MB:
            found.append(f"{name}: {row['peak_mb']} MB of memory, above {MOST_MB:.0f}")
        if row["drawing_s"]["failed"]:
            found.append(f"{name}: {row['drawing_s']['failed']} drawings of another visitor were not answered")
        found += [
            f"{name}: another visitor's drawing took {row['drawing_s'][which]} s ({which}), above {most}"
            for which, most in MOST_DRAWING_S.items()
            if row["drawing_s"][which] > most
        ]
        if row["disk_mb"] > row["disk_limit_mb"]:
            found.append(f"{name}: {row['disk_mb']} MB on the disk, above {row['disk_limit_mb']}")
        if row["calm_after_s"] is None:
            found.append(f"{name}: not as before within {CALM_S:.0f} s")
    if kept != acknowledged:
        found.append(f"{acknowledged} corrections were acknowledged, {kept} are kept")
    return found


def at_rest(server: Server) -> dict[str, float]:
    """Memory, and the median time of a drawing, of a page that was used and is left alone."""
    times = [drawn_s(server, 0) for _ in range(10)]
    return {"mb": memory_mb(server.process.pid), "drawing_s": round(float(np.median(times)), 3)}


def under(server: Server, name: str, seconds: float, calm: dict[str, float]) -> dict[str, Any]:
    """One attack: memory and another visitor's drawings meanwhile; the disk, and how soon all is calm, afterwards."""
    over = threading.Event()
    peak = [memory_mb(server.process.pid)]
    times: list[float] = []
    watching = threading.Thread(target=watch, args=(server, over, peak), daemon=True)
    drawing = threading.Thread(target=draw, args=(server, over, times), daemon=True)
    for thread in (watching, drawing):
        thread.start()
    answers = attack_for(server, name, seconds)
    over.set()
    drawing.join()
    calm_after_s = seconds_until_calm(server, calm)
    watching.join()
    answered = [one for one in times if one != float("inf")]
    return {
        "peak_mb": max(peak),
        "drawing_s": {
            "n": len(times),
            "failed": len(times) - len(answered),
            "median": round(float(np.median(answered)), 3) if answered else None,
            "p95": round(float(np.percentile(answered, 95)), 3) if answered else 0.0,
            "worst": round(max(answered, default=0.0), 3),
        },
        "disk_mb": disk_mb(server.folder / "gradio"),
        "disk_limit_mb": 525.0,
        "calm_after_s": calm_after_s,
        "answers": answers,
    }


def attack_for(server: Server, name: str, seconds: float) -> dict[str, int]:
    """Let an attack go on for so long; how often it was answered with which status."""
    attack = Attack(server)
    attacking = threading.Thread(target=ATTACKS[name], args=(attack,), daemon=True)
    attacking.start()
    attacking.join(seconds)
    attack.stop.set()
    attacking.join(LEAVE_S)
    return dict(sorted(attack.statuses.items()))


def watch(server: Server, over: threading.Event, peak: list[float]) -> None:
    """Keep the highest memory until the attack is over."""
    while not over.is_set() and server.process.poll() is None:
        peak[0] = max(peak[0], memory_mb(server.process.pid))
        time.sleep(LOOK_S)


def draw(server: Server, over: threading.Event, times: list[float]) -> None:
    """Draw as one visitor until the attack is over."""
    number = 0
    while not over.is_set():
        times.append(drawn_s(server, number := number + 1))
        time.sleep(THINK_S)


def drawn_s(server: Server, number: int) -> float:  # noqa: ARG001 (one visitor, whichever drawing)
    """Seconds from a drawing to its answer; infinity when there was none."""
    started_at = time.monotonic()
    try:
        right = server.call("recognise", "recognise", bar()).get("digits") == "1"
    except (OSError, ValueError):
        return float("inf")
    return time.monotonic() - started_at if right else float("inf")


def seconds_until_calm(server: Server, calm: dict[str, float]) -> float | None:
    """Until a drawing is quick and the memory is as before; None when that takes too long."""
    started_at = time.monotonic()
    while time.monotonic() - started_at < CALM_S and server.process.poll() is None:
        quick = drawn_s(server, 0) < calm["drawing_s"] + CALM_DRAWING_S
        if quick and memory_mb(server.process.pid) < calm["mb"] + KEPT_MB:
            return round(time.monotonic() - started_at, 1)
        time.sleep(1.0)
    return None


def memory_mb(pid: int) -> float:
    """Memory of a process and all that it started, shared pages counted once."""
    return round(sum(map(_pss_kb, family(pid))) * 1024 / MB, 1)


def family(pid: int) -> list[int]:
    """A process and all that it started, and what those did."""
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [pid, *(one for child in children for one in family(child))]


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def disk_mb(folder: Path) -> float:
    """What lies in a folder."""
    sizes = 0
    for path in folder.rglob("*"):
        try:
            sizes += path.lstat().st_size
        except OSError:
            continue
    return round(sizes / MB, 1)


def kept_corrections(server: Server) -> list[int]:
    """What is in the corrections' file of those who were thanked; attackers have other names."""
    with closing(sqlite3.connect(server.corrections)) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM corrections WHERE visitor < ?", ("1",))]


if __name__ == "__main__":
    sys.exit(main())
