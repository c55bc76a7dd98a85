"""A plain web server of a folder, which keeps its headers as it is told, for the tests of the static page."""

import functools
import http.server
import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from playwright.sync_api import Page

from demo.space.folders import write
from demo.space.static_space import Files
from tests.demo.browsing import WAIT_MS

CacheControl = Callable[[Path], str]  # a file -> the header's value, "" for none


COPIES = "async () => (await caches.keys()).filter((name) => name.startsWith('digits')).length"
# The copies are counted before the worker is looked at: one that begins in between would count, and not be seen.
STATE = f"""async () => {{
    const copies = await ({COPIES})();
    const {{ active, installing, waiting }} = await navigator.serviceWorker.ready;
    const states = [installing, waiting, active].map((one) => one?.state ?? "none");
    return [String(copies), ...states, String(await ({COPIES})())];
}}"""


def wait_for_copies(page: Page, count: int) -> None:
    """Return once the page's worker is done and keeps `count` versions; TimeoutError when that never comes."""
    end_at = time.monotonic() + WAIT_MS / 1000
    done = [str(count), "none", "none", "activated", str(count)]
    while (state := page.evaluate(STATE)) != done:  # `wait_for_function` takes the promise itself for a yes
        if time.monotonic() > end_at:
            raise TimeoutError(f"copies, installing, waiting, active, copies: expected {done}, but they stay {state}")
        page.wait_for_timeout(100)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Says nothing of each request."""

    def __init__(self, *args: object, cache_control: CacheControl, **options: object) -> None:
        """cache_control: what each file's answer says of caching."""
        self.cache_control = cache_control
        super().__init__(*args, **options)  # type: ignore[arg-type]

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """Always the file itself: what is written anew within a second keeps its date, and would count as unchanged."""
        del self.headers["If-Modified-Since"]
        return super().send_head()

    def end_headers(self) -> None:
        """Add what this server says of caching."""
        path = Path(self.translate_path(self.path))
        value = self.cache_control(path / "index.html" if path.is_dir() else path)
        if value:
            self.send_header("Cache-Control", value)
        super().end_headers()


@contextmanager
def hosted(folder: Path, files: Files, cache_control: CacheControl = lambda _: "") -> Iterator[str]:
    """The address of a web server of these files, written to `folder`; others may be written there meanwhile."""
    write(folder, files)
    handler = functools.partial(Quiet, directory=str(folder), cache_control=cache_control)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
