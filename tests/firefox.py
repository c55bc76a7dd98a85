"""A Firefox beside Chromium, so that pages are tried in two engines: `python -m tests.firefox` brings Debian's.

Playwright drives a Firefox that it did not build itself by WebDriver BiDi, and asks each one for looks that
Debian's has no command for. So it is given a program that starts Firefox, hands all messages on, and grants those
wishes itself.
"""

import asyncio
import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright
from websockets.asyncio.client import connect
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection, serve

from tests.chromium import apt_install

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("firefox-esr", "firefox")  # Debian's and Ubuntu's
BY_BIDI = "moz-firefox"  # what Playwright calls one that it did not build
GRANTED = "emulation.setMediaFeaturesOverride"  # the looks stay Firefox's own
LISTENING = "WebDriver BiDi listening on "


def find() -> str | None:
    """The path of a Firefox: FIREFOX_PATH, else one on PATH; None where there is none."""
    return os.environ.get("FIREFOX_PATH") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def firefox_of(playwright: Playwright, path: str, folder: Path) -> Iterator[Browser]:
    """The Firefox at `path`, without a window; `folder` is for the program that Playwright starts in its place."""
    program = folder / "firefox"
    program.write_text(f'#!/bin/sh\ncd {shlex.quote(str(ROOT))}\nexec {sys.executable} -m tests.firefox {path} "$@"\n')
    program.chmod(0o755)
    opened = playwright.firefox.launch(executable_path=program, channel=BY_BIDI)
    yield opened
    opened.close()


async def between(command: list[str]) -> None:
    """Start Firefox, say where to reach it as it does itself, and hand messages on until it ends."""
    firefox = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert firefox.stderr is not None
    while LISTENING not in (line := (await firefox.stderr.readline()).decode()):
        if not line:
            sys.exit(await firefox.wait())
    address = line.partition(LISTENING)[2].strip()

    async def meet(asking: ServerConnection) -> None:
        assert asking.request is not None
        async with connect(address + asking.request.path, max_size=None) as answering:
            await asyncio.wait(
                [asyncio.create_task(ask(asking, answering)), asyncio.create_task(hand_on(answering, asking))],
                return_when=asyncio.FIRST_COMPLETED,
            )

    async with serve(meet, "127.0.0.1", 0, max_size=None) as server:
        host, port = next(iter(server.sockets)).getsockname()
        print(f"{LISTENING}ws://{host}:{port}", file=sys.stderr, flush=True)
        while await firefox.stderr.readline():
            pass  # what it complains of
    await firefox.wait()


async def ask(asking: Connection, answering: Connection) -> None:
    async for message in asking:
        question = json.loads(message)
        if question["method"] == GRANTED:
            await asking.send(json.dumps({"type": "success", "id": question["id"], "result": {}}))
        else:
            await answering.send(message)


async def hand_on(source: Connection, target: Connection) -> None:
    async for message in source:
        await target.send(message)


if __name__ == "__main__":
    if sys.argv[1:]:
        asyncio.run(between(sys.argv[1:]))
    else:
        problem = "" if find() else apt_install(NAMES[:1])
        print(f"browser tests use {find()}, too" if find() else f"no Firefox, so tests in it are left out: {problem}")
