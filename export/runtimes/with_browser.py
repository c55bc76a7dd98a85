"""onnxruntime-web, WebAssembly in a real headless Chromium."""

import os
import shutil
from pathlib import Path

import numpy as np
from playwright.sync_api import Error, Page, Route, sync_playwright

from export.runtimes.npm import NODE, installed
from export.runtimes.run import Array, MissingError, Outputs, Run, UnsupportedError

ORIGIN = "http://localhost"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SCRIPT = """
async ({ type, shape, batch }) => {
  const ort = await import("/dist/ort.wasm.min.mjs");
  ort.env.wasm.wasmPaths = location.origin + "/dist/";
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
      reply[name] ??= { shape: [count, ...outputs[name].dims.slice(1)], values: [] };
      for (const value of outputs[name].data) reply[name].values.push(value);
    }
  }
  return reply;
}
"""


def browser() -> str | None:
    """A Chromium of this machine; None for the one that Playwright brings."""
    return os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)


def version() -> str:
    """The package's version and the browser's; MissingError when either is not there."""
    package = installed(NODE, "onnxruntime-web")
    try:
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=browser())
            name = opened.version
            opened.close()
    except Error as error:
        raise MissingError(f"no Chromium starts here: {error.message.splitlines()[0]}") from error
    return f"{package}, Chromium {name}"


def open_model(path: Path) -> Run:
    def run(image: Array) -> Outputs:
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=browser())
            page = opened.new_page()
            serve(page, path, image)
            page.goto(ORIGIN)
            try:
                reply = page.evaluate(SCRIPT, {"type": str(image.dtype), "shape": list(image.shape), "batch": 256})
            except Error as error:
                raise UnsupportedError(error.message.splitlines()[0]) from error
            finally:
                opened.close()
        return {name: np.array(it["values"], np.float32).reshape(it["shape"]) for name, it in reply.items()}

    return run


def serve(page: Page, model: Path, image: Array) -> None:
    """Answer the page's requests from this process: nothing listens on a port and nothing leaves the machine."""
    dist = NODE / "node_modules" / "onnxruntime-web" / "dist"
    kinds = {".mjs": "text/javascript", ".wasm": "application/wasm"}

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(ORIGIN)
        if name == "/model":
            route.fulfill(body=model.read_bytes())
        elif name == "/image":
            route.fulfill(body=np.ascontiguousarray(image).tobytes())
        elif name.startswith("/dist/"):
            file = dist / name.removeprefix("/dist/")
            route.fulfill(body=file.read_bytes(), content_type=kinds[file.suffix])
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    page.route("**/*", answer)
