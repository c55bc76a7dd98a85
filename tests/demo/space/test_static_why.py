"""Why an answer, on the static page: worked out in the visitor's browser, told as the server tells it."""

import base64
import io
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from demo.answers import canvas, understand, understand_views
from demo.answers.recognizer import Recognizer
from demo.settings import MODELS
from tests.demo.browsing import go_to
from tests.demo.space.test_static_page import DRAWING
from tests.demo.test_accessibility import serious_issues
from tests.demo.test_number_in_browser import SEVENTEEN, digit
from tests.demo.visitor import SEVEN, Visitor

pytestmark = pytest.mark.browser

GRAPH = "**/model-explain.onnx.bin.gz"


def in_python(recognizer, picture):
    """The heat map and the four sentences that the server gives for a drawing of a 7."""
    answer = recognizer(picture)
    heat, sweeps = understand.explain(recognizer, answer)
    sentences = [f"{one.name}. {understand_views.turning_point(one, 7)}" for one in sweeps]
    return understand_views.tinted(answer.seen, heat), sentences


def shown(why):
    """The same as the panel shows them."""
    url = why.locator("img.enlarged").get_attribute("src")
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))))
    return picture, why.locator(".sweep figcaption").all_inner_texts()


def test_the_reasons_are_those_of_the_server_and_follow_drawing_digit_and_reader(guest, kept_address, recognizer):
    page, asked = guest(service_workers="block"), []
    page.context.on("request", lambda request: asked.append(urlsplit(request.url).path))
    go_to(page, kept_address)
    visitor, why = Visitor(page), page.get_by_test_id("why")
    assert visitor.after(lambda: visitor.draw(SEVEN)) == "7"
    assert [path for path in asked if "/analysis/" in path] == []
    why.locator("summary").click()
    expect(why).to_contain_text("As Full net, float32 (2.2 MB) sees it, looking once: a 7.")
    drawing = canvas.read(page.evaluate(DRAWING))
    heat, sentences = in_python(recognizer, drawing)
    heat_here, sentences_here = shown(why)
    assert sentences_here == sentences
    assert np.abs(heat_here.astype(int) - heat).max() <= 3  # of 255: a hair of heat is as large as its root
    assert why.locator(".sweep polyline").count() == 4
    assert why.locator(".neighbours").count() == 0
    assert serious_issues(page) == []
    page.get_by_test_id("models").locator("summary").click()
    visitor.after(lambda: page.get_by_test_id("model").select_option("edge-reader.onnx"))
    expect(why).to_contain_text("As EdgeNet, float32 (0.2 MB) sees it")
    assert shown(why)[1] == in_python(Recognizer(MODELS / "edge-recognizer.onnx"), drawing)[1]
    visitor.press("sketch-clear")
    expect(why).to_contain_text("Draw a digit or send a picture first.")
    assert visitor.after(lambda: visitor.draw(SEVENTEEN)) == "17"
    expect(why).to_contain_text("Choose a digit of the number")
    digit(visitor, "2 of 2: 7").click()
    expect(why).to_contain_text("looking once: a 7.")
    assert why.locator(".sweep").count() == 4


def test_a_file_that_does_not_come_is_told_and_asked_for_again(guest, kept_address):
    page = guest(service_workers="block")
    go_to(page, kept_address)
    visitor, why = Visitor(page), page.get_by_test_id("why")
    visitor.after(lambda: visitor.draw(SEVEN))
    page.route(GRAPH, lambda route: route.abort())
    why.locator("summary").click()
    expect(why).to_contain_text("model-explain.onnx.bin.gz could not be loaded, or was changed since")
    page.unroute(GRAPH)
    why.locator("summary").click(click_count=2)  # closed, and opened again
    expect(why).to_contain_text("As Full net, float32 (2.2 MB) sees it, looking once: a 7.")


def test_a_page_without_the_files_does_not_offer_it(guest, static_address):
    expect(guest(static_address).get_by_test_id("why")).to_be_hidden()
