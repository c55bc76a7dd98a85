"""Small and low windows: the drawing fits, its answer is beside it or in sight, and everything is labelled."""

import pytest

from tests.demo.test_browser import drawn_seven, saved
from tests.demo.visitor import ONE, Visitor

pytestmark = pytest.mark.browser

HOMES = ["page_address", "static_address"]
PHONE = {"width": 360, "height": 740}
LOW = {"a phone on its side": (740, 360), "1280x720 at 200%": (640, 360), "1100x900 at 200%": (550, 450)}
SHARE = 0.6  # of the window's height


@pytest.fixture
def visit(guest, request):
    def visit(home, size, **context):
        return Visitor(guest(request.getfixturevalue(home), viewport=size, has_touch=True, **context))

    return visit


def in_sight(page, selector):
    """Whether all of it lies within the window."""
    box = page.locator(selector).first.bounding_box()
    height = page.viewport_size["height"]
    return box["y"] >= 0 and box["y"] + box["height"] <= height


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("size", LOW.values(), ids=LOW.keys())
def test_in_a_low_window_the_whole_drawing_is_seen_with_its_answer_beside_it(visit, home, size):
    width, height = size
    visitor = visit(home, {"width": width, "height": height})
    canvas, answer = visitor.canvas.bounding_box(), visitor.page.locator(".headline").bounding_box()
    assert canvas["height"] <= SHARE * height + 1
    assert canvas["y"] + canvas["height"] <= height
    assert answer["x"] > canvas["x"] + canvas["width"]
    assert answer["y"] + answer["height"] <= height
    assert visitor.after(lambda: visitor.touch(ONE)) == "1"
    assert visitor.page.evaluate("[scrollY, document.documentElement.scrollWidth]") == [0, width]


@pytest.mark.parametrize("home", HOMES)
def test_on_a_phone_the_answer_to_an_upload_comes_into_sight(visit, home):
    visitor = visit(home, PHONE)
    visitor.page.get_by_test_id("upload").scroll_into_view_if_needed()
    assert visitor.after(lambda: visitor.upload("seven.png", saved(drawn_seven(), "PNG"))) == "7"
    assert in_sight(visitor.page, ".headline")
    visitor.page.get_by_test_id("upload").scroll_into_view_if_needed()
    visitor.after(lambda: visitor.upload("notes.txt", b"hello"))
    assert in_sight(visitor.page, ".headline")


@pytest.mark.parametrize("size", [(360, 740), (740, 360)], ids=["upright", "sideways"])
def test_the_shutter_is_in_sight_once_the_camera_is_open(visit, size):
    visitor = visit("static_address", dict(zip(("width", "height"), size, strict=True)), permissions=["camera"])
    visitor.page.get_by_text("Use the camera").click()
    shutter = visitor.page.get_by_text("Take the picture")
    shutter.wait_for()
    assert in_sight(visitor.page, "[data-part=camera-shoot]")
    visitor.after(shutter.click)
    assert in_sight(visitor.page, ".headline")


@pytest.mark.parametrize("width", [320, 360, 390])
def test_the_pens_slider_is_labelled_on_every_screen(visit, width):
    page = visit("static_address", {"width": width, "height": 740}).page
    label = page.locator(".pen-width")
    assert label.inner_text().strip() == "Pen"
    assert label.evaluate("label => parseFloat(getComputedStyle(label).fontSize)") >= 12
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_tools_of_a_usual_phone_stand_in_one_row(visit):
    page = visit("page_address", PHONE).page
    tops = page.locator(".toolbar button").evaluate_all(
        "tools => tools.map((tool) => tool.getBoundingClientRect().top)"
    )
    assert len(set(tops)) == 1
