"""The error analysis in a real Chromium: click, type, go back, share."""

import csv
import re

import pytest
from playwright.sync_api import expect

from demo.analysis.address import SECTIONS
from proof.analysis.run import CELL, CHOSEN, CLICKED, PICTURE, SHOWN
from tests.demo.analysis.test_uploads import packed, png
from tests.demo.browsing import guest_of
from tests.demo.test_accessibility import serious_issues
from tests.demo.visitor import ONE, Visitor
from tests.foreign_models import SAME_ANSWERS, written

pytestmark = pytest.mark.browser

SOME = "/#analysis?data=pendigits8"  # 250 pictures: quick


@pytest.fixture
def tab(guest, page_address):
    def tab(path=SOME, **context):
        page = guest(**context)
        page.goto(page_address + path)
        page.get_by_test_id("gallery").wait_for()
        return page

    return tab


def counted(page):
    return int(page.get_by_test_id("gallery-count").inner_text().split()[0])


def test_a_shared_address_opens_its_view(tab):
    page = tab(f"{SOME}&only=all&truth=3")
    expect(page.get_by_test_id("gallery-count")).to_contain_text("of 250 pictures")
    assert all(
        "a 3 read as" in alt
        for alt in page.get_by_test_id("gallery").locator("img").evaluate_all("all => all.map((one) => one.alt)")
    )


def test_an_address_that_is_put_into_the_open_page_opens_its_view_too(guest, page_address):
    page = guest(page_address)
    page.evaluate(f"location.hash = '{SOME.removeprefix('/')}&truth=3'")
    expect(page.locator("#analysis-gallery")).to_contain_text("truth 3")


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
    page.locator("select[name=data]").select_option("mnist-test")
    expect(page.get_by_test_id("error-count")).to_contain_text("of 10,000 pictures of MNIST test")


def test_what_is_not_there_is_a_sentence(tab):
    page = tab()
    page.evaluate("location.hash = '#analysis?truth=77'")
    expect(page.get_by_text("expected 0 to 9")).to_be_visible()


def test_the_first_view_comes_once_the_answers_are_known(tab, guest, page_address):
    tab("/#analysis?show=overview")
    page = guest(page_address)
    page.locator("[role=tab]", has_text="Error analysis").evaluate("(one) => one.classList.add('asked')")
    assert page.evaluate(CLICKED, [".asked", PICTURE]) > 0


def test_a_chosen_cell_is_marked_by_the_frame_that_shows_its_pictures(tab):
    page = tab("/#analysis?show=overview")
    assert page.evaluate(CLICKED, [CELL, CHOSEN]) > 0
    expect(page.locator(CHOSEN)).to_have_count(1)


def on_map(page, x, y):
    """Where a point of the map is on the screen; both in [0, 1], y upwards."""
    box = page.locator("[data-plot]").bounding_box()
    return box["x"] + x * box["width"], box["y"] + (1 - y) * box["height"]


def in_area(page):
    page.locator("polygon.area").wait_for(state="attached")
    expect(page.locator("#analysis-gallery")).to_contain_text("inside the area on the map")
    return counted(page)


def test_pictures_that_are_drawn_around_on_the_map_fill_the_gallery(tab):
    page = tab(f"{SOME}&show=map")
    page.locator("[data-plot]").scroll_into_view_if_needed()
    page.mouse.move(*on_map(page, 0.01, 0.01))
    page.mouse.down()
    for corner in ((0.5, 0.01), (0.5, 0.99), (0.01, 0.99)):
        page.mouse.move(*on_map(page, *corner), steps=4)
    page.mouse.up()
    assert 0 < in_area(page) < 250
    page.get_by_role("link", name="Let go of the area").click()
    expect(page.get_by_test_id("gallery-count")).to_have_text(re.compile("^250 of 250"))


def test_an_area_can_be_drawn_with_a_finger_once_that_is_chosen(tab):
    page = tab(f"{SOME}&show=map", viewport={"width": 360, "height": 740}, has_touch=True)
    button = page.get_by_role("button", name="Draw around pictures")
    button.tap()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.locator("[data-plot]").scroll_into_view_if_needed()
    session = page.context.new_cdp_session(page)
    kind = "touchStart"
    for corner in ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.5, 0.95), (0.1, 0.9)):
        x, y = on_map(page, *corner)
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        kind = "touchMove"
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert 0 < in_area(page) < 250


