"""The error analysis in a real Chromium: click, type, go back, share."""

import csv
import re
import time

import pytest
from playwright.sync_api import expect

from tests.demo.browsing import open_page

pytestmark = pytest.mark.browser

SOME = "/#analysis?data=pendigits8"  # 250 pictures: quick


@pytest.fixture
def tab(chromium, page_address):
    pages = []

    def tab(path=SOME, **context):
        page = chromium.new_context(**context).new_page()
        page.goto(page_address + path)
        page.get_by_test_id("gallery").wait_for(timeout=60_000)
        pages.append(page)
        return page

    yield tab
    for page in pages:
        page.context.close()


def counted(page):
    return int(page.get_by_test_id("gallery-count").inner_text().split()[0])


def test_a_shared_address_opens_its_view(tab):
    page = tab(f"{SOME}&only=all&truth=3")
    expect(page.get_by_test_id("gallery-count")).to_contain_text("of 250 pictures")
    assert all(
        "a 3 read as" in alt
        for alt in page.get_by_test_id("gallery").locator("img").evaluate_all("all => all.map((one) => one.alt)")
    )


def test_a_cell_of_the_confusion_matrix_filters_the_gallery_and_back_undoes_it(tab):
    page = tab()
    before = counted(page)
    cell = page.locator("[data-testid=confusion] td.wrong a").first
    count = int(cell.inner_text())
    cell.click()
    expect(page.get_by_test_id("gallery-count")).to_have_text(re.compile(f"^{count} of 250"))
    assert page.get_by_test_id("gallery").locator("img").count() == count
    page.go_back()
    expect(page.get_by_test_id("gallery-count")).to_have_text(re.compile(f"^{before} of 250"))


def test_a_cell_can_be_chosen_by_keyboard_and_keeps_the_focus(tab):
    page = tab()
    cell = page.locator("[data-testid=confusion] td.wrong a").first
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-testid=confusion] a[aria-current]")).to_be_focused()


def test_a_picture_opens_and_escape_closes_it(tab):
    page = tab()
    page.get_by_test_id("gallery").locator("a").first.click()
    dialog = page.get_by_test_id("analysis-picture")
    expect(dialog.get_by_text("How likely was each digit?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert "picture=" not in page.url


def test_the_csv_holds_what_the_gallery_shows(tab):
    page = tab()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    with open(download.value.path(), newline="") as file:  # noqa: PTH123 (Playwright gives a plain string on some systems)
        assert len(list(csv.DictReader(file))) == counted(page)


def test_other_pictures_can_be_chosen(tab):
    page = tab()
    page.get_by_label("Pictures").select_option("mnist-test")
    expect(page.get_by_test_id("error-count")).to_contain_text("of 10,000 pictures of MNIST test", timeout=60_000)


def test_what_is_not_there_is_a_sentence(tab):
    page = tab()
    page.evaluate("location.hash = '#analysis?truth=77'")
    expect(page.get_by_text("expected 0 to 9")).to_be_visible()


def test_the_first_view_and_a_filter_are_quick_once_the_answers_are_known(tab, chromium, page_address):
    tab("/#analysis?show=overview")
    page = open_page(chromium, page_address)
    started = time.perf_counter()
    page.get_by_role("tab", name="Error analysis").click()
    page.get_by_test_id("gallery").wait_for()
    assert time.perf_counter() - started < 1.5
    started = time.perf_counter()
    page.locator("[data-testid=confusion] td.wrong a").first.click()
    page.locator("[data-testid=confusion] a[aria-current]").wait_for()
    assert time.perf_counter() - started < 0.6  # 0.2 s on an idle machine
    page.context.close()
