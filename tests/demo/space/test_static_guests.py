"""The static page as a guest: installed like a program, and in a frame of somebody else's page."""

import json
import re

import pytest
from PIL import Image

from demo.settings import ROOT
from demo.space.app_manifest import SIDES_PX, app_manifest
from tests.demo.browsing import blank_page
from tests.demo.hosting import hosted
from tests.demo.visitor import ONE, Visitor

MOST_BYTES = 10_000


def test_the_manifest_names_icons_that_are_there(tmp_path):
    files = app_manifest("Handwritten digits")
    told = json.loads(files["manifest.webmanifest"])
    assert [icon["sizes"] for icon in told["icons"]] == [f"{side}x{side}" for side in SIDES_PX]
    for icon, side in zip(told["icons"], SIDES_PX, strict=True):
        (tmp_path / icon["src"]).write_bytes(files[icon["src"]])
        with Image.open(tmp_path / icon["src"]) as picture:
            assert picture.size == (side, side)
            assert len(picture.convert("RGB").getcolors()) > 2  # a drawing, with smooth edges
    assert sum(map(len, files.values())) < MOST_BYTES


@pytest.mark.browser
def test_a_browser_would_install_it(chromium, static_address):
    page = blank_page(chromium)
    page.goto(static_address)
    session = page.context.new_cdp_session(page)
    told = session.send("Page.getAppManifest")
    assert told["errors"] == []
    assert json.loads(told["data"])["display"] == "standalone"
    base = re.match(r".*/", told["url"])[0]
    assert page.evaluate("base => new URL('../', base).href", base) == static_address
    page.context.close()


@pytest.mark.browser
def test_the_documented_line_puts_it_into_a_page_of_another_origin(chromium, static_address, tmp_path):
    line = re.search(r"<iframe .*</iframe>", (ROOT / "docs" / "hosting.md").read_text())[0]
    line = line.replace("https://example.org/digits/", static_address)
    with hosted(tmp_path / "host", {"index.html": f"<!doctype html><title>Mine</title>{line}".encode()}) as host:
        page = blank_page(chromium, viewport={"width": 376, "height": 740})
        page.goto(host.replace("127.0.0.1", "localhost"))
        frame = page.frame_locator("iframe")
        frame.get_by_test_id("sketch-canvas").wait_for()
        inside = page.frames[1]
        inside.wait_for_function("() => document.querySelector('[data-testid=sketch-canvas]')?.drawing !== undefined")
        visitor = Visitor(page)
        visitor.canvas, visitor.answer = frame.get_by_test_id("sketch-canvas"), frame.get_by_test_id("answer")
        visitor.draw(ONE)
        visitor.expect_digits("1")
        room = inside.evaluate("[innerWidth, innerHeight]")
        needed = inside.evaluate("""() => {
          const { right, bottom } = document.querySelector("[data-testid=answer]").getBoundingClientRect();
          return [Math.max(right, document.documentElement.scrollWidth), bottom + scrollY];
        }""")
        assert needed[0] <= room[0]
        assert needed[1] <= room[1]
        page.context.close()
