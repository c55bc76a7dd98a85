"""What several page tests share: the shipped recogniser, a served page, a browser."""

import pytest

from demo.recognizer import Recognizer
from demo.settings import MODELS


@pytest.fixture(scope="session")
def recognizer():
    return Recognizer(MODELS / "recognizer.onnx")


@pytest.fixture(scope="session")
def served_page(tmp_path_factory):
    from tests.demo.browsing import served

    with served(tmp_path_factory.mktemp("cache")) as (address, pid):
        yield address, pid


@pytest.fixture(scope="session")
def page_address(served_page):
    return served_page[0]


@pytest.fixture(scope="session")
def chromium():
    from tests.demo.browsing import browser

    with browser() as chromium:
        yield chromium
