"""Browsers that cannot run the static page are told so once, truly, and download nothing again and again."""

import re

import pytest

from tests.demo.browsing import blank_page, go_to, open_page, until_it_listens
from tests.demo.visitor import SEVEN, Visitor

pytestmark = pytest.mark.browser

LARGE = re.compile(r"\.(onnx|wasm\.gz)$")
CANNOT = {
    "no WebAssembly": ("delete window.WebAssembly;", "does not run WebAssembly"),
    "too little memory": (
        """const told = "WebAssembly.Memory(): could not allocate memory";
        WebAssembly.instantiate = () => Promise.reject(new RangeError(told));
        WebAssembly.Memory = function () { throw new RangeError(told); };""",
        "too little free memory",
    ),
    "an old WebAssembly": (
        "WebAssembly.instantiate = () => Promise.reject(new WebAssembly.CompileError('invalid opcode'));",
        "could not run the recogniser",
    ),
    "no DecompressionStream": ("delete window.DecompressionStream;", "too old for the page"),
}


@pytest.fixture
def troubled(chromium, static_address):
    pages = []

    def troubled(script):
        page = blank_page(chromium, service_workers="block", viewport={"width": 1100, "height": 900})
        pages.append(page)
        asked = []
        page.on("request", lambda request: asked.append(request.url) if LARGE.search(request.url) else None)
        page.add_init_script(script)
        go_to(page, static_address)
        return Visitor(page), asked

    yield troubled
    for page in pages:
        page.context.close()


@pytest.mark.parametrize(("script", "words"), CANNOT.values(), ids=CANNOT.keys())
def test_what_is_missing_is_said_once_and_nothing_is_downloaded_again(troubled, script, words):
    visitor, asked = troubled(script)
    assert visitor.after(lambda: visitor.draw(SEVEN, steps=10)) == ""
    sentence = visitor.page.locator("[data-part=sentence]").inner_text()
    assert words in sentence
    visitor.page.wait_for_timeout(2500)  # in which a page that asks again would
    visitor.press("sketch-clear")
    visitor.after(lambda: visitor.draw(SEVEN))
    assert visitor.page.locator("[data-part=sentence]").inner_text() == sentence
    assert len(asked) == len(set(asked)) <= 2
    visitor.press("selftest-run")
    visitor.page.get_by_text(f"Failed: {sentence}").wait_for()


def test_a_file_that_does_not_come_is_not_asked_for_with_each_movement(troubled):
    visitor, asked = troubled("")
    visitor.page.route("**/*.onnx", lambda route: route.abort())
    asked.clear()
    visitor.page.reload()
    until_it_listens(visitor.page)
    assert visitor.after(lambda: visitor.draw(SEVEN, steps=10)) == ""
    assert "could not be loaded" in visitor.page.locator("[data-part=sentence]").inner_text()
    assert len(asked) <= 3  # the runtime once, the model from the browser's copy and from the server
    visitor.page.unroute("**/*.onnx")
    visitor.page.evaluate("dispatchEvent(new Event('online'))")
    visitor.press("sketch-clear")
    assert visitor.after(lambda: visitor.draw(SEVEN)) == "7"
    assert sum(url.endswith(".gz") for url in asked) == 1


def test_a_page_that_cannot_start_says_so(chromium, static_address):
    page = blank_page(chromium, service_workers="block")
    page.route("**/settings.json", lambda route: route.abort())
    session = page.context.new_cdp_session(page)
    session.send("Animation.enable")
    page.goto(static_address)
    assert not page.get_by_text("The page has not started").is_visible()
    session.send("Animation.setPlaybackRate", {"playbackRate": 20})  # ten seconds in half a second
    page.get_by_text("The page has not started").wait_for()
    assert opacity(page) < 0.5  # a stroke would be lost
    page.context.close()


def test_a_page_that_starts_says_nothing_of_it(chromium, static_address):
    page = open_page(chromium, static_address)
    page.get_by_text("The page has not started").wait_for(state="detached")
    assert opacity(page) == 1
    page.context.close()


def opacity(page):
    """The canvas's: 1 where it can be drawn on."""
    return float(page.get_by_test_id("sketch-canvas").evaluate("canvas => getComputedStyle(canvas).opacity"))
