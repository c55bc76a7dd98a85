"""The page in a real Chromium: draw, take back, upload, look."""

import base64
import csv
import io
import json
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image

from demo.answers import canvas, message
from demo.answers.choices import files
from demo.guard import limits
from tests.core.test_pictures import png_header
from tests.demo.browsing import DESK, WAIT_MS, blank_page, free_port, go_to, guest_of, open_page, served
from tests.demo.strokes import digits
from tests.demo.visitor import ONE, SEVEN, Visitor

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 3, "has_touch": True, "is_mobile": True}
QUESTION = re.compile("/component_server")
NUMBER = ((ONE, -0.1), (SEVEN, 0.35))  # strokes and how far to the right they go


def test_the_first_stroke_is_answered(visit):
    visitor = visit()
    assert visitor.after(lambda: visitor.draw(ONE)) == "1"


def test_the_loading_sign_lets_the_pen_through(visit):
    """It lies over the page for a moment after the canvas listens; it took the first stroke of one visit in six."""
    shown = "signs => signs.map((sign) => (sign.classList.remove('hide'), getComputedStyle(sign).pointerEvents))"
    signs = visit().page.get_by_test_id("status-tracker")
    signs.first.wait_for(state="attached")
    assert set(signs.evaluate_all(shown)) == {"none"}  # at once: some go away meanwhile


def test_two_digits_are_read_as_a_number(visit):
    visitor = visit()
    one, seven = ([[(0.1 + x / 2 + shift, y) for x, y in stroke] for stroke in strokes] for strokes, shift in NUMBER)
    assert visitor.after(lambda: visitor.draw([*one, *seven])) == "17"


def test_answers_come_while_the_pen_is_down(visit):
    visitor = visit()
    x, y = visitor._on_screen([(0.5, 0.2)])[0]
    visitor.page.mouse.move(x, y)
    visitor.page.mouse.down()
    visitor.page.mouse.move(x, y + 200, steps=20)
    visitor.expect_digits("1")
    visitor.page.mouse.up()


def test_a_finger_draws_without_scrolling_the_page(visit):
    visitor = visit(**PHONE)
    assert visitor.after(lambda: visitor.touch(SEVEN)) == "7"
    assert visitor.page.evaluate("scrollY") == 0


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_moves_when_the_answer_comes(visit, device):
    visitor = visit(**device)
    parts = [visitor.page.locator(f".digits {part}") for part in (".examples", ".headline", ".bars", ".pictures")]
    before = [part.bounding_box() for part in parts]
    assert visitor.after(lambda: visitor.draw(SEVEN)) == "7"
    visitor.page.evaluate("scrollTo(0, 0)")
    assert [part.bounding_box() for part in parts] == before


def test_a_second_finger_changes_nothing(visit):
    visitor = visit(**PHONE)
    session = visitor.page.context.new_cdp_session(visitor.page)
    (x, y), (other_x, other_y) = visitor._on_screen([(0.5, 0.2), (0.1, 0.9)])
    first, second = {"x": x, "y": y, "id": 0}, {"x": other_x, "y": other_y, "id": 1}
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [first]})
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [first, second]})
    for step in range(1, 6):
        moved = [first | {"y": y + 30 * step}, second | {"x": other_x + 30 * step}]
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": moved})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    visitor.expect_digits("1")


def test_the_keyboard_draws(visit):
    visitor = visit()
    visitor.canvas.focus()
    for key in ["Space", *["ArrowDown"] * 12, "Space"]:
        visitor.page.keyboard.press(key)
    visitor.expect_digits("1")
    visitor.page.keyboard.press("Delete")
    visitor.expect_digits("")


def test_undo_takes_the_last_stroke_back_and_redo_returns_it(visit):
    visitor = visit()
    assert visitor.after(lambda: visitor.draw(ONE)) == "1"
    visitor.draw([[(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)]])
    assert visitor.after(lambda: visitor.press("sketch-undo")) == "1"
    assert visitor.after(lambda: visitor.press("sketch-undo")) == ""
    assert visitor.after(lambda: visitor.press("sketch-redo")) == "1"


