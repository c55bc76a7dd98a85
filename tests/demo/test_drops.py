"""A picture that is dropped anywhere is an upload or nothing: the browser stays on the page."""

import base64

import pytest

from tests.demo.browsing import DESK
from tests.demo.test_browser import drawn_seven, saved
from tests.demo.visitor import ONE, Visitor

pytestmark = pytest.mark.browser

HOMES = ["page_address", "static_address"]
PLACES = ["[data-testid=sketch-canvas]", "[data-testid=answer]", "[data-testid=upload]", "h1", "body"]
DROP = """async ([selector, url, kind]) => {
  const dataTransfer = new DataTransfer();
  const content = async () => [await (await fetch(url)).blob()];
  if (kind === "file") dataTransfer.items.add(new File(await content(), "7.png", { type: "image/png" }));
  else dataTransfer.setData("text/uri-list", "http://127.0.0.1:9/");
  const send = (type) => !document.querySelector(selector).dispatchEvent(
    new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  return [send("dragover"), send("drop")];
}"""
SEVEN_URL = "data:image/png;base64," + base64.b64encode(saved(drawn_seven(), "PNG")).decode()


@pytest.fixture(params=HOMES)
def visitor(request, guest):
    return Visitor(guest(request.getfixturevalue(request.param), **DESK))


@pytest.mark.parametrize("place", PLACES)
def test_a_dropped_picture_is_read_wherever_it_falls(visitor, place):
    visitor.after(lambda: visitor.draw(ONE))
    kept: list[bool] = []
    assert visitor.after(lambda: kept.extend(visitor.page.evaluate(DROP, [place, SEVEN_URL, "file"]))) == "7"
    assert kept == [True, True]  # else the browser would open the picture in place of the page
    assert visitor.canvas.evaluate("canvas => canvas.drawing()") is not None


def test_a_dropped_address_is_not_opened(visitor):
    visitor.after(lambda: visitor.draw(ONE))
    assert visitor.page.evaluate(DROP, ["[data-testid=sketch-canvas]", "", "link"]) == [True, True]
    assert visitor.digits == "1"


def test_in_another_tab_a_dropped_picture_is_ignored(guest, page_address):
    visitor = Visitor(guest(page_address))
    visitor.page.get_by_role("tab", name="About").click()
    visitor.page.get_by_text("Download recognizer.onnx").wait_for()
    assert visitor.page.evaluate(DROP, ["h1", SEVEN_URL, "file"]) == [True, True]
    visitor.page.wait_for_timeout(300)
    assert visitor.digits == ""
