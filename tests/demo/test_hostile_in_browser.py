"""Odd files in a real browser: no script of theirs runs, no traceback shows, no other host is asked."""

import re
import time
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.demo import hostile, hostile_sets
from tests.demo.browsing import WAIT_MS, open_page
from tests.demo.hostile_sets import FAILED_PICTURE, SCRIPT
from tests.demo.visitor import Visitor

pytestmark = pytest.mark.browser

PICTURES, SETS = 24, 6
DRAWING = f'<svg xmlns="http://www.w3.org/2000/svg"><script>document.title="hacked"</script>{SCRIPT}</svg>'.encode()
NAMES = (
    f"{SCRIPT}.png",
    "=cmd|' calc'!A0.png",
    '"><script>document.title="hacked".png',
    "x" * 200 + ".png",
    "../7.png",
)
INSIDE = re.compile(r"Traceback|File \"|\.py\b|/site-packages/|0x[0-9a-f]{6}|\w+Error\b")


@contextmanager
def watched(chromium, address):
    """A page, on leaving which nothing bad may have happened on it."""
    page = open_page(chromium, address, viewport={"width": 1100, "height": 900})
    asked, failed, opened = set(), [], []
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
    page.context.on("page", lambda other: opened.append(other.url))
    try:
        yield page
        page.wait_for_timeout(300)  # what cannot be loaded needs a moment to say so
        page.evaluate(FAILED_PICTURE)  # and on a busy machine as long as another one
        assert "hacked" not in page.title()
        assert asked <= {urlsplit(address).netloc, ""}  # "" are data URLs
        assert (failed, opened) == ([], [])
        assert not INSIDE.search(page.locator("body").inner_text())
    finally:
        page.context.close()


def odd_pictures():
    """Name -> bytes, PICTURES of them and a drawing that holds a script."""
    contents = [DRAWING, *(content for _, content in hostile.files(PICTURES, seed=5))]
    return {f"{number}{NAMES[number % len(NAMES)]}": content for number, content in enumerate(contents)}


@pytest.mark.parametrize("home", ["page_address", "static_address"])
def test_odd_pictures_become_rows_of_text(chromium, request, home):
    with watched(chromium, request.getfixturevalue(home)) as page:
        Visitor(page).upload_all(odd_pictures())
        rows = page.locator("table.batch tbody tr")
        expect(rows).to_have_count(PICTURES + 1, timeout=3 * WAIT_MS)
        sentences = rows.locator("td:last-child").all_inner_texts()
        assert all(re.fullmatch(r"[A-Z][^<>\n]{10,250}\.", sentence) for sentence in sentences), sentences
        assert len(set(sentences)) > 3
        assert rows.locator("td:nth-child(2)").first.inner_text() == f"0{SCRIPT}.png"


def odd_sets():
    """(name, bytes) of data sets: some of the fuzz run's, and tables with script for header, label and pixels."""
    yield "header.csv", f"label,{SCRIPT}\n1,2\n".encode()
    yield "label.csv", f"{SCRIPT},{','.join(['0'] * 784)}\n".encode()
    yield "twice.csv", f"label,{SCRIPT},{SCRIPT}\n".encode()
    for number, (_, name, content) in enumerate(hostile_sets.data_sets(SETS, 11, "/nowhere")):
        yield f"{number}{SCRIPT}-{name}", content


def test_odd_data_sets_get_a_report_of_text(chromium, page_address):
    told, ended = [], []
    with watched(chromium, page_address) as page:
        for kind in ("requestfinished", "requestfailed"):  # the page itself closes the stream of answers
            page.on(kind, lambda request: ended.append(request) if "queue/data" in request.url else None)
        page.get_by_role("tab", name="Error analysis").click()
        page.get_by_text("Analyse your own pictures").click()
        for name, content in odd_sets():
            before = len(ended)
            report = page.locator("#analysis-upload-report").inner_text() if told else ""
            page.locator("#analysis-upload input[type=file]").set_input_files(
                [{"name": name, "mimeType": "", "buffer": content}]
            )
            give_up_at = time.monotonic() + WAIT_MS / 1000
            while len(ended) == before and time.monotonic() < give_up_at:
                page.wait_for_timeout(50)
            assert len(ended) > before, f"{name} was not answered"
            told.append(drawn_report(page, other_than=report))
            page.locator("#analysis-upload").get_by_label("Clear").click()
    assert not [text for text in told if not text or INSIDE.search(text)]
    assert len(set(told)) > SETS / 2, told


def drawn_report(page, other_than):
    """The report once it differs from the last one; after five seconds it may say the same again."""
    report, give_up_at = page.locator("#analysis-upload-report"), time.monotonic() + 5
    while report.inner_text() in ("", other_than) and time.monotonic() < give_up_at:
        page.wait_for_timeout(50)
    expect(report).not_to_have_text("")
    return report.inner_text()


def test_script_in_an_address_is_text(chromium, page_address):
    with watched(chromium, page_address) as page:
        page.get_by_role("tab", name="Error analysis").click()
        told = page.locator("#analysis [data-part=working]")
        for name in ("data", "show", "picture", "slice", "only", "other", "model"):
            page.goto(f"{page_address}#analysis?data=pendigits8&model=recognizer.onnx&{name}={quote(SCRIPT)}")
            page.wait_for_timeout(300)
        expect(told).to_contain_text(f"There is no model {SCRIPT!r}"[:40])


def run_script(page):
    page.evaluate("script => document.body.insertAdjacentHTML('beforeend', script)", SCRIPT)
    page.wait_for_function("document.title.includes('hacked')")


def test_the_watch_notices_script_and_strangers(chromium, page_address):
    with pytest.raises(AssertionError), watched(chromium, page_address) as page:
        run_script(page)