def test_clear_empties_the_page_and_can_be_undone(visit):
    visitor = visit()
    visitor.after(lambda: visitor.draw(SEVEN))
    assert visitor.after(lambda: visitor.press("sketch-clear")) == ""
    assert visitor.after(lambda: visitor.press("sketch-undo")) == "7"


def test_the_eraser_removes_ink(visit):
    visitor = visit()
    visitor.after(lambda: visitor.draw([*ONE, [(0.2, 0.95), (0.8, 0.95)]]))
    visitor.press("sketch-eraser")
    assert visitor.after(lambda: visitor.draw([[(0.1, 0.95), (0.9, 0.95)]])) == "1"


def test_the_first_stroke_after_clearing_is_not_lost(visit):
    visitor = visit()
    visitor.after(lambda: visitor.draw(SEVEN))
    visitor.press("sketch-clear")
    assert visitor.after(lambda: visitor.draw(ONE)) == "1"


def test_an_answer_that_was_under_way_when_the_page_was_cleared_is_not_shown(visit):
    visitor = visit()
    release = []
    visitor.page.route(QUESTION, lambda route: release.append(route))
    visitor.draw(ONE)
    until(visitor.page, lambda: release)
    visitor.press("sketch-clear")
    with visitor.page.expect_event("requestfinished", lambda request: QUESTION.search(request.url)):
        for route in release:
            route.continue_()
    visitor.page.wait_for_timeout(700)
    assert visitor.digits == ""


def test_at_most_one_question_is_under_way(visit):
    visitor = visit()
    under_way, most = 0, 0

    def sent(request):
        nonlocal under_way, most
        under_way += "component_server" in request.url
        most = max(most, under_way)

    def answered(request):
        nonlocal under_way
        under_way -= "component_server" in request.url

    visitor.page.on("request", sent)
    visitor.page.on("requestfinished", answered)
    visitor.after(lambda: visitor.draw(SEVEN * 3))
    assert most == 1


def test_a_server_that_comes_back_answers_the_drawing(visit):
    visitor = visit()
    visitor.page.route(QUESTION, lambda route: route.abort())
    visitor.draw(ONE)
    visitor.page.get_by_text("cannot be reached").first.wait_for()
    visitor.page.unroute(QUESTION)
    visitor.expect_digits("1")


def test_a_server_that_restarts_under_an_open_page_answers_the_drawing(chromium, tmp_path):
    port = free_port()
    with served(tmp_path, port) as (address, _):
        visitor = Visitor(open_page(chromium, address))
    visitor.draw(ONE)
    visitor.page.get_by_text("cannot be reached").first.wait_for()
    with served(tmp_path, port):
        visitor.expect_digits("1")
        visitor.press("sketch-clear")
        assert visitor.after(lambda: visitor.draw(SEVEN)) == "7"
        visitor.page.context.close()


def test_on_a_slow_network_the_newest_drawing_is_answered_and_patience_is_asked_for(visit):
    visitor = visit()
    slow = {"offline": False, "latency": 2500, "downloadThroughput": -1, "uploadThroughput": -1}  # ms, no other limit
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", slow)
    pictures, began_at = sent_pictures(visitor.page), time.monotonic()
    visitor.draw(SEVEN, steps=10)
    visitor.page.get_by_text("comes in a moment").first.wait_for()
    visitor.expect_digits("7")
    round_trips = (time.monotonic() - began_at) / (slow["latency"] / 1000)
    assert len(pictures) <= 1 + round_trips  # one at a time, and not one for each of the forty movements


def until(page, happened):
    """Let the page go on until something is the case."""
    give_up_at = time.monotonic() + WAIT_MS / 1000
    while not happened():
        assert time.monotonic() < give_up_at
        page.wait_for_timeout(20)


def test_examples_are_drawn_and_answered(visit):
    visitor = visit()
    for name in ("2", "5", "8", "42"):
        visitor.page.get_by_role("button", name=name, exact=True).click()
        visitor.expect_digits(name)


