"""On the static page another reader can be chosen, with its size and its time in this browser."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from demo.space import readers
from tests.demo.browsing import blank_page, go_to
from tests.demo.test_accessibility import serious_issues
from tests.demo.visitor import ONE, Visitor


def test_the_smallest_form_of_the_folders_reader_comes_before_the_other_readers():
    assert readers.others("reader.onnx") == ["reader.int8.onnx", "edge-reader.onnx"]
    assert readers.others("edge-reader.onnx") == ["reader.onnx", "edge-reader.fp16.onnx"]


@pytest.mark.browser
def test_another_reader_is_fetched_once_it_is_chosen_and_put_beside_the_first(chromium, kept_address):
    page = blank_page(chromium, service_workers="block")
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    go_to(page, kept_address)
    visitor, models = Visitor(page), page.get_by_test_id("models")
    assert visitor.after(lambda: visitor.draw(ONE)) == "1"
    models.locator("summary").click()
    expect(models).to_contain_text("There is one model here so far.")
    expect(models).to_contain_text(
        re.compile(r"Small reader of digits and numbers, 1\.0 MB, is fetched once it is chosen")
    )
    expect(models).to_contain_text("Reader of digits and numbers, int8, 1.2 MB, is fetched once it is chosen")
    assert [path for path in asked if "model-" in path] == []
    assert visitor.after(lambda: page.get_by_test_id("model").select_option("edge-reader.onnx")) == "1"
    expect(models).to_contain_text("All 2 models agree on this drawing: 1.")
    expect(models.locator("tbody tr")).to_contain_text([re.compile(r"3\.0 MB.*\d ms"), re.compile(r"1\.0 MB.*\d ms")])
    assert len([path for path in asked if "model-edge-reader" in path]) == 1
    assert visitor.after(lambda: page.get_by_test_id("model").select_option("reader.int8.onnx")) == "1"
    expect(models).to_contain_text("All 3 models agree on this drawing: 1.")
    assert len([path for path in asked if "model-" in path]) == 2
    assert serious_issues(page) == []
    page.context.close()
