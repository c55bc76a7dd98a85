"""onnxruntime-web, WebAssembly in a real headless Chromium: the very files that the page brings to its visitors."""

import gzip
import os
import re
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Error, Page, Route, sync_playwright

from export.runtimes.run import Array, MissingError, Outputs, Run, UnsupportedError

VENDOR = Path(__file__).resolve().parents[2] / "demo" / "static" / "vendor"
MODULE, BINARY = "ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"
ORIGIN = "http://localhost"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SCRIPT = """
async ({ type, shape, batch }) => {
  const ort = await import("/dist/ort.wasm.bundle.min.mjs");
  ort.env.wasm.wasmPaths = { wasm: location.origin + "/dist/ort-wasm-simd-threaded.wasm" };
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create("/model");
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


def browser() -> str | None:
    """A Chromium of this machine; None for the one that Playwright brings."""
    return os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)


def version() -> str:
    """The package's version and the browser's; MissingError when no browser starts."""
    said = re.search(r"ONNX Runtime Web v([\d.]+)", (VENDOR / MODULE).read_text(encoding="utf-8")[:500])
    assert said, f"{MODULE} does not say its version"
    try:
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=browser())
            name = opened.version
            opened.close()
    except Error as error:
        raise MissingError(f"no Chromium starts here: {error.message.splitlines()[0]}") from error
    return f"{said[1]}, Chromium {name}"


def open_model(path: Path) -> Run:
    """A function that runs a model in a browser, which stays open until the function's `close` is called."""
    home = ExitStack()
    playwright = home.enter_context(sync_playwright())
    opened = playwright.chromium.launch(executable_path=browser())
    home.callback(opened.close)

    def run(image: Array) -> Outputs:
        received: dict[str, list[bytes]] = {}
        page = opened.new_page()
        serve(page, path, image, received)
        page.goto(ORIGIN)
        try:
            shapes = page.evaluate(SCRIPT, {"type": str(image.dtype), "shape": list(image.shape), "batch": 256})
        except Error as error:
            raise UnsupportedError(error.message.splitlines()[0]) from error
        finally:
            page.close()
        return {
            name: np.frombuffer(b"".join(received[name]), np.float32).reshape(shape) for name, shape in shapes.items()
        }

    run.close = home.close  # type: ignore[attr-defined]
    return run


def serve(page: Page, model: Path, image: Array, received: dict[str, list[bytes]]) -> None:
    """Answer the page's requests from this process: nothing listens on a port and nothing leaves the machine."""

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(ORIGIN)
        if name == "/model":
            route.fulfill(body=model.read_bytes())
        elif name == "/image":
            route.fulfill(body=np.ascontiguousarray(image).tobytes())
        elif name.startswith("/reply/"):
            received.setdefault(name.removeprefix("/reply/"), []).append(route.request.post_data_buffer or b"")
            route.fulfill(body="")
        elif name.startswith("/dist/"):
            route.fulfill(**shipped_part(name.removeprefix("/dist/")))
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    page.route("**/*", answer)


def shipped_part(name: str) -> dict[str, Any]:
    """One of the two files of onnxruntime-web, as an answer to the page."""
    if name == BINARY:
        return {"body": gzip.decompress((VENDOR / f"{name}.gz").read_bytes()), "content_type": "application/wasm"}
    return {"body": (VENDOR / name).read_bytes(), "content_type": "text/javascript"}