def test_an_example_on_paper_is_read_as_a_photo_is(visit):
    visitor = visit()
    visitor.page.get_by_role("button", name="on paper").click()
    visitor.expect_digits("75")


def sent_pictures(page):
    """Every picture that the page asks about, as the data URLs that travel."""
    pictures = []

    def keep(request):
        if "component_server" in request.url:
            pictures.append(json.loads(request.post_data)["data"])

    page.on("request", keep)
    return pictures


def on_screen(visitor):
    """The canvas as the visitor sees it, (H, W) uint8."""
    url = visitor.canvas.evaluate("canvas => canvas.toDataURL()")
    with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as image:
        return np.asarray(image.convert("L"))


def test_the_page_answers_as_the_model_does_on_the_same_pixels(visit, reader):
    visitor = visit()
    pictures = sent_pictures(visitor.page)
    differing = []
    replayed = digits(40)
    for index, digit in enumerate(replayed):
        visitor.canvas.press("Delete")
        shown = visitor.after(lambda strokes=digit.strokes: visitor.draw(strokes, steps=1))
        expected = message.of_number(reader(canvas.read(pictures[-1])))["digits"]
        if shown != expected:
            differing.append((index, shown, expected))
    assert len(replayed) == 40
    assert differing == []


def test_what_is_sent_is_what_is_seen(visit):
    visitor = visit()
    pictures = sent_pictures(visitor.page)
    visitor.after(lambda: visitor.draw(SEVEN))
    sent = canvas.read(pictures[-1])
    assert sent.shape == (280, 280)
    with Image.fromarray(on_screen(visitor)) as seen:
        shrunk = np.asarray(seen.resize((280, 280), Image.Resampling.BOX)).astype(int)
    assert np.abs(shrunk - sent).mean() < 1


def test_a_sharper_screen_sends_the_same_pixels(visit):
    sent = []
    for factor in (1, 3):
        visitor = visit(**DESK, device_scale_factor=factor)
        pictures = sent_pictures(visitor.page)
        visitor.after(lambda visitor=visitor: visitor.draw(SEVEN))
        sent.append(canvas.read(pictures[-1]))
    np.testing.assert_array_equal(*sent)


def drawn_seven():
    array = np.full((200, 160), 240, np.uint8)
    array[40:52, 40:110] = 20
    for row in range(40, 170):
        column = 106 - (row - 40) * 50 // 130
        array[row, column : column + 12] = 20
    return Image.fromarray(array)