def test_an_area_can_be_chosen_by_keyboard(tab):
    page = tab(f"{SOME}&show=map")
    page.get_by_text("Choose an area by numbers").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Right").fill("100")
    page.get_by_label("Upper").fill("100")
    page.keyboard.press("Enter")
    assert in_area(page) == 250


def test_the_map_is_coloured_as_chosen(tab):
    page = tab(f"{SOME}&show=map")
    page.get_by_role("link", name="by error").click()
    expect(page.locator(".ring.misread").first).to_be_visible()
    assert page.locator(".ring:not(.misread)").count() == 0


@pytest.fixture(scope="module")
def phone(chromium, page_address):
    """The tab on a phone, on which one section is opened after the other."""
    with guest_of(chromium, viewport={"width": 360, "height": 740}, has_touch=True) as page:
        page.goto(page_address + SOME)
        page.get_by_test_id("gallery").wait_for()
        yield page


@pytest.mark.parametrize("section", ["Calibration", "Slices", "Compare", "Labels", "Map", "Robustness", "Learning"])
def test_every_section_opens_on_a_phone_and_fits(phone, section):
    phone.get_by_role("navigation", name="View").get_by_role("link", name=section).tap()
    expect(phone.locator(f"[data-testid=analysis][data-shown*='show={section.lower()}']")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("look", ["light", "dark"])
def test_no_section_has_a_serious_accessibility_issue(tab, look):
    page = tab(f"{SOME}&picture=3&other=recognizer.fp16.onnx", color_scheme=look)
    issues = {"an opened picture": serious_issues(page)}
    for section in SECTIONS:
        hash_part = f"{SOME.removeprefix('/')}&other=recognizer.fp16.onnx&show={section}"
        page.evaluate("(hash) => { location.hash = hash; }", hash_part)
        page.wait_for_function(SHOWN, arg=hash_part)
        issues[section] = serious_issues(page, "#analysis")
    assert {section: found for section, found in issues.items() if found} == {}


def test_a_decision_on_a_label_is_kept_in_the_download(tab):
    page = tab(f"{SOME}&show=labels")
    page.get_by_role("button", name="Accept picture").first.click()
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="Labels").click()
    expect(page.get_by_role("button", name="Accept picture").first).to_have_attribute("aria-pressed", "true")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the decisions").click()
    with open(download.value.path(), newline="") as file:  # noqa: PTH123 (Playwright gives a plain string on some systems)
        (row,) = csv.DictReader(file)
    assert row["decision"] == "relabel"


