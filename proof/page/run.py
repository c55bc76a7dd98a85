"""`python -m proof.page.run` measures the page into proof/page/record.json: start, pen to answer, fifty visitors.

It takes less than three minutes on an idle machine; --load-s 600 watches the memory for ten.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from core import verbs
from core.files import write_json
from core.stamp import stamp
from demo.answers import message
from demo.answers.recognizer import Recognizer
from demo.settings import READ_WITH, RECOGNIZER
from tests.demo.browsing import browser, open_page, served
from tests.demo.visitor import Visitor

RECORD = Path(__file__).with_name("record.json")
PACKAGES = ("gradio", "onnxruntime", "numpy")
MOVES = 300
FRAME_S = 1 / 60
VISITORS = 50
THINK_S = 0.1  # between an answer and the next question: a pen draws about ten new answers a second
MEMORY_EVERY_S = 5.0
BATCH = 8  # pictures in one call, to see whether batching pays
BATCH_TRIES = 50

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


def main() -> None:
    """Measure, telling what is being done, and write the record."""
    parser = verbs.parser("proof.page.run", __doc__)
    parser.add_argument("--load-s", type=float, default=60.0, help="how long the visitors draw, in seconds")
    parser.add_argument("--out", type=Path, default=RECORD, help="where the record goes")
    chosen = parser.parse_args()
    command = f"python -m proof.page.run --load-s {chosen.load_s:g}"
    about = stamp(command, READ_WITH, PACKAGES)
    write_json(chosen.out, about | measure(chosen.load_s))
    print(f"{chosen.out} written")


def measure(load_s: float) -> dict[str, Any]:
    """Everything that needs a served page."""
    started_at = time.monotonic()
    with tempfile.TemporaryDirectory() as cache, served(Path(cache)) as (address, pid):
        record: dict[str, Any] = {"start_to_page_s": round(time.monotonic() - started_at, 2)}
        say("first page", record["start_to_page_s"])
        record["pen_to_answer_ms"] = pen_to_answer_ms(address)
        say("pen to answer, ms", record["pen_to_answer_ms"])
        record["resident_kb"] = {"drawing": resident_kb(pid)}
        say("resident, kB", record["resident_kb"])
        record["load"] = asyncio.run(load(address, load_s, lambda: resident_kb(pid)))
        say("load", record["load"])
    record["batching_ms_each"] = batching_ms_each(Recognizer(RECOGNIZER))
    say("recogniser, ms for each picture, alone and in a batch", record["batching_ms_each"])
    return record


def say(what: str, found: object) -> None:
    """Progress, at once."""
    print(f"{what}: {found}", flush=True)


def batching_ms_each(recognizer: Recognizer) -> dict[str, float]:
    """Median time for each 280x280 picture, read one by one and BATCH at a time."""
    pictures = np.full((BATCH, 280, 280), 255, np.uint8)
    pictures[:, 40:240, 130:150] = 0
    times_ms: dict[int, list[float]] = {1: [], BATCH: []}
    for _ in range(BATCH_TRIES):
        for count, taken in times_ms.items():
            started_at = time.perf_counter()
            recognizer.batch(pictures[:count])
            taken.append(1000 * (time.perf_counter() - started_at) / count)
    return {str(count): round(float(np.median(taken)), 3) for count, taken in times_ms.items()}


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


async def load(address: str, load_s: float, memory_kb: Callable[[], int]) -> dict[str, Any]:
    """VISITORS people drawing at once for `load_s` seconds, each with one question under way; memory as it goes."""
    drawing = np.full((280, 280), 255, np.uint8)
    drawing[40:240, 130:150] = 0
    picture = message.data_url(drawing)
    limits = httpx.Limits(max_connections=VISITORS, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        components = (await client.get("/config")).json()["components"]
        (component,) = [part["id"] for part in components if part["props"].get("elem_id") == "recognise"]
        body = {"component_id": component, "fn_name": "recognise", "data": picture}
        delays: list[float] = []
        resident: list[int] = []
        end_at = time.monotonic() + load_s

        async def watch() -> None:
            while time.monotonic() < end_at:
                resident.append(memory_kb())
                say(f"{end_at - time.monotonic():.0f} s to go; answers, resident kB", (len(delays), resident[-1]))
                await asyncio.sleep(MEMORY_EVERY_S)

        _, failed = await asyncio.gather(watch(), draw_at_once(client, body, end_at, delays))
    return {
        "visitors": VISITORS,
        "seconds": load_s,
        "errors": failed,
        "delay_ms": percentiles(delays),
        "resident_kb": {"middle": resident[len(resident) // 2], "end": resident[-1], "most": max(resident)},
    }


async def draw_at_once(client: httpx.AsyncClient, body: dict[str, Any], end_at: float, delays: list[float]) -> int:
    """VISITORS people ask the same until `end_at`; adds each delay in ms, and returns how many were not answered."""
    failed = 0

    async def visit(name: str) -> None:
        nonlocal failed
        while time.monotonic() < end_at:
            started_at = time.monotonic()
            reply = await client.post("/gradio_api/component_server/", json=body | {"session_hash": name})
            failed += reply.status_code != 200 or bool(reply.json().get("problem"))
            delays.append(1000 * (time.monotonic() - started_at))
            await asyncio.sleep(THINK_S)

    await asyncio.gather(*(visit(f"visitor-{number}") for number in range(VISITORS)))
    return failed


def percentiles(values: list[float]) -> dict[str, float]:
    """The count and the 50th, 95th and 99th percentiles."""
    return {"n": len(values)} | {f"p{share}": round(float(np.percentile(values, share)), 1) for share in (50, 95, 99)}


def resident_kb(pid: int) -> int:
    """Resident memory of a process, in kB, from Linux's /proc."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


if __name__ == "__main__":
    main()
