"""`python -m proof.page.beside COMMIT` times the page beside an earlier one, in one run, into proof/page/beside.json.

Both are started, asked in turns, and told apart by the medians of what each round took; an idle machine takes four
minutes. What fifty visitors send is what that page's own canvas sends.
"""

import asyncio
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from core import verbs
from core.files import write_json
from core.stamp import stamp
from demo.settings import READ_WITH
from proof.page.run import PACKAGES, VISITORS, draw_at_once, pen_to_answer_ms, percentiles, say
from tests.demo.browsing import ROOT, browser, open_page, served
from tests.demo.visitor import ONE, Visitor

RECORD = Path(__file__).with_name("beside.json")
ROUNDS = 5
LOAD_S = 15.0

Delays = dict[str, dict[str, float]]  # "pen" and "visitors" -> percentiles, ms


def main() -> None:
    """Measure, telling what is being done, and write the record."""
    parser = verbs.parser("proof.page.beside", __doc__)
    parser.add_argument("commit", help="whose page is the earlier one")
    chosen = parser.parse_args()
    about = stamp(f"python -m proof.page.beside {chosen.commit}", READ_WITH, PACKAGES)
    write_json(RECORD, about | {"earlier": chosen.commit} | measure(chosen.commit))
    print(f"{RECORD} written")


def measure(commit: str) -> dict[str, Any]:
    """The percentiles of every round of both pages, and the medians' ratios, this page to the earlier one."""
    rounds: dict[str, list[Delays]] = {"earlier": [], "now": []}
    with ExitStack() as stack:
        folders = {"earlier": stack.enter_context(checked_out(commit)), "now": ROOT}
        addresses = {}
        for name, folder in folders.items():
            cache = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            addresses[name] = stack.enter_context(served(cache, root=folder))[0]
        bodies = {name: sent_by_the_canvas(address) for name, address in addresses.items()}
        for number in range(ROUNDS):
            for name in sorted(addresses, reverse=bool(number % 2)):
                pen = pen_to_answer_ms(addresses[name])
                rounds[name].append({"pen": pen, "visitors": asyncio.run(load(addresses[name], bodies[name]))})
                say(f"round {number + 1} of {ROUNDS}, {name}", rounds[name][-1])
    return {"rounds": rounds, "ratios": ratios(rounds["now"], rounds["earlier"])}


def ratios(now: list[Delays], earlier: list[Delays]) -> dict[str, float]:
    """Median over the rounds now, to the median over those of the earlier page."""

    def middle(rounds: list[Delays], what: str, share: str) -> float:
        return statistics.median(one[what][share] for one in rounds)

    kinds = [(what, share) for what in ("pen", "visitors") for share in ("p50", "p95")]
    return {
        f"{what}_{share}": round(middle(now, what, share) / middle(earlier, what, share), 3) for what, share in kinds
    }


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """A folder with that commit's files."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "--quiet", "--no-checkout", "--shared", ROOT, folder], check=True)
        subprocess.run(["git", "checkout", "--quiet", commit], cwd=folder, check=True)
        yield Path(folder)


def sent_by_the_canvas(address: str) -> dict[str, Any]:
    """The body of the question that the page's canvas asks about a one."""
    with browser() as chromium:
        page = open_page(chromium, address, viewport={"width": 1100, "height": 900})
        sent: list[str] = []
        page.on(
            "request", lambda request: sent.append(request.post_data) if "component_server" in request.url else None
        )
        visitor = Visitor(page)
        visitor.after(lambda: visitor.draw(ONE))
        body: dict[str, Any] = json.loads(sent[-1])
        return body


async def load(address: str, body: dict[str, Any]) -> dict[str, float]:
    """Delays of many people who draw at once, each with one question under way, in milliseconds."""
    delays: list[float] = []
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=httpx.Limits(max_connections=VISITORS)) as client:
        failed = await draw_at_once(client, body, time.monotonic() + LOAD_S, delays)
    if failed:
        raise RuntimeError(f"{failed} of {len(delays)} drawings were not answered by {address}")
    return percentiles(delays)


if __name__ == "__main__":
    main()