def test_decisions_of_several_sets_are_kept_apart_and_outlive_a_reload(tab):
    page = tab(f"{SOME}&show=labels")
    page.get_by_role("button", name="Accept picture").first.click()
    page.evaluate("location.hash = '#analysis?data=optdigits&show=labels'")
    page.locator("button[data-set=optdigits]").first.wait_for(timeout=60_000)
    expect(page.locator("[data-decide][aria-pressed=true]")).to_have_count(0)
    page.get_by_role("button", name="Dismiss picture").first.click()
    page.reload()
    expect(page.locator("[data-decide][aria-pressed=true]")).to_have_count(1, timeout=60_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the decisions").click()
    assert download.value.suggested_filename == "labels-optdigits.csv"
    with open(download.value.path(), newline="") as file:  # noqa: PTH123 (Playwright gives a plain string on some systems)
        (row,) = csv.DictReader(file)
    assert (row["set"], row["decision"]) == ("optdigits", "keep")
    page.locator("[data-decide][aria-pressed=true]").click()
    expect(page.locator("[data-decide][aria-pressed=true]")).to_have_count(0)


def test_a_refused_model_is_named_and_no_numbers_of_another_stay(tab, tmp_path):
    page = tab()
    packed(tmp_path / "mine.zip", {"7/seven.png": png(size=(248, 248)), "1/one.png": png(size=(248, 248))})
    page.get_by_role("button", name="Analyse your own pictures").click()
    page.locator("#analysis-upload input[type=file]").set_input_files(tmp_path / "mine.zip")
    expect(page.get_by_test_id("error-count")).to_contain_text("of 2 pictures of mine.zip", timeout=30_000)
    expect(page.get_by_test_id("gallery")).to_contain_text("7/seven.png")
    bare = page.locator("select[name=model] option[value='convnet.onnx']")
    expect(bare).to_be_disabled()
    expect(bare).to_contain_text("reads 28×28 only")
    page.evaluate("location.hash += '&model=convnet.onnx'")
    expect(page.get_by_text("choose a recogniser")).to_be_visible(timeout=30_000)
    for show in ("overview", "calibration"):
        page.evaluate(f"location.hash += '&show={show}'")
        expect(page.locator("select[name=model]")).to_have_value("convnet.onnx")
        expect(page.get_by_test_id("error-count")).to_have_count(0)
        expect(page.get_by_test_id("gallery")).to_have_count(0)
    page.locator("select[name=model]").select_option("recognizer.onnx")
    expect(page.get_by_test_id("error-count")).to_contain_text("of 2 pictures of mine.zip", timeout=30_000)


def test_a_model_of_ones_own_is_analysed(tab, tmp_path):
    written(SAME_ANSWERS["a batch of 10"](), tmp_path / "mine.onnx")
    page = tab("/#analysis?data=mnist-test")
    page.get_by_text("Analyse your own model").click()
    page.locator("#analysis-model input[type=file]").set_input_files(tmp_path / "mine.onnx")
    expect(page.locator("#analysis-model-report")).to_contain_text("validation pictures misread", timeout=60_000)
    expect(page.locator("select[name=model] option:checked")).to_have_text("Your own: mine.onnx", timeout=60_000)
    expect(page.get_by_test_id("error-count")).to_contain_text("45 of 10,000", timeout=60_000)


def test_a_file_that_is_no_model_gets_a_sentence(tab, tmp_path):
    (tmp_path / "broken.onnx").write_bytes(b"no model")
    page = tab()
    page.get_by_text("Analyse your own model").click()
    page.locator("#analysis-model input[type=file]").set_input_files(tmp_path / "broken.onnx")
    expect(page.locator("#analysis-model-report")).to_contain_text(
        "broken.onnx: not a whole .onnx file", timeout=60_000
    )


def test_an_upload_is_analysed_and_what_cannot_be_read_is_listed(tab, tmp_path):
    page = tab()
    packed(tmp_path / "mine.zip", {"7/a.png": png(), "cat.png": png()})
    page.get_by_role("button", name="Analyse your own pictures").click()
    page.locator("#analysis-upload input[type=file]").set_input_files(tmp_path / "mine.zip")
    expect(page.get_by_test_id("error-count")).to_contain_text("of 1 pictures of mine.zip")
    expect(page.locator("#analysis-upload-report")).to_contain_text("cat.png")


def test_a_drawing_leads_to_mistakes_like_it(guest, page_address):
    page = guest(page_address)
    visitor = Visitor(page)
    visitor.after(lambda: visitor.draw(ONE))
    page.get_by_role("tab", name="Error analysis").click()
    page.get_by_test_id("gallery").wait_for()
    page.get_by_test_id("from-drawing").click()
    expect(page.get_by_text("It is read as 1")).to_be_visible()
    assert page.get_by_test_id("like-drawing").locator("img").count() > 0
    page.get_by_role("link", name="the map").click()
    expect(page.get_by_test_id("spot")).to_be_attached()
    page.get_by_role("link", name="Calibration", exact=True).click()
    expect(page.get_by_text("would still be answered")).to_be_visible()


def test_a_visitors_own_corrections_are_a_data_set(guest, page_address):
    page = guest(page_address)
    visitor = Visitor(page)
    page.goto(f"{page_address}{SOME}")
    page.get_by_test_id("gallery").wait_for()
    page.locator("select[name=data]").select_option("corrections")
    expect(page.get_by_text("No correction is kept here yet")).to_be_visible()
    expect(page.locator("select[name=data]")).to_have_value("pendigits8")
    page.get_by_role("tab", name="Recognise").click()
    visitor.after(lambda: visitor.draw(ONE))
    page.get_by_role("button", name="It is a 7").click()
    expect(page.get_by_text("Kept as a 7")).to_be_visible()
    page.get_by_role("tab", name="Error analysis").click()
    page.locator("select[name=data]").select_option("corrections")
    expect(page.get_by_test_id("error-count")).to_contain_text("1 of 1 pictures of Your corrections")
