"""A server that cannot be reached, whatever is asked of it: the page says so, nothing fails in silence."""

import re

import pytest

from tests.demo.browsing import DESK, open_page
from tests.demo.test_browser import drawn_seven, saved
from tests.demo.visitor import SEVEN, Visitor

pytestmark = pytest.mark.browser

AWAY = "cannot be reached"


@pytest.fixture
def visitor(guest, page_address):
    return Visitor(guest(page_address, **DESK))


def leave(visitor):
    """From now on no question arrives."""
    visitor.page.route(re.compile("/component_server"), lambda route: route.abort())


def correct(visitor):
    """Draw a digit and tell another one."""
    visitor.after(lambda: visitor.draw(SEVEN))
    visitor.page.get_by_role("button", name="It is a 1").click()
    visitor.page.get_by_text("Kept as a 1").wait_for()


def test_a_drawing_whose_answer_is_lost_on_the_way_is_asked_about_again(chromium, page_address):
    page = open_page(chromium, page_address, **DESK)
    page.clock.install()
    asked = []
    page.route(re.compile("/component_server"), lambda route: asked.append(route) if not asked else route.continue_())
    visitor = Visitor(page)
    visitor.draw(SEVEN)
    page.wait_for_function("document.querySelector('[data-testid=answer]').ariaBusy === 'true'")
    for _ in range(4):  # half a minute until it is given up, a second until it is asked again
        page.clock.run_for(10_000)
    visitor.expect_digits("7")
    assert len(asked) == 1
    page.context.close()


def test_a_correction_that_was_not_kept(visitor):
    visitor.after(lambda: visitor.draw(SEVEN))
    leave(visitor)
    visitor.page.get_by_role("button", name="It is a 1").click()
    visitor.page.get_by_test_id("correct").get_by_text(AWAY).wait_for()


def test_a_correction_that_was_not_taken_back(visitor):
    correct(visitor)
    leave(visitor)
    visitor.page.get_by_test_id("correct").locator("[data-part=take-back]").click()
    visitor.page.get_by_test_id("correct").get_by_text(AWAY).wait_for()


def test_a_list_of_corrections_that_did_not_come(visitor):
    correct(visitor)
    leave(visitor)
    visitor.page.get_by_test_id("corrections").locator("summary").click()
    visitor.page.get_by_test_id("corrections").get_by_text(AWAY).wait_for()


def test_several_pictures_of_which_none_was_read(visitor):
    leave(visitor)
    picture = saved(drawn_seven(), "PNG")
    visitor.upload_all({"one.png": picture, "two.png": picture})
    visitor.page.locator("[data-part=rows] tr", has_text="two.png").get_by_text(AWAY).wait_for()


def test_an_analysis_whose_button_asks_in_vain(visitor):
    visitor.after(lambda: visitor.draw(SEVEN))
    visitor.page.evaluate("location.hash = '#analysis?data=pendigits8'")  # a small set
    visitor.page.get_by_test_id("gallery").wait_for()
    leave(visitor)
    for button in ("Download as CSV", "Mistakes like my drawing"):
        visitor.page.evaluate("document.querySelector('#analysis [data-part=working]').textContent = ''")
        visitor.page.get_by_role("button", name=button).click()
        visitor.page.locator("#analysis").get_by_text(AWAY).wait_for()