def saved(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def turned(image):
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(image.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif)


def inked(image):
    """The ink alone, on nothing."""
    alpha = image.point(lambda level: 255 - level)
    return Image.merge(
        "RGBA", (Image.new("L", image.size), Image.new("L", image.size), Image.new("L", image.size), alpha)
    )


UPLOADS = {
    "photo.jpg": lambda: saved(drawn_seven(), "JPEG"),
    "light on dark.png": lambda: saved(drawn_seven().point(lambda level: 255 - level), "PNG"),
    "palette.gif": lambda: saved(drawn_seven().convert("P"), "GIF"),
    "transparent.png": lambda: saved(inked(drawn_seven()), "PNG"),
    "sixteen.png": lambda: saved(Image.fromarray(np.asarray(drawn_seven()).astype(np.uint16) * 257), "PNG"),
    "print.tiff": lambda: saved(drawn_seven().convert("CMYK"), "TIFF"),
    "turned.jpg": lambda: turned(drawn_seven()),
    "moving.gif": lambda: saved(drawn_seven(), "GIF", save_all=True, append_images=[Image.new("L", (160, 200))]),
    "modern.webp": lambda: saved(drawn_seven().convert("RGB"), "WEBP"),
}


@pytest.fixture(scope="module")
def sender(chromium, page_address):
    """A visitor who sends one file after the other; what is asked of each is its own answer."""
    with guest_of(chromium, **DESK) as page:
        go_to(page, page_address)
        yield Visitor(page)


@pytest.mark.parametrize(("name", "make"), UPLOADS.items(), ids=UPLOADS.keys())
def test_every_kind_of_upload_is_answered(sender, name, make):
    assert sender.after(lambda: sender.upload(name, make())) == "7"
    assert sender.page.get_by_alt_text("Your picture, in grey").is_visible()


REFUSED = {
    "notes.txt": (b"hello", "not a picture"),
    "huge.png": (png_header(60000, 60000), "million pixels"),
    "empty.png": (b"", "is empty"),
    "long.png": (bytes(limits.PICTURE_BYTES + 1), "larger than 20 MB"),
}


@pytest.mark.parametrize(("name", "refused"), REFUSED.items(), ids=REFUSED.keys())
def test_a_file_that_is_no_picture_gets_a_sentence(sender, tmp_path, name, refused):
    content, words = refused
    file = tmp_path / name  # 20 MB in a message to the browser would take it twenty seconds
    file.write_bytes(content)
    assert sender.after(lambda: sender.upload_file(file)) == ""
    assert words in sender.answer.inner_text()


def test_a_pasted_picture_is_answered(visit):
    visitor = visit()
    paste = """async (url) => {
        const file = new File([await (await fetch(url)).blob()], "seven.png", { type: "image/png" });
        const clipboardData = new DataTransfer();
        clipboardData.items.add(file);
        document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    }"""
    url = "data:image/png;base64," + base64.b64encode(saved(drawn_seven(), "PNG")).decode()
    assert visitor.after(lambda: visitor.page.evaluate(paste, url)) == "7"


def test_several_pictures_become_a_table_and_a_csv_file(visit):
    visitor = visit()
    seven = saved(drawn_seven(), "PNG")
    visitor.upload_all({"a.png": seven, "=cmd()": b"hello", 'b "two".png': seven})
    with visitor.page.expect_download() as download:
        visitor.page.get_by_test_id("upload-csv").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert rows[0] == ["file", "digit", "certainty", "note"]
    assert [row[:2] for row in rows[1:]] == [["a.png", "7"], ["'=cmd()", ""], ['b "two".png', "7"]]
    assert "not a picture" in rows[2][3]
    assert visitor.page.locator("[data-testid=upload-batch] tbody tr").count() == 3


def test_a_picture_from_the_camera_is_answered(visit):
    visitor = visit(**DESK, permissions=["camera"])
    visitor.page.get_by_text("Use the camera").click()
    shutter = visitor.page.get_by_text("Take the picture")
    shutter.wait_for()
    visitor.after(shutter.click)
    assert visitor.page.get_by_alt_text("Your picture, in grey").is_visible()


def test_a_refused_camera_is_a_sentence(visit):
    visitor = visit()
    visitor.page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no')); }")
    visitor.after(visitor.page.get_by_text("Use the camera").click)
    assert "camera did not open" in visitor.answer.inner_text()


def test_the_reasons_follow_the_drawing(visit):
    visitor = visit()
    visitor.page.get_by_text("Why this answer?").click()
    why = visitor.page.get_by_test_id("why")
    why.get_by_text("Draw a digit").wait_for()
    visitor.draw(ONE)
    why.locator(".neighbours li").first.wait_for()
    assert why.locator(".sweep").count() == 4
    labels = why.locator(".neighbours span").all_inner_texts()
    assert labels.count("1") > len(labels) / 2
    visitor.press("sketch-clear")
    why.get_by_text("Draw a digit").wait_for()


def test_models_are_compared_on_the_drawing_and_the_chosen_one_answers(visit, recognizer):
    visitor = visit()
    visitor.after(lambda: visitor.draw(ONE))
    visitor.page.get_by_text("Which model reads it?").click()
    panel = visitor.page.get_by_test_id("models")
    panel.locator("tbody tr").first.wait_for()
    offered = files(recognizer.path.parent)
    assert panel.locator("tbody tr").count() == len(offered) > 1
    assert "agree" in panel.get_by_role("status").inner_text()
    pictures = sent_pictures(visitor.page)
    assert visitor.after(lambda: panel.get_by_test_id("model").select_option(offered[-1].name)) == "1"
    assert pictures[0]["model"] == offered[-1].name
    with visitor.page.expect_request("**/component_server/**") as corrected:  # what it says is kept beside it
        visitor.page.get_by_role("button", name="It is a 7").click()
    assert corrected.value.post_data_json["data"]["model"] == offered[-1].name


def test_a_correction_is_kept_and_handed_back_to_its_visitor_only(visit):
    visitor, other = visit(), visit()
    visitor.after(lambda: visitor.draw(ONE))
    visitor.page.get_by_role("button", name="It is a 7").click()
    visitor.page.get_by_text("Kept as a 7").wait_for()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="as .npz").click()
    with np.load(download.value.path()) as arrays:
        assert arrays["labels"].tolist() == [7]
        assert arrays["images"].max() > 200
    other.after(lambda: other.draw(SEVEN))
    other.page.get_by_role("button", name="It is a 1").click()
    other.page.get_by_text("you have corrected 1").wait_for()


