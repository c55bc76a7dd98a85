"""onnxruntime-web, WebAssembly in a real headless Chromium: the very files that the page brings to its visitors."""

import gzip
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Error, Page, Route, sync_playwright

from export.runtimes.run import Array, MissingError, Outputs, Run, UnsupportedError

VENDOR = Path(__file__).resolve().parents[2] / "demo" / "static" / "vendor"
MODULE, BINARY = "ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"
ORIGIN = "http://localhost"
BATCH = 256  # pictures handed over at a time: the rest waits on the page, outside the model's memory
# The first has no window and opens pages in two thirds of the time; the engine is the same.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPEN = """
async () => {
  const ort = await import("/dist/ort.wasm.bundle.min.mjs");
  ort.env.wasm.wasmPaths = { wasm: location.origin + "/dist/ort-wasm-simd-threaded.wasm" };
  ort.env.wasm.numThreads = 1;
  globalThis.opened = { ort, session: await ort.InferenceSession.create("/model") };
}
"""
ANSWER = """
async ({ type, shape, batch }) => {
  const { ort, session } = globalThis.opened;
  const buffer = await (await fetch("/image")).arrayBuffer();
  const pixels = type === "uint8" ? new Uint8Array(buffer) : new Float32Array(buffer);
  const [count, ...rest] = shape, size = rest.reduce((product, axis) => product * axis, 1), reply = {};
  for (let start = 0; start < count; start += batch) {
    const n = Math.min(batch, count - start);
    const part = pixels.slice(start * size, (start + n) * size);
    const outputs = await session.run({ [session.inputNames[0]]: new ort.Tensor(type, part, [n, ...rest]) });
    for (const name of session.outputNames) {
      reply[name] = [count, ...outputs[name].dims.slice(1)];
      await fetch("/reply/" + name, { method: "POST", body: outputs[name].data.slice() });
    }
  }
  return reply;
}
"""


@dataclass
class Desk:
    """What lies between this process and the page: the model, the pictures of the call, and the answers as bytes."""

    model: bytes
    image: bytes = b""
    received: dict[str, list[bytes]] = field(default_factory=dict)

    def give(self, image: Array) -> None:
        """Lay other pictures on the desk and take the answers to the last ones off it."""
        self.image = np.ascontiguousarray(image).tobytes()
        self.received.clear()


def browser() -> str | None:
    """A Chromium of this machine; None for the one that Playwright brings."""
    return os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)


def version() -> str:
    """The package's version and the browser's; MissingError when no browser starts."""
    said = re.search(r"ONNX Runtime Web v([\d.]+)", (VENDOR / MODULE).read_text(encoding="utf-8")[:500])
    assert said, f"{MODULE} does not say its version"
    try:
        with own_thread() as thread:
            name = thread.submit(browser_version).result()
    except Error as error:
        raise MissingError(f"no Chromium starts here: {error.message.splitlines()[0]}") from error
    return f"{said[1]}, Chromium {name}"


def browser_version() -> str:
    """What the browser says of itself."""
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=browser()) as opened:
        return opened.version


def own_thread() -> ThreadPoolExecutor:
    """A thread for Playwright, which does not begin where a loop runs already, as in a notebook."""
    return ThreadPoolExecutor(1, "browser")


def open_model(path: Path) -> Run:
    """A function that runs a model in a browser, which stays open until the function's `close` is called."""
    thread = own_thread()

    def close() -> None:
        with thread:
            thread.submit(run_there.close).result()  # type: ignore[attr-defined]

    try:
        run_there = thread.submit(open_here, path).result()
    except BaseException:
        thread.shutdown()
        raise

    def run(image: Array) -> Outputs:
        return thread.submit(run_there, image).result()

    run.close = close  # type: ignore[attr-defined]
    return run


def open_here(path: Path) -> Run:
    """As `open_model`, all in the thread that calls it; no loop may run in it."""
    home = ExitStack()
    playwright = home.enter_context(sync_playwright())
    opened = playwright.chromium.launch(executable_path=browser())
    home.callback(opened.close)
    page, desk = opened.new_page(), Desk(path.read_bytes())
    page.route("**/*", lambda route: answer(route, desk))
    page.goto(ORIGIN)

    def run(image: Array) -> Outputs:
        desk.give(image)
        shapes = evaluate(page, ANSWER, {"type": str(image.dtype), "shape": list(image.shape), "batch": BATCH})
        outputs = {name: np.frombuffer(b"".join(desk.received[name]), np.float32) for name in shapes}
        return {name: values.reshape(shapes[name]) for name, values in outputs.items()}

    run.close = home.close  # type: ignore[attr-defined]
    try:
        evaluate(page, OPEN)
    except UnsupportedError:
        home.close()
        raise
    return run


def evaluate(page: Page, script: str, argument: object = None) -> dict[str, list[int]]:
    """The shapes that a function in the page says, if any; UnsupportedError with the first line of what went wrong."""
    try:
        said: dict[str, list[int]] | None = page.evaluate(script, argument)
    except Error as error:
        raise UnsupportedError(error.message.splitlines()[0]) from error
    return said or {}


def answer(route: Route, desk: Desk) -> None:
    """Answer a request of the page from this process: nothing listens on a port and nothing leaves the machine."""
    name = route.request.url.removeprefix(ORIGIN)
    if name == "/model":
        route.fulfill(body=desk.model)
    elif name == "/image":
        route.fulfill(body=desk.image)
    elif name.startswith("/reply/"):
        desk.received.setdefault(name.removeprefix("/reply/"), []).append(route.request.post_data_buffer or b"")
        route.fulfill(body="")
    elif name.startswith("/dist/"):
        route.fulfill(**shipped_part(name.removeprefix("/dist/")))
    else:
        route.fulfill(body="<!doctype html>", content_type="text/html")


def shipped_part(name: str) -> dict[str, Any]:
    """One of the two files of onnxruntime-web, as an answer to the page."""
    if name == BINARY:
        return {"body": gzip.decompress((VENDOR / f"{name}.gz").read_bytes()), "content_type": "application/wasm"}
    return {"body": (VENDOR / name).read_bytes(), "content_type": "text/javascript"}
