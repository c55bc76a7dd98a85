"""Corrections on the static page: kept in the visitor's browser alone, and fit for `digits train --extra`."""

import io
import zipfile
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from core.train.config import TrainConfig
from core.train.pictures.extra import extra_pictures, read_set
from demo.corrections import correct
from tests.demo.browsing import blank_page, go_to
from tests.demo.strokes import digits
from tests.demo.test_accessibility import LOOKS, serious_issues
from tests.demo.test_browser import drawn_seven, saved
from tests.demo.test_private_browsers import NO_STORAGE
from tests.demo.visitor import ONE, SEVEN, Visitor

pytestmark = pytest.mark.browser

SEVENTEEN = [[(0.1 + x / 2 + shift, y) for x, y in stroke] for (stroke,), shift in ((ONE, -0.1), (SEVEN, 0.35))]
FULL = """
  IDBObjectStore.prototype.add = () => { throw new DOMException("full", "QuotaExceededError"); };
"""


@pytest.fixture
def visit(chromium, static_address):
    pages = []

    def visit(script="", **context):
        page = blank_page(chromium, **({"viewport": {"width": 1100, "height": 900}} | context))
        pages.append(page)
        page.add_init_script(script)
        go_to(page, static_address)
        return Visitor(page)

    yield visit
    for page in pages:
        page.context.close()


def tell(visitor, digit):
    """Say which digit it was, and return what is said to that."""
    visitor.page.get_by_role("button", name=f"It is a {digit}").click()
    said = visitor.page.locator(".correct [data-part=said]")
    expect(said).to_contain_text(f"Kept as a {digit}")
    return said.inner_text()


def downloaded(visitor, name):
    with visitor.page.expect_download() as download:
        visitor.page.get_by_test_id("correct").get_by_role("button", name=name).click()
    return download.value


def thanks(digit, count, instead=""):
    return correct.WORDS["kept"].format(digit=digit, count=count, instead=instead)


def test_a_second_tap_replaces_the_first_and_each_is_seen_taken_back_and_cleared(visit):
    visitor = visit()
    own = visitor.page.get_by_test_id("corrections")
    expect(own).to_be_hidden()
    visitor.after(lambda: visitor.draw(SEVEN))
    expect(visitor.page.get_by_test_id("correct")).to_contain_text("kept in this browser to train on")
    assert tell(visitor, 1) == thanks(1, 1)
    assert tell(visitor, 4) == thanks(4, 1, correct.WORDS["instead"].format(digit=1))
    visitor.press("sketch-clear")
    visitor.after(lambda: visitor.draw(ONE))
    assert tell(visitor, 2) == thanks(2, 2)
    visitor.press("take-back")
    expect(visitor.page.get_by_text(correct.WORDS["taken_back"].format(count=1)).first).to_be_visible()
    tell(visitor, 3)
    go_to(visitor.page, visitor.page.url)  # another visit
    expect(own.locator("[data-part=mine-count]")).to_have_text("2")
    own.locator("summary").click()
    expect(own).to_contain_text("nothing leaves your device")
    expect(own.locator("li")).to_have_text(["3, read as 1Delete", "4, read as 7Delete"])
    own.get_by_role("button", name="Delete the correction: 3, read as 1").click()
    expect(own.locator("li")).to_have_text(["4, read as 7Delete"])
    own.get_by_role("button", name="Delete all").click()
    expect(own.locator("li")).to_have_count(0)
    go_to(visitor.page, visitor.page.url)
    expect(own).to_be_hidden()


def test_the_downloads_are_what_training_reads(visit, tmp_path):
    visitor, meant = visit(), []
    for stroke in digits(3):
        visitor.after(lambda strokes=stroke.strokes: visitor.draw(strokes))
        tell(visitor, stroke.label)
        meant.append(int(stroke.label))
        visitor.press("sketch-clear")
    visitor.after(lambda: visitor.draw(SEVENTEEN))
    visitor.answer.locator("[data-part=digits] button").last.click()
    tell(visitor, 7)
    visitor.after(lambda: visitor.upload("seven.png", saved(drawn_seven(), "PNG")))
    tell(visitor, 2)
    meant += [7, 2]
    for name, file in (("as .npz", "corrections.npz"), ("as pictures", "corrections.zip")):
        download = downloaded(visitor, name)
        assert download.suggested_filename == file
        download.save_as(tmp_path / file)
        assert sorted(one.label for one in read_set(tmp_path / file).pictures) == sorted(map(str, meant)), file
    with np.load(tmp_path / "corrections.npz", allow_pickle=False) as arrays:
        images, labels = arrays["images"], arrays["labels"]
    assert (images.shape, images.dtype, labels.dtype) == ((5, 28, 28), np.uint8, np.uint8)
    assert labels.tolist() == meant
    assert (images.max() > 200, np.median(images)) == (True, 0)  # ink 255
    with zipfile.ZipFile(tmp_path / "corrections.zip") as archive:
        assert archive.testzip() is None
        pictures = [Image.open(io.BytesIO(archive.read(one))).convert("L") for one in archive.infolist()]
    assert {one.size for one in pictures} > {(280, 280), (28, 28)}
    extra = extra_pictures(TrainConfig(extra=str(tmp_path / "corrections.npz")))
    assert sorted([*extra.train[1].tolist(), *extra.held_out[1].tolist()]) == sorted(meant)
    assert extra.not_used == []


def test_where_storage_is_refused_it_is_told_and_the_file_can_be_taken_away(visit):
    visitor = visit(NO_STORAGE, service_workers="block")
    visitor.after(lambda: visitor.draw(SEVEN))
    said = [tell(visitor, digit) for digit in (1, 4)]
    assert all(one.count("Your browser keeps nothing for this page") == 1 for one in said)
    with np.load(downloaded(visitor, "as .npz").path()) as arrays:
        assert arrays["labels"].tolist() == [4]


def test_full_storage_is_a_sentence(visit):
    visitor = visit(FULL)
    visitor.after(lambda: visitor.draw(SEVEN))
    visitor.page.get_by_role("button", name="It is a 1").click()
    expect(visitor.page.locator(".correct [data-part=said]")).to_contain_text("This was not kept")
    expect(visitor.page.get_by_role("button", name="It is a 1")).to_have_attribute("aria-pressed", "false")


def test_it_is_fetched_with_the_first_correction_and_asks_no_other_host(chromium, static_address):
    page = blank_page(chromium, service_workers="block")
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url)))
    go_to(page, static_address)
    visitor = Visitor(page)
    visitor.after(lambda: visitor.draw(ONE))
    assert [url.path for url in asked if "/corrections/" in url.path] == []
    tell(visitor, 7)
    downloaded(visitor, "as .npz")
    assert [url.path for url in asked if "/corrections/" in url.path]
    assert {url.netloc for url in asked} <= {urlsplit(static_address).netloc, ""}  # "" are data URLs
    page.context.close()


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_it_has_no_serious_accessibility_issue_and_fits(visit, look):
    visitor = visit(**look)
    visitor.after(lambda: visitor.draw(ONE))
    tell(visitor, 7)
    own = visitor.page.get_by_test_id("corrections")
    own.locator("summary").click()
    expect(own.locator("li")).to_have_count(1)
    assert serious_issues(visitor.page) == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
