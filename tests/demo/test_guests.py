"""A new visitor is nobody's successor: no page finds what an earlier one kept."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytestmark = pytest.mark.browser

KEEP = """async () => {
  localStorage.name = document.cookie = "name=somebody; max-age=1000";
  await caches.open("digits");
  await navigator.serviceWorker.register("worker.js");
  await new Promise((done) => (indexedDB.open("digits").onsuccess = done));
}"""
KNOWN = """async () => [
  localStorage.length,
  document.cookie,
  (await caches.keys()).length,
  (await navigator.serviceWorker.getRegistrations()).length,
  (await indexedDB.databases()).length,
]"""
NOTHING, ALL = [0, "", 0, 0, 0], [1, "name=somebody", 1, 1, 1]


class Empty(BaseHTTPRequestHandler):
    """Answers every question with an empty page, or an empty script."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if self.path.endswith(".js") else "text/html")
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def address():
    with ThreadingHTTPServer(("127.0.0.1", 0), Empty) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_nothing_that_a_page_keeps_is_found_by_the_next_guest(guests, address):
    for _ in range(2):
        with guests.page() as page:
            page.goto(address)
            assert page.evaluate(KNOWN) == NOTHING
            page.evaluate(KEEP)
            page.reload()
            assert page.evaluate(KNOWN) == ALL


def test_guests_at_the_same_time_have_their_own_contexts_and_screens(guests):
    size = {"width": 360, "height": 740}
    with guests.page() as first, guests.page(size) as second, guests.page(has_touch=True) as third:
        assert len({first.context, second.context, third.context}) == 3
        assert second.evaluate("[innerWidth, innerHeight, screen.width]") == [360, 740, 360]
    assert first.is_closed()
