"""A served page and a Chromium to look at it, for the browser tests and the screenshots."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests import chromium

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
FLAGS += ["--use-fake-device-for-media-stream"]  # a camera that shows a moving pattern
START_LIMIT_S = 60.0


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium; ChromiumError, a sentence, where none starts."""
    path = chromium.find()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def served(cache: Path, port: int | None = None) -> Iterator[tuple[str, int]]:
    """The address and process id of `python app.py`, started as a person would and stopped afterwards."""
    port = port or free_port()
    settings = {
        "DIGITS_PORT": str(port),
        "DIGITS_CACHE": str(cache),
        "DIGITS_CORRECTIONS": str(cache / "corrections.sqlite"),
        "OMP_NUM_THREADS": "1",
    }
    process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=os.environ | settings)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, process)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes], limit_s: float = START_LIMIT_S) -> None:
    """Return once the address answers; RuntimeError when the process ends or takes longer than the limit."""
    give_up_at = time.monotonic() + limit_s
    while time.monotonic() < give_up_at and process.poll() is None:
        try:
            urllib.request.urlopen(address).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{address} did not answer within {limit_s:.0f} s; exit code {process.poll()}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def open_page(visitor: Browser, address: str, **context: object) -> Page:
    """A new visitor on the first screen, once the canvas can be drawn on."""
    page = visitor.new_context(**context).new_page()  # type: ignore[arg-type]
    page.goto(address)
    page.wait_for_selector("[data-testid=sketch-canvas]")
    return page
