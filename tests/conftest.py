"""Fixtures for every room, and an order: quick tests first, so that a mistake shows in seconds."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import chromium


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of a Chromium that starts; the tests that ask for it fail with a sentence where there is none."""
    try:
        return chromium.find()
    except chromium.ChromiumError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One headless Chromium for a file of tests; each test opens a context of its own.

    Not for the whole session: while Playwright's event loop runs, no other test could start one.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path)
        yield browser
        browser.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the unmarked tests first, then the browser's, then the slow ones; the order within each stays."""
    items.sort(key=lambda item: (bool(item.get_closest_marker("slow")), bool(item.get_closest_marker("browser"))))
