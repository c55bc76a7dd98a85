"""What several page tests share: the shipped recogniser and reader, a served page, a browser."""

from contextlib import ExitStack

import pytest

from demo.answers.reader import Reader
from demo.answers.recognizer import Recognizer
from demo.settings import MODELS


@pytest.fixture(scope="session")
def recognizer():
    return Recognizer(MODELS / "recognizer.onnx")


@pytest.fixture(scope="session")
def reader():
    return Reader(MODELS / "reader.onnx")


@pytest.fixture(scope="session")
def served_page(tmp_path_factory):
    from tests.demo.browsing import served

    with served(tmp_path_factory.mktemp("cache")) as (address, pid):
        yield address, pid


@pytest.fixture(scope="session")
def page_address(served_page):
    return served_page[0]


@pytest.fixture(scope="session")
def playwright():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright):
    from tests.demo.browsing import chromium_of

    with chromium_of(playwright) as chromium:
        yield chromium


@pytest.fixture
def guest(chromium):
    """A function: a page of a new visitor, blank or on the first screen of an address; who leaves after the test."""
    from tests.demo.browsing import go_to, guest_of

    with ExitStack() as until_the_end:

        def guest(address=None, **context):
            page = until_the_end.enter_context(guest_of(chromium, **context))
            if address:
                go_to(page, address)
            return page

        yield guest


@pytest.fixture
def visit(guest, page_address):
    """A function: a new visitor of the served page, on a desk's screen or on another."""
    from tests.demo.browsing import DESK
    from tests.demo.visitor import Visitor

    return lambda **context: Visitor(guest(page_address, **(context or DESK)))


@pytest.fixture(scope="session")
def static_files():
    from demo.space import static_space

    return static_space.static_space({"title": "Digits"}, MODELS / "reader.onnx")


@pytest.fixture(scope="session")
def static_address(static_files, tmp_path_factory):
    from tests.demo.hosting import hosted

    with hosted(tmp_path_factory.mktemp("static") / "space", static_files) as address:
        yield address
