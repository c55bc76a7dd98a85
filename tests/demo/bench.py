"""`python -m tests.demo.bench [OUT.json]` measures the page: pen to answer in a browser, fifty visitors, memory."""

import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from demo import message
from tests.demo.browsing import browser, open_page, served
from tests.demo.visitor import Visitor

MOVES = 300
FRAME_S = 1 / 60
VISITORS = 50
THINK_S = 0.1  # between an answer and the next question: a pen draws about ten new answers a second
LOAD_S = float(os.environ.get("BENCH_LOAD_S", "60"))

# When each pen movement happened, and when each question left and its answer was shown, by the page's own clock.
WATCH = """() => {
    const log = (window.log = { moves: [], asked: [], shown: [] });
    const canvas = document.querySelector("[data-testid=sketch-canvas]");
    canvas.addEventListener("pointermove", (event) => log.moves.push(event.timeStamp));
    const { fetch } = window;
    window.fetch = (url, ...rest) => {
        if (String(url?.url ?? url).includes("component_server")) log.asked.push(performance.now());
        return fetch(url, ...rest);
    };
    new MutationObserver(() => log.shown.push(performance.now()))
        .observe(document.querySelector("[data-testid=answer]"), { attributeFilter: ["data-revision"] });
}"""


def main(arguments: list[str]) -> None:
    """Print the record, and write it to OUT.json where that is named."""
    with tempfile.TemporaryDirectory() as cache, served(Path(cache)) as (address, pid):
        record: dict[str, Any] = {
            "pen_to_answer_ms": pen_to_answer_ms(address),
            "resident_kb": {"drawing": resident_kb(pid)},
        }
        record["load"] = asyncio.run(load(address))
        record["resident_kb"]["after_load"] = resident_kb(pid)
    record["cores"], record["load_average"] = os.cpu_count(), os.getloadavg()[0]
    text = json.dumps(record, indent=2) + "\n"
    print(text, end="")
    if arguments:
        Path(arguments[0]).write_text(text)


def pen_to_answer_ms(address: str) -> dict[str, float]:
    """From each pen movement to the first answer to a question that was asked after it, sixty movements a second."""
    with browser() as chromium:
        page = open_page(chromium, address, viewport={"width": 1100, "height": 900})
        visitor = Visitor(page)
        visitor.after(lambda: visitor.draw([[(0.5, 0.1), (0.5, 0.2)]]))
        page.evaluate(WATCH)
        box = visitor.canvas.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.2)
        page.mouse.down()
        for step in range(MOVES):
            started_at = time.monotonic()
            x, y = 0.5 + 0.2 * np.sin(step / 40), 0.2 + 0.6 * step / MOVES
            page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
            time.sleep(max(0.0, FRAME_S - (time.monotonic() - started_at)))
        page.wait_for_timeout(1000)  # the last answer
        log = page.evaluate("log")
        page.mouse.up()
    return percentiles(delays_ms(log["moves"], log["asked"], log["shown"]))


def delays_ms(moves: list[float], asked: list[float], shown: list[float]) -> list[float]:
    """For each movement, milliseconds to the first answer whose question left after it; one question at a time."""
    answers = list(zip(asked, shown, strict=False))
    delays = []
    for move in moves:
        later = next((answer for question, answer in answers if question >= move), None)
        if later is not None:
            delays.append(later - move)
    return delays


async def load(address: str) -> dict[str, Any]:
    """VISITORS people drawing at once for LOAD_S seconds, each with one question under way."""
    drawing = np.full((280, 280), 255, np.uint8)
    drawing[40:240, 130:150] = 0
    picture = message.data_url(drawing)
    limits = httpx.Limits(max_connections=VISITORS, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        components = (await client.get("/config")).json()["components"]
        (component,) = [part["id"] for part in components if part["props"].get("elem_id") == "recognise"]
        delays: list[float] = []
        end_at = time.monotonic() + LOAD_S

        async def visit(name: str) -> None:
            body = {"session_hash": name, "component_id": component, "fn_name": "recognise", "data": picture}
            while time.monotonic() < end_at:
                started_at = time.monotonic()
                reply = await client.post("/gradio_api/component_server/", json=body)
                reply.raise_for_status()
                delays.append(1000 * (time.monotonic() - started_at))
                await asyncio.sleep(THINK_S)

        await asyncio.gather(*(visit(f"visitor-{number}") for number in range(VISITORS)))
    return {"visitors": VISITORS, "seconds": LOAD_S, "answers": len(delays), "delay_ms": percentiles(delays)}


def percentiles(values: list[float]) -> dict[str, float]:
    """The count and the 50th, 95th and 99th percentiles."""
    return {"n": len(values)} | {f"p{share}": round(float(np.percentile(values, share)), 1) for share in (50, 95, 99)}


def resident_kb(pid: int) -> int:
    """Resident memory of a process, in kB, from Linux's /proc."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


if __name__ == "__main__":
    main(sys.argv[1:])
