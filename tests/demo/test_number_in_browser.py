"""A number in a real Chromium: each digit can be chosen, explained and corrected; corrections can be taken back."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from demo.settings import ROOT
from tests.demo.browsing import DESK
from tests.demo.test_accessibility import serious_issues
from tests.demo.test_browser import on_screen
from tests.demo.visitor import ONE, SEVEN

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 3, "has_touch": True, "is_mobile": True}
SEVENTEEN = [
    [(0.1 + x / 2 + shift, y) for x, y in stroke]
    for strokes, shift in ((ONE, -0.1), (SEVEN, 0.35))
    for stroke in strokes
]
ON_THE_SEVEN = (0.7, 0.25)  # a point of its box on the canvas
MARKED = (ROOT / "tests" / "cases" / "pictures" / "number_12h30.png").read_bytes()


def drawn(visitor):
    """The visitor, who has drawn a 17."""
    assert visitor.after(lambda: visitor.draw(SEVENTEEN)) == "17"
    return visitor


def digit(visitor, name):
    """The digit of that name in the answer."""
    return visitor.answer.locator("[data-part=digits]").get_by_role("button", name=name)


def test_a_digit_is_chosen_in_the_answer_and_let_go(visit):
    visitor = drawn(visit())
    expect(visitor.answer.locator(".bars")).to_be_hidden()
    digit(visitor, "2 of 2: 7").click()
    expect(visitor.answer.locator(".bars .is-top .bar-name")).to_have_text("7")
    expect(visitor.answer.locator("[data-part=sentence]")).to_contain_text("a 7")
    assert visitor.digits == "17"
    digit(visitor, "2 of 2: 7").click()
    expect(visitor.answer.locator(".bars")).to_be_hidden()
    expect(visitor.answer.locator("[data-part=sentence]")).to_contain_text("This is 17")


def test_a_digit_is_chosen_by_keyboard(visit):
    visitor = drawn(visit())
    digit(visitor, "1 of 2: 1").focus()
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    expect(digit(visitor, "2 of 2: 7")).to_be_focused()
    expect(visitor.answer.locator(".bars .is-top .bar-name")).to_have_text("7")


def tapped_with_a_mouse(visitor):
    visitor.page.mouse.click(*visitor._on_screen([ON_THE_SEVEN])[0])


def tapped_with_a_finger(visitor):
    visitor.touch([[ON_THE_SEVEN]])


TAPS = {"mouse": (DESK, tapped_with_a_mouse), "finger": (PHONE, tapped_with_a_finger)}


@pytest.mark.parametrize(("device", "tap"), TAPS.values(), ids=TAPS.keys())
def test_a_tap_on_a_digit_on_the_canvas_chooses_it_and_leaves_no_dot(visit, device, tap):
    visitor = visit(**device)
    assert visitor.after(lambda: visitor.touch(SEVENTEEN) if device is PHONE else visitor.draw(SEVENTEEN)) == "17"
    visitor.after(lambda: tap(visitor))
    expect(digit(visitor, "2 of 2: 7")).to_have_attribute("aria-pressed", "true")
    expect(visitor.answer.locator(".bars .is-top .bar-name")).to_have_text("7")
    assert visitor.after(lambda: visitor.press("sketch-undo")) == "1"  # the last thing that was drawn is the 7


def test_a_tap_beside_the_digits_leaves_a_dot(visit):
    visitor = drawn(visit())
    ink = (on_screen(visitor) < 128).sum()
    visitor.after(lambda: visitor.page.mouse.click(*visitor._on_screen([(0.45, 0.78)])[0]))
    assert (on_screen(visitor) < 128).sum() > ink
    expect(visitor.answer.locator("[aria-pressed=true]")).to_have_count(0)


def test_a_digit_is_chosen_on_the_uploaded_picture(visit):
    visitor = visit()
    visitor.after(lambda: visitor.upload("clock.png", MARKED))
    boxes = visitor.answer.locator("[data-part=boxes] button")
    expect(boxes).to_have_count(5)
    boxes.nth(3).click()
    expect(visitor.answer.locator(".bars .is-top .bar-name")).to_have_text("3")
    boxes.nth(2).click()
    expect(visitor.answer.locator("[data-part=sentence]")).to_contain_text("does not look like a digit")
    expect(visitor.answer.locator(".bars caption")).to_have_text("If it were a digit, which one?")


def test_the_reasons_are_those_of_the_chosen_digit(visit):
    visitor = drawn(visit())
    visitor.page.get_by_text("Why this answer?").click()
    why = visitor.page.get_by_test_id("why")
    why.get_by_text("Choose a digit of the number").wait_for()
    digit(visitor, "2 of 2: 7").click()
    why.get_by_text("looking once: a 7").wait_for(timeout=30_000)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_chosen_digit_has_no_serious_accessibility_issue(visit, look):
    visitor = visit(**DESK, color_scheme=look)
    visitor.after(lambda: visitor.upload("clock.png", MARKED))
    digit(visitor, "4 of 5: 3").click()
    visitor.page.get_by_role("button", name="It is a 1").click()
    own = visitor.page.get_by_test_id("corrections")
    own.locator("summary").click()
    own.locator("li").first.wait_for()
    assert serious_issues(visitor.page) == []


def pictures_of(visitor, button):
    """Name -> size of every picture in the visitor's download."""
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name=button).first.click()
    with zipfile.ZipFile(download.value.path()) as archive:
        return {name: Image.open(io.BytesIO(archive.read(name))).size for name in archive.namelist()}