def test_two_visitors_see_their_own_answers(visit):
    first, second = visit(), visit()
    first.draw(ONE)
    second.draw(SEVEN)
    first.expect_digits("1")
    second.expect_digits("7")


def test_the_error_analysis_counts_and_shows_every_misread_picture(visit):
    visitor = visit()
    visitor.page.get_by_role("tab", name="Error analysis").click()
    visitor.page.get_by_test_id("gallery").wait_for()
    count = int(visitor.page.get_by_test_id("error-count").locator("strong").first.inner_text().split()[0])
    assert visitor.page.locator("[data-testid=gallery] img").count() == count > 0
    rows = visitor.page.locator(".confusion tbody tr").all_inner_texts()
    assert len(rows) == 10
    assert sum(int(number) for row in rows for number in row.split()[1:]) == 10000


def test_a_drawing_survives_a_look_at_another_tab(visit):
    visitor = visit()
    visitor.after(lambda: visitor.draw(ONE))
    visitor.page.get_by_role("tab", name="About").click()
    visitor.page.get_by_role("tab", name="Recognise").click()
    visitor.after(lambda: visitor.draw([[(0.3, 0.8), (0.7, 0.8)]]))
    assert on_screen(visitor)[on_screen(visitor).shape[0] // 3].min() < 50  # the first stroke is still there


def test_the_model_can_be_taken_away(visit, recognizer):
    visitor = visit()
    visitor.page.get_by_role("tab", name="About").click()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_text("Download recognizer.onnx").click()
    with open(download.value.path(), "rb") as file:  # noqa: PTH123 (Playwright gives a plain string on some systems)
        assert file.read() == recognizer.path.read_bytes()


@pytest.mark.parametrize("tab", ["Recognise", "Error analysis", "About"])
@pytest.mark.parametrize("width", [360, 1100])
def test_nothing_is_wider_than_the_screen(visit, tab, width):
    visitor = visit(viewport={"width": width, "height": 740})
    visitor.page.get_by_role("tab", name=tab).click()
    if tab == "Error analysis":
        visitor.page.get_by_test_id("gallery").wait_for()
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_other_host_is_asked_and_nothing_is_logged_as_an_error(chromium, page_address):
    page = blank_page(chromium)
    hosts, errors = set(), []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    go_to(page, page_address)
    visitor = Visitor(page)
    visitor.after(lambda: visitor.draw(ONE))
    for tab in ("Error analysis", "About"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_timeout(500)
    page.close()
    assert hosts - {""} == {urlsplit(page_address).netloc}  # data: and blob: have no host
    assert errors == []


def test_the_process_stays_small(chromium, tmp_path):
    if not Path("/proc/self/status").exists():
        pytest.skip("resident memory is read from /proc")
    with served(tmp_path) as (address, process_id):  # a server of its own: the shared one has analysed data sets
        visitor = Visitor(open_page(chromium, address))
        visitor.after(lambda: visitor.draw(ONE))
        status = Path(f"/proc/{process_id}/status").read_text()
        visitor.page.context.close()
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
    assert int(line.split()[1]) < 350_000  # kB
