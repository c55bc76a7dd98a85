"""The address says which tab is on show, and the browser's way back leads through the tabs."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.demo.browsing import go_to

pytestmark = pytest.mark.browser

CHOOSES_AT_ONCE = """
    const choose = () => {
        const tab = [...document.querySelectorAll("[role=tab]")].find((tab) => tab.innerText === "Error analysis");
        if (tab?.getAttribute("aria-selected") === "true") return;
        tab?.click();
        setTimeout(choose, 1);
    };
    choose();
"""


@pytest.fixture
def page(guest, page_address):
    return guest(page_address)


def hash_of(page):
    """The address behind #."""
    return urlsplit(page.url).fragment


def choose(page, name):
    """Press a tab."""
    page.get_by_role("tab", name=name).click()


def is_on_show(page, name):
    """Wait until the tab is chosen."""
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")


def test_going_back_to_the_drawing_clears_the_analysis_from_the_address(page):
    choose(page, "Error analysis")
    is_on_show(page, "Error analysis")
    assert hash_of(page) == "analysis"
    choose(page, "Recognise")
    is_on_show(page, "Recognise")
    assert hash_of(page) == ""
    page.reload()
    is_on_show(page, "Recognise")


def test_the_way_back_leaves_the_analysis_and_the_way_forward_returns(page):
    choose(page, "Error analysis")
    is_on_show(page, "Error analysis")
    page.go_back()
    is_on_show(page, "Recognise")
    page.go_forward()
    is_on_show(page, "Error analysis")


def test_the_analysis_is_where_it_was_left(page, page_address):
    page.goto(f"{page_address}#analysis?data=pendigits8")
    is_on_show(page, "Error analysis")
    choose(page, "About")
    is_on_show(page, "About")
    assert hash_of(page) == ""
    choose(page, "Error analysis")
    assert hash_of(page) == "analysis?data=pendigits8"


def test_a_tab_chosen_before_the_page_has_finished_stays_chosen(guest, page_address):
    page = guest()
    page.add_init_script(CHOOSES_AT_ONCE)
    go_to(page, page_address)
    page.wait_for_function("() => location.hash === '#analysis'")
    is_on_show(page, "Error analysis")