def test_a_correction_keeps_the_chosen_digits_own_picture(visit):
    visitor = drawn(visit())
    assert visitor.page.get_by_test_id("correct").is_hidden()
    digit(visitor, "2 of 2: 7").click()
    visitor.page.get_by_role("button", name="It is a 1").click()
    visitor.page.get_by_text("Kept as a 1").wait_for()
    ((name, size),) = pictures_of(visitor, "as pictures").items()
    assert name.startswith("1/")
    assert size == (28, 28)  # as the reader saw it


def test_a_second_tap_replaces_the_first_and_can_be_taken_back(visit):
    visitor = visit()
    visitor.after(lambda: visitor.draw(ONE))
    for told, said in (
        (1, "Kept as a 1; you have corrected 1"),
        (7, "Kept as a 7 instead of a 1; you have corrected 1"),
    ):
        visitor.page.get_by_role("button", name=f"It is a {told}").click()
        visitor.page.get_by_text(said).wait_for()
    expect(visitor.page.get_by_role("button", name="It is a 7")).to_have_attribute("aria-pressed", "true")
    assert [name.split("/")[0] for name in pictures_of(visitor, "as pictures")] == ["7"]
    visitor.press("take-back")
    visitor.page.get_by_test_id("correct").get_by_text("0 of your corrections are left").wait_for()
    expect(visitor.page.get_by_test_id("take-back")).to_be_hidden()
    expect(visitor.page.get_by_test_id("corrections")).to_be_hidden()


def test_own_corrections_are_seen_deleted_and_downloaded_after_clear_and_reload(visit):
    visitor = visit()
    for strokes, told in ((ONE, 4), (SEVEN, 2)):
        visitor.press("sketch-clear")
        visitor.after(lambda strokes=strokes: visitor.draw(strokes))
        visitor.page.get_by_role("button", name=f"It is a {told}").click()
        visitor.page.get_by_text(f"Kept as a {told}").wait_for()
    visitor.press("sketch-clear")
    own = visitor.page.get_by_test_id("corrections")
    expect(own.locator("summary")).to_have_text("Your corrections (2)")
    visitor.page.reload()
    own.locator("summary").click()
    expect(own.locator("li")).to_have_text(["2, read as 7Delete", "4, read as 1Delete"])
    assert len(pictures_of(visitor, "Download as pictures")) == 2
    own.get_by_role("button", name="Delete the correction: 4").click()
    expect(own.locator("li")).to_have_text(["2, read as 7Delete"])
    own.get_by_role("button", name="Delete all").click()
    expect(own.locator("li")).to_have_count(0)
    expect(own).to_contain_text("0 of your corrections are left")


def test_the_table_of_several_pictures_says_how_sure_each_digit_is(visit):
    visitor = visit()
    visitor.upload_all({"clock.png": MARKED, "again.png": MARKED})
    with visitor.page.expect_download() as download:
        visitor.page.get_by_test_id("upload-csv").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    shares = rows[1][2].split(", ")
    assert [share.partition(":")[0] for share in shares] == ["1", "2", "?", "3", "0"]
    assert all(float(share.split()[1].rstrip("%")) > 50 for share in shares if share[0] != "?")


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_a_number_of_many_digits_fits_the_screen(visit, reader, device):
    visitor = visit(**device)
    ink = np.full((60, 40), 255, np.uint8)
    ink[10:50, 17:22] = 0
    buffer = io.BytesIO()
    picture = np.hstack([ink] * 20)
    Image.fromarray(picture).save(buffer, "PNG")
    count = len(reader(picture).parts)
    assert count >= 10
    visitor.after(lambda: visitor.upload("ones.png", buffer.getvalue()))
    expect(visitor.answer.locator("[data-part=digits] button")).to_have_count(count)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= device["viewport"]["width"]
