"""An accessibility checker, axe, looks at every tab, light and dark, wide and narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.demo.visitor import ONE, Visitor

pytestmark = pytest.mark.browser

SERIOUS = {"serious", "critical"}
IN_FULL = {"resultTypes": ["violations"]}  # the elements that pass are not listed, which took half of the time
LOOKS = {
    "light": {"viewport": {"width": 1100, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1100, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True},
}


def serious_issues(page, within=None):
    """Each serious issue as (rule, the elements concerned)."""
    found = Axe().run(page, context=within, options=IN_FULL).response["violations"]
    return [
        (issue["id"], [node["html"][:120] for node in issue["nodes"]]) for issue in found if issue["impact"] in SERIOUS
    ]


@pytest.fixture(params=LOOKS.values(), ids=LOOKS.keys())
def visitor(request, guest, page_address):
    return Visitor(guest(page_address, **request.param))


def test_the_first_screen_has_no_serious_issue(visitor):
    assert serious_issues(visitor.page) == []
    visitor.after(lambda: visitor.draw(ONE))
    visitor.page.get_by_text("Why this answer?").click()
    visitor.page.locator(".neighbours li").first.wait_for()
    visitor.page.get_by_text("Which model reads it?").click()
    visitor.page.locator(".models tbody tr").first.wait_for()
    visitor.upload_all({"a.txt": b"hello", "b.txt": b"hello"})
    visitor.page.get_by_test_id("upload-csv").wait_for()
    assert serious_issues(visitor.page) == []


def test_the_error_analysis_has_no_serious_issue(visitor):
    visitor.page.get_by_role("tab", name="Error analysis").click()
    visitor.page.get_by_test_id("gallery").wait_for()
    assert serious_issues(visitor.page) == []


def test_about_has_no_serious_issue(visitor):
    visitor.page.get_by_role("tab", name="About").click()
    visitor.page.get_by_text("Download recognizer.onnx").wait_for()
    assert serious_issues(visitor.page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("home", ["page_address", "static_address"])
def test_in_high_contrast_bars_canvas_and_choices_are_told_apart(request, guest, home, scheme):
    page = guest(request.getfixturevalue(home), forced_colors="active", color_scheme=scheme)
    visitor = Visitor(page)
    visitor.after(lambda: visitor.draw(ONE))
    page.locator("h1").first.click()  # away from the canvas, whose focus would give it an edge
    colour = "(part, name) => getComputedStyle(part)[name]"
    canvas_colour = page.evaluate("""() => {
        const probe = Object.assign(document.createElement("i"), { style: "color: Canvas" });
        document.body.append(probe);
        return getComputedStyle(probe).color;
    }""")
    assert page.locator(".is-top .bar-fill").evaluate(colour, "backgroundColor") != canvas_colour
    assert visitor.canvas.evaluate(colour, "outlineStyle") == "solid"
    eraser = page.get_by_test_id("sketch-eraser")
    before = eraser.evaluate(colour, "backgroundColor")
    eraser.click()
    assert eraser.evaluate(colour, "backgroundColor") != before
    if home == "page_address":
        tabs = [
            page.get_by_role("tab", name=name).evaluate(colour, "backgroundColor") for name in ("Recognise", "About")
        ]
        assert tabs[0] != tabs[1]


def test_the_checker_finds_a_fault_that_was_put_in(visitor):
    visitor.page.evaluate("document.querySelector('[data-testid=sketch-undo]').style.color = '#ddd'")
    visitor.page.evaluate("document.querySelector('[data-testid=sketch-undo]').style.background = '#eee'")
    visitor.page.wait_for_timeout(500)  # colours change in a moment, not at once
    assert [rule for rule, _ in serious_issues(visitor.page)] == ["color-contrast"]
