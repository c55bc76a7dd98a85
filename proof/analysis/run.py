"""`python -m proof.analysis.run` measures the error analysis: times, 100,000 pictures, memory.

It takes some minutes and writes proof/analysis/record.json, which docs/results.md states.
"""

import io
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, FilePayload, Page

from core import mnist, verbs
from core.files import write_json
from core.stamp import stamp
from demo.analysis import sources
from demo.analysis.address import SECTIONS
from demo.mnist import load
from demo.settings import MODELS
from proof.page.run import resident_kb
from tests.demo.browsing import browser, open_page, served

RECORD = Path(__file__).with_name("record.json")
PACKAGES = ("gradio", "onnxruntime", "numpy")
PICTURES = 100_000
TRIES = 9
LIMIT_MS = 3_600_000  # for one answer; the machine may be busy
SHOWN = "(hash) => document.querySelector('[data-testid=analysis]').dataset.shown === hash"
CELL, CHOSEN = "[data-testid=confusion] td.wrong a:not([aria-current])", "[data-testid=confusion] a[aria-current]"
PICTURE = "[data-testid=gallery] img"

# Milliseconds from a click to the frame that shows what it asked for.
CLICKED = """([clicked, shown]) => new Promise((resolve) => {
    const started = performance.now();
    const look = () => document.querySelector(shown)?.getClientRects().length
        ? resolve(performance.now() - started) : requestAnimationFrame(look);
    [...document.querySelectorAll(clicked)].at(-1).click();
    look();
})"""
# Every sentence that the status line says from now on.
LISTEN = """() => {
    const line = document.querySelector("[data-part=working]");
    window.said = new Set();
    new MutationObserver(() => window.said.add(line.textContent)).observe(line, { childList: true });
}"""


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the record, write it."""
    parser = verbs.parser("proof.analysis.run", __doc__)
    parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as cache, served(Path(cache)) as (address, pid), browser() as chromium:
        record = measure(address, pid, chromium)
    measured = [MODELS / "recognizer.onnx", *mnist.files("train", "test")]
    record = stamp("python -m proof.analysis.run", measured, PACKAGES) | record
    print(json.dumps(record, indent=2))
    write_json(RECORD, record)


def measure(address: str, pid: int, chromium: Browser) -> dict[str, Any]:
    """The whole record of a freshly started page."""
    kb = {"fresh": resident_kb(pid)}
    page = open_page(chromium, address)
    record: dict[str, Any] = {"first_answers_s": visit(page, f"{address}/#analysis")}
    record["first_view_ms"] = [first_view_ms(chromium, address) for _ in range(TRIES)]
    record["filter_ms"] = filters_ms(page)
    record["views"] = visit_all(page)
    kb["after_all_views"] = resident_kb(pid)
    record["upload"] = upload(page)
    kb["after_upload"] = resident_kb(pid)
    visit(page, "#analysis?data=mnist-validation")
    kb["after_the_next_set"] = resident_kb(pid)
    return record | {"resident_kb": kb, "load_average": round(os.getloadavg()[0], 2)}


def visit(page: Page, address: str) -> float:
    """Seconds until the page shows what an address, or a part of it behind #, names."""
    started = time.perf_counter()
    if address.startswith("#"):
        page.evaluate("(hash) => { location.hash = hash; }", address)
    else:
        page.goto(address)
        page.get_by_test_id("gallery").wait_for(timeout=LIMIT_MS)
    page.wait_for_function(SHOWN, arg=address[address.index("#") :], timeout=LIMIT_MS)
    return round(time.perf_counter() - started, 2)


def first_view_ms(chromium: Browser, address: str) -> float:
    """Milliseconds from opening the tab to its first picture, for a new visitor, the answers being known."""
    page = open_page(chromium, address)
    page.get_by_role("tab", name="Error analysis").evaluate("(tab) => tab.classList.add('asked')")
    elapsed_ms = float(page.evaluate(CLICKED, [".asked", PICTURE]))
    page.context.close()
    return round(elapsed_ms, 1)


def filters_ms(page: Page) -> list[float]:
    """Milliseconds from choosing a cell of the confusion matrix to its pictures."""
    elapsed_ms = []
    for _ in range(TRIES):
        elapsed_ms.append(round(float(page.evaluate(CLICKED, [CELL, CHOSEN])), 1))
        visit(page, "#analysis")
    return elapsed_ms


def visit_all(page: Page) -> int:
    """How many views were opened: every section for every model and every data set that it reads."""
    views = [
        f"#analysis?data={data}&model={model}&show={section}"
        for model in sources.models()
        if ".fp16" not in model  # the same answers as without
        for data in sources.data_sets()
        if "recognizer" in model or data.startswith("mnist")  # a bare net reads 28x28 pictures only
        for section in SECTIONS
    ]
    for view in views:
        visit(page, view)
    return len(views)


def upload(page: Page) -> dict[str, Any]:
    """Seconds until 100,000 uploaded pictures are analysed, and how many different sentences told the progress."""
    page.evaluate(LISTEN)
    page.get_by_role("button", name="Analyse your own pictures").click()
    started = time.perf_counter()
    files = page.locator("#analysis-upload input[type=file]")
    files.set_input_files([FilePayload(name="many.npz", mimeType="", buffer=many())])
    page.wait_for_function("location.hash.includes('upload-')", timeout=LIMIT_MS)
    read_s = time.perf_counter() - started
    page.wait_for_function(SHOWN, arg=page.evaluate("location.hash"), timeout=LIMIT_MS)
    return {
        "pictures": PICTURES,
        "read_s": round(read_s, 1),
        "analysed_s": round(time.perf_counter() - started, 1),
        "progress_sentences": page.evaluate("window.said.size"),
        "found": page.get_by_test_id("error-count").inner_text(),
    }


def many() -> bytes:
    """An .npz of 100,000 labelled pictures: MNIST's training pictures, and 40,000 of them moved by a pixel."""
    train = load("train")
    more = PICTURES - len(train.labels)
    images = np.concatenate([train.images, np.roll(train.images[:more], 1, axis=2)])
    stream = io.BytesIO()
    np.savez_compressed(stream, images=images, labels=np.concatenate([train.labels, train.labels[:more]]))
    return stream.getvalue()


if __name__ == "__main__":
    main()
