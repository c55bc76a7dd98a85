"""Browsers that guard their people: a canvas that cannot be read back, and storage that is forbidden."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from tests.demo.browsing import DESK, go_to
from tests.demo.test_browser import drawn_seven, saved
from tests.demo.visitor import SEVEN, Visitor

pytestmark = pytest.mark.browser

READ_BACK = {
    "white": "() => 255",
    "noise": "() => Math.floor(Math.random() * 256)",
}
GUARD = """
  const level = LEVEL;
  CanvasRenderingContext2D.prototype.getImageData = function (x, y, width, height) {
    return new ImageData(Uint8ClampedArray.from({ length: 4 * width * height }, level), width, height);
  };
  const toDataURL = HTMLCanvasElement.prototype.toDataURL;
  HTMLCanvasElement.prototype.toDataURL = function (...options) {
    const copy = Object.assign(document.createElement("canvas"), { width: this.width, height: this.height });
    const context = copy.getContext("2d");
    for (let row = 0; row < copy.height; row++) {
      context.fillStyle = `rgb(${level()}, ${level()}, ${level()})`;
      context.fillRect(0, row, copy.width, 1);
    }
    return toDataURL.apply(copy, options);
  };
"""
A_LITTLE_NOISE = """
  const read = CanvasRenderingContext2D.prototype.getImageData;
  CanvasRenderingContext2D.prototype.getImageData = function (...options) {
    const picture = read.apply(this, options);
    picture.data.forEach((value, at) => (picture.data[at] = value ^ (Math.random() < 0.1)));
    return picture;
  };
"""
NO_STORAGE = """
  for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
    Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
"""


@pytest.fixture
def visit(guest):
    def visit(address, script, **context):
        page = guest(**DESK, **context)
        page.add_init_script(script)
        go_to(page, address)
        return Visitor(page)

    return visit


@pytest.fixture(params=READ_BACK.values(), ids=READ_BACK.keys())
def guard(request):
    return GUARD.replace("LEVEL", request.param)


@pytest.mark.parametrize("home", ["page_address", "static_address"])
def test_a_drawing_is_read_where_a_canvas_cannot_be(visit, request, home, guard):
    visitor = visit(request.getfixturevalue(home), guard)
    visitor.draw(SEVEN)
    visitor.expect_digits("7")


def test_an_upload_that_cannot_be_read_back_is_a_sentence(visit, static_address, guard):
    visitor = visit(static_address, guard)
    assert visitor.after(lambda: visitor.upload("seven.png", saved(drawn_seven(), "PNG"))) == ""
    assert "to guard your privacy" in visitor.answer.inner_text()


def test_an_upload_is_read_where_the_server_decodes_it(visit, page_address, guard):
    visitor = visit(page_address, guard)
    assert visitor.after(lambda: visitor.upload("seven.png", saved(drawn_seven(), "PNG"))) == "7"


def test_a_little_noise_changes_no_answer(visit, static_address):
    visitor = visit(static_address, A_LITTLE_NOISE)
    assert visitor.after(lambda: visitor.upload("seven.png", saved(drawn_seven(), "PNG"))) == "7"


def test_a_photo_that_cannot_be_read_back_is_a_sentence(visit, page_address, guard):
    visitor = visit(page_address, guard, permissions=["camera"])
    visitor.page.get_by_text("Use the camera").click()
    shutter = visitor.page.get_by_text("Take the picture")
    shutter.wait_for()
    assert visitor.after(shutter.click) == ""
    assert "to guard your privacy" in visitor.answer.inner_text()


def test_a_correction_is_kept_without_storage_and_its_visitor_is_told(visit, page_address):
    visitor = visit(page_address, NO_STORAGE)
    visitor.after(lambda: visitor.draw(SEVEN))
    for digit in (1, 4):
        visitor.page.get_by_role("button", name=f"It is a {digit}").click()
        visitor.page.get_by_text(f"Kept as a {digit}").wait_for()
    assert "Your browser keeps nothing for this page" in visitor.page.get_by_test_id("correct").inner_text()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="as .npz").click()
    with np.load(download.value.path()) as arrays:
        assert 4 in arrays["labels"].tolist()


def test_the_analysis_knows_a_visitor_without_storage(visit, page_address):
    visitor = visit(page_address, NO_STORAGE)
    visitor.after(lambda: visitor.draw(SEVEN))
    visitor.page.get_by_role("button", name="It is a 1").click()
    visitor.page.get_by_text("Kept as a 1").wait_for()
    visitor.page.evaluate("location.hash = '#analysis?data=pendigits8'")  # a small set
    visitor.page.get_by_test_id("gallery").wait_for()
    visitor.page.locator("#analysis select[name=data]").select_option("corrections")
    visitor.page.wait_for_url(re.compile("#analysis.*data=(?!pendigits8)"))


def test_with_storage_nothing_is_said_of_it(visit, page_address):
    visitor = visit(page_address, "")
    visitor.after(lambda: visitor.draw(SEVEN))
    visitor.page.get_by_role("button", name="It is a 1").click()
    visitor.page.get_by_text("Kept as a 1").wait_for()
    assert "keeps nothing" not in visitor.page.get_by_test_id("correct").inner_text()


def test_downloads_that_fail_are_a_sentence(visit, page_address):
    visitor = visit(page_address, "")
    visitor.after(lambda: visitor.draw(SEVEN))
    visitor.page.get_by_role("button", name="It is a 1").click()
    visitor.page.get_by_text("Kept as a 1").wait_for()
    visitor.page.route(re.compile("/component_server"), lambda route: route.abort())
    visitor.page.get_by_role("button", name="as .npz").click()
    visitor.page.get_by_text("cannot be reached").first.wait_for()


def test_the_static_page_works_where_nothing_can_be_kept(visit, static_address):
    visitor = visit(static_address, NO_STORAGE, service_workers="block")
    assert visitor.after(lambda: visitor.draw(SEVEN)) == "7"


def test_the_pages_own_png_files_are_what_pillow_reads(visit, static_address):
    visitor = visit(static_address, "")
    sent = np.random.default_rng(3).integers(0, 256, (31, 17, 3), np.uint8)
    sent[5:20] = 7  # runs of every length
    folder = visitor.page.locator("link[rel=stylesheet]").evaluate("link => link.href.replace('/style.css', '')")
    url = visitor.page.evaluate(
        """async ([folder, pixels]) => {
            const { pngUrl } = await import(`${folder}/png.mjs`);
            return pngUrl({ width: 17, height: 31, pixels: Uint8Array.from(pixels) });
        }""",
        [folder, sent.ravel().tolist()],
    )
    with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as image:
        np.testing.assert_array_equal(np.asarray(image), sent)
