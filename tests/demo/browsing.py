"""A served page and a Chromium to look at it, for the browser tests and the screenshots."""

import functools
import os
import random
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests import chromium

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
# A camera that shows a moving pattern, and a hand that allows it.
FLAGS += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
# Limits for what never comes: everything else is there within a fortieth of them on an idle machine.
WAIT_MS = 180_000
START_LIMIT_S = 240.0
DESK = {"viewport": {"width": 1100, "height": 900}}
# Below those that systems hand to outgoing connections, above those that browsers refuse, of which 10080 is the last.
PORTS = range(10_081, 32_000)

expect.set_options(timeout=WAIT_MS)


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium; ChromiumError, a sentence, where none starts."""
    with sync_playwright() as playwright, chromium_of(playwright) as opened:
        yield opened


@contextmanager
def chromium_of(playwright: Playwright) -> Iterator[Browser]:
    """The same, where Playwright runs already: a thread has but one."""
    opened = playwright.chromium.launch(executable_path=started_one(), args=FLAGS)
    yield opened
    opened.close()


@functools.cache
def started_one() -> str:
    """The path of a Chromium, which was started once to see that it can be."""
    return chromium.find()


@contextmanager
def served(cache: Path, port: int | None = None, root: Path = ROOT) -> Iterator[tuple[str, int]]:
    """The address and process id of `python app.py` in `root`, started as a person would and stopped afterwards."""
    port = port or free_port()
    settings = {
        "DIGITS_PORT": str(port),
        "DIGITS_CACHE": str(cache),
        "DIGITS_CORRECTIONS": str(cache / "corrections.sqlite"),
        "OMP_NUM_THREADS": "1",
    }
    process = subprocess.Popen([sys.executable, "app.py"], cwd=root, env=os.environ | settings)
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
    """A port that nobody listens on, at random, so that tests running side by side hardly choose the same one."""
    for port in random.SystemRandom().sample(PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("a hundred ports are taken; something on this machine holds them")


def blank_page(visitor: Browser, **context: object) -> Page:
    """A new visitor who has opened nothing yet, and is patient."""
    page = visitor.new_context(**context).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(WAIT_MS)
    return page


@contextmanager
def guest_of(visitor: Browser, **context: object) -> Iterator[Page]:
    """The same, who leaves at the end: dozens that stay slow all others down."""
    page = blank_page(visitor, **context)
    try:
        yield page
    finally:
        page.context.close()


def open_page(visitor: Browser, address: str, **context: object) -> Page:
    """A new visitor on the first screen, once the canvas can be drawn on."""
    page = blank_page(visitor, **context)
    go_to(page, address)
    return page


def go_to(page: Page, address: str) -> None:
    """Open a page and return once its first screen listens."""
    page.goto(address)
    until_it_listens(page)


def until_it_listens(page: Page) -> None:
    """Return once the canvas can be drawn on: after a reload, too, its markup is there a moment before its script."""
    page.wait_for_function("() => document.querySelector('[data-testid=sketch-canvas]')?.drawing !== undefined")
