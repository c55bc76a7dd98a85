"""What several page tests share: the shipped recogniser, a served page, a browser."""

import pytest

from demo.recognizer import Recognizer
from demo.settings import MODELS


@pytest.fixture(scope="session")
def recognizer():
    return Recognizer(MODELS / "recognizer.onnx")


@pytest.fixture(scope="session")
def page_address(tmp_path_factory):
    from tests.demo.browsing import served

    with served(tmp_path_factory.mktemp("cache")) as (address, _):
        yield address


@pytest.fixture(scope="session")
def chromium():
    from tests.demo.browsing import browser

    with browser() as chromium:
        yield chromium
