"""A new version of the static page arrives within two visits, whatever is said of caching, and breaks nothing."""

import re

import pytest

from demo.settings import MODELS
from demo.space import static_space
from demo.space.folders import write
from tests.demo.browsing import blank_page, go_to, open_page, until_it_listens
from tests.demo.hosting import hosted, wait_for_copies
from tests.demo.visitor import ONE, Visitor

pytestmark = pytest.mark.browser

YEAR = "max-age=31536000"
SMALL_BYTES = 100_000


def small_files(path):
    """Only what is small may be kept."""
    return YEAR if path.is_file() and path.stat().st_size < SMALL_BYTES else "no-store"


CACHING = {
    "all files for a year": lambda _: YEAR,
    "small files for a year": small_files,
    "nothing at all": lambda _: "",
}
# As the page was before its files had a folder: one cache, filled through the browser's own.
FORMER = {
    "index.html": b"<!doctype html><script src='start.js'></script>",
    "start.js": b"navigator.serviceWorker.register('worker.js');",
    "worker.js": b"""
const NAME = "digits-0123456789abcdef";
const kept = async (request) => (await caches.match(request)) ?? fetch(request);
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(["./", "index.html", "start.js"])));
  self.skipWaiting();
});
self.addEventListener("fetch", (event) => event.respondWith(kept(event.request)));
""",
}


DOC_STRING = b"\x32\x07another"  # a field of an .onnx file that says nothing; the last one of several counts


@pytest.fixture(scope="module")
def versions(tmp_path_factory):
    """Two versions of the page, the second with another model."""
    model = MODELS / "reader.onnx"
    another = tmp_path_factory.mktemp("models") / "another-reader.onnx"
    another.write_bytes(model.read_bytes() + DOC_STRING)
    return [static_space.static_space({"title": "Digits"}, path) for path in (model, another)]


def shown(page):
    """The model that the page on show was made with."""
    return re.search(r"([\w-]+)\.onnx", page.content())[1]


def answers(page):
    """Whether the page reads a bar."""
    until_it_listens(page)
    visitor = Visitor(page)
    return visitor.after(lambda: visitor.draw(ONE)) == "1"


@pytest.mark.parametrize("caching", CACHING.values(), ids=CACHING.keys())
def test_a_new_version_is_there_at_the_second_visit(chromium, tmp_path, versions, caching):
    old, new = versions
    with hosted(tmp_path / "space", old, caching) as address:
        page = open_page(chromium, address)
        wait_for_copies(page, 1)
        write(tmp_path / "space", new)
        page.goto(address)
        assert answers(page)  # the first visit may still be of the old version, whole
        wait_for_copies(page, 2)
        page.goto(address)
        assert (shown(page), answers(page)) == ("another-reader", True)
        page.context.set_offline(True)
        page.reload()
        assert (shown(page), answers(page)) == ("another-reader", True)
        page.context.close()


@pytest.mark.parametrize("caching", CACHING.values(), ids=CACHING.keys())
def test_without_a_kept_copy_a_reload_mends_what_the_browser_mixed(chromium, tmp_path, versions, caching):
    old, new = versions
    with hosted(tmp_path / "space", old, caching) as address:
        page = open_page(chromium, address, service_workers="block")
        assert answers(page)
        write(tmp_path / "space", new)
        page.goto(address)
        page.reload()
        assert (shown(page), answers(page)) == ("another-reader", True)
        page.context.close()


@pytest.mark.parametrize("caching", CACHING.values(), ids=CACHING.keys())
def test_a_copy_that_a_former_worker_keeps_is_replaced(chromium, tmp_path, versions, caching):
    with hosted(tmp_path / "space", FORMER, caching) as address:
        page = blank_page(chromium)
        page.goto(address)
        wait_for_copies(page, 1)
        write(tmp_path / "space", versions[1])
        page.goto(address)
        wait_for_copies(page, 2)
        page.goto(address)
        assert (shown(page), answers(page)) == ("another-reader", True)
        page.context.close()


def test_a_half_written_version_is_not_kept(chromium, tmp_path, versions):
    old, new = versions
    half = new | {name: b"half" for name in new if name.endswith(".onnx")}
    with hosted(tmp_path / "space", old) as address:
        page = open_page(chromium, address)
        wait_for_copies(page, 1)
        write(tmp_path / "space", half)
        page.goto(address)
        page.evaluate("async () => { await (await navigator.serviceWorker.ready).update().catch(() => {}); }")
        page.wait_for_timeout(1000)
        page.reload()
        assert (shown(page), answers(page)) == ("reader", True)
        page.wait_for_timeout(2000)  # the reload lets the browser try again, a second later
        wait_for_copies(page, 1)
        write(tmp_path / "space", new)
        page.goto(address)
        wait_for_copies(page, 2)
        page.goto(address)
        assert (shown(page), answers(page)) == ("another-reader", True)
        page.context.close()


def test_a_copy_with_a_hole_is_given_up(chromium, tmp_path, versions):
    old, new = versions
    with hosted(tmp_path / "space", old) as address:
        page = open_page(chromium, address)
        wait_for_copies(page, 1)
        page.evaluate(
            """async () => {
                const cache = await caches.open((await caches.keys())[0]);
                for (const { url } of await cache.keys()) if (url.endsWith(".onnx")) await cache.delete(url);
            }"""
        )
        write(tmp_path / "space", {name: content for name, content in new.items() if name != "worker.js"})
        go_to(page, address)
        Visitor(page).after(lambda: Visitor(page).draw(ONE))
        page.reload()
        assert (shown(page), answers(page)) == ("another-reader", True)
        page.context.close()
