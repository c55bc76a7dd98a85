"""`python -m proof.soak.run [SECONDS]`: fifty clients do what visitors do, all at once; writes proof/soak/record.json.

Each client chooses its next action at random, from its own seed. What counts: no answer with a status of 500 or more,
no broken connection, and memory after the warm-up that does not grow.
"""

import asyncio
import base64
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from core import verbs
from core.files import write_json
from core.stamp import stamp
from demo.settings import READ_WITH
from proof.page.run import resident_kb
from tests.demo import hostile
from tests.demo.site import ANALYSIS, Server, bar

RECORD = Path(__file__).with_name("record.json")
PACKAGES = ("gradio", "onnxruntime", "numpy")
CLIENTS, SECONDS = 50, 600.0
WARM_UP = 0.25  # share of the time; the memory of the rest is judged
MOST_GROWTH = 0.05
THINK_S = 0.2
WATCH_S = 0.5  # between two looks at the memory
SECTIONS = ("", "&show=calibration", "&show=slices", "&show=labels", "&wrong=1")


def main(arguments: list[str]) -> int:
    """Print the record and write it, or 1 where something counted against it."""
    parser = verbs.parser("proof.soak.run", __doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=SECONDS, help="(default: %(default)g)")
    seconds = parser.parse_args(arguments).seconds
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder)) as server:
        record = asyncio.run(soak(server, seconds))
    record = stamp(f"python -m proof.soak.run {seconds:.0f}", READ_WITH, PACKAGES) | record
    print(record)
    write_json(RECORD, record)
    return int(bool(problems(record)))


async def soak(server: Server, seconds: float) -> dict[str, Any]:
    """What happened in that time: answers by action and status, broken connections, memory."""
    answers: Counter[str] = Counter()
    memory: list[tuple[float, int]] = []
    started_at = time.monotonic()
    end_at = started_at + seconds
    limits = httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
    async with httpx.AsyncClient(base_url=server.address, timeout=120, limits=limits) as http:
        visitors = [Visitor(http, server, f"{number:032x}", random.Random(number)) for number in range(CLIENTS)]
        await asyncio.gather(
            *(visit(visitor, end_at, answers) for visitor in visitors),
            watch(server.process.pid, started_at, end_at, memory),
        )
    later = [kb for at_s, kb in memory if at_s >= WARM_UP * seconds]
    quarter = max(len(later) // 4, 1)
    first_kb, last_kb = statistics.median(later[:quarter]), statistics.median(later[-quarter:])
    return {
        "clients": CLIENTS,
        "seconds": seconds,
        "answers": sum(answers.values()),
        "by_action_and_status": dict(sorted(answers.items())),
        "resident_kb_after_warm_up": round(first_kb),
        "resident_kb_at_the_end": round(last_kb),
        "memory_growth": round(last_kb / first_kb - 1, 4),
        "resident_kb_every_half_minute": every(30.0, memory),
    }


def every(step_s: float, memory: list[tuple[float, int]]) -> list[int]:
    """The first of (seconds, kB) in each step of that length."""
    firsts = {int(at_s // step_s): kb for at_s, kb in reversed(memory)}
    return [firsts[step] for step in sorted(firsts)]


async def visit(visitor: "Visitor", end_at: float, answers: Counter[str]) -> None:
    """One client until the end."""
    while time.monotonic() < end_at:
        (action,) = visitor.chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
        try:
            reply = await action(visitor)
            answers[f"{action.__name__} {reply.status_code}"] += 1
        except httpx.TransportError as error:
            answers[f"{action.__name__} {type(error).__name__}"] += 1
        await asyncio.sleep(visitor.chance.uniform(0, 2 * THINK_S))


async def watch(pid: int, started_at: float, end_at: float, memory: list[tuple[float, int]]) -> None:
    """The server's resident memory, every WATCH_S."""
    while time.monotonic() < end_at:
        memory.append((time.monotonic() - started_at, resident_kb(pid)))
        await asyncio.sleep(WATCH_S)
    memory.append((time.monotonic() - started_at, resident_kb(pid)))


@dataclass
class Visitor:
    """One of the clients, and what it may do."""

    http: httpx.AsyncClient
    server: Server
    name: str
    chance: random.Random

    async def draw(self) -> httpx.Response:
        """Move the pen."""
        return await self._call("recognise", "recognise", bar())

    async def upload(self) -> httpx.Response:
        """Send a picture file, whole or damaged."""
        ((_, content),) = hostile.files(1, seed=self.chance.randrange(1000))
        picture = "data:image/png;base64," + base64.b64encode(content).decode()
        return await self._call("recognise", "recognise_upload", picture)

    async def explain(self) -> httpx.Response:
        """Ask why."""
        return await self._call("recognise", "explain", bar())

    async def correct(self) -> httpx.Response:
        """Send a correction; from the thirtieth in a minute on it is refused."""
        request = {"picture": bar(), "digit": self.chance.randrange(10), "visitor": self.name}
        return await self._call("recognise", "correct", request)

    async def take(self) -> httpx.Response:
        """Take the corrections away as a file."""
        kind = self.chance.choice(["npz", "pictures", "nonsense"])
        return await self._call("recognise", "take_corrections", {"visitor": self.name, "kind": kind})

    async def analyse(self) -> httpx.Response:
        """Look at a section of the error analysis."""
        return await self._call("analysis", "view", ANALYSIS + self.chance.choice(SECTIONS))

    async def program(self) -> httpx.Response:
        """Use the API, in two steps."""
        begun = await self.http.post("/gradio_api/call/recognise", json={"data": [bar()]})
        if begun.status_code != 200:
            return begun
        return await self.http.get(f"/gradio_api/call/recognise/{begun.json()['event_id']}")

    async def arrive(self) -> httpx.Response:
        """Load the page or its settings, or try a route that is closed."""
        return await self.http.get(self.chance.choice(["/", "/config", "/monitoring", "/gradio_api/file=/etc/passwd"]))

    async def _call(self, component: str, function: str, data: object) -> httpx.Response:
        body = self.server.body(component, function, data)
        return await self.http.post("/gradio_api/component_server/", json=body)


WEIGHTS: dict[Callable[[Visitor], Awaitable[httpx.Response]], int] = {
    Visitor.draw: 50,
    Visitor.upload: 10,
    Visitor.analyse: 10,
    Visitor.correct: 8,
    Visitor.program: 8,
    Visitor.arrive: 5,
    Visitor.explain: 2,
    Visitor.take: 2,
}


def problems(record: dict[str, Any]) -> list[str]:
    """What counts against a run; empty for a good one."""
    found = [
        name for name in record["by_action_and_status"] if not name.split()[1].isdecimal() or name.split()[1] >= "500"
    ]
    if record["memory_growth"] > MOST_GROWTH:
        found.append(f"memory grew by {record['memory_growth']:.1%}")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
