"""The page without a server answers as Python does, checks itself, asks no other host, and works without a network."""

import base64
import gzip
import hashlib
import io
import json
import re
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from demo import mnist
from demo.answers import canvas, message
from demo.settings import MODELS
from demo.space import static_space
from demo.space.folders import check_size, front_matter, settings
from demo.space.static_space import VENDOR
from proof.numbers.strings import write_number, write_touching
from tests.demo.browsing import DESK, ROOT, WAIT_MS, blank_page, go_to, open_page, until_it_listens
from tests.demo.hosting import hosted, wait_for_copies
from tests.demo.strokes import digits
from tests.demo.visitor import ONE, SEVEN, Visitor

DRAWING = "document.querySelector('[data-testid=sketch-canvas]').drawing()"


@pytest.fixture(scope="module")
def folders():
    return static_space.static_spaces(dict(settings(front_matter((ROOT / "README.md").read_text()))))


@pytest.fixture(scope="module")
def files(folders):
    return folders["space-static"]


def inside(files):
    """The files of the one folder that is named after its content, by their names there."""
    return {name.partition("/")[2]: content for name, content in files.items() if "/" in name}


@pytest.fixture(scope="module")
def address(files, tmp_path_factory):
    with hosted(tmp_path_factory.mktemp("static") / "space", files) as address:
        yield address


@pytest.fixture
def visitor(guest, address):
    return Visitor(guest(address, **DESK))


def test_the_folder_is_small_and_its_card_says_static(files):
    check_size(files, static_space.MAX_FOLDER_BYTES)
    front = dict(settings(front_matter(files["README.md"].decode())))
    assert (front["sdk"], front["app_file"]) == ("static", "index.html")
    assert "index.html" in files


def test_the_vendored_files_are_the_stated_ones():
    stated = re.findall(r"^\| (.+) \| `([0-9a-f]{64})` \|$", (VENDOR / "README.md").read_text(), re.MULTILINE)
    found = {
        f"`{path.name}`": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.suffix != ".md"
    }
    packed = VENDOR / "ort-wasm-simd-threaded.wasm.gz"
    found["the same, unpacked"] = hashlib.sha256(gzip.decompress(packed.read_bytes())).hexdigest()
    assert dict(stated) == found


def test_the_kept_copy_has_a_new_name_when_any_file_changes(files):
    without_worker = {name: content for name, content in files.items() if name != "worker.js"}
    changed = without_worker | {"reader.onnx": b"another"}
    names = [static_space.worker(some).splitlines()[0] for some in (without_worker, changed)]
    assert names[0] != names[1]


def test_the_light_folder_holds_the_compact_model_where_it_is_exported(folders):
    light = folders.get("space-static-light")
    assert (light is not None) == (MODELS / "edge-reader.onnx").is_file()
    if light:
        assert sum(map(len, light.values())) < static_space.MAX_LIGHT_BYTES
        packed = inside(light)["edge-reader.onnx.gz"]
        assert gzip.decompress(packed) == (MODELS / "edge-reader.onnx").read_bytes()
        assert b'/edge-reader.onnx.gz" download' in light["index.html"]


SHARES = re.compile(r"\d+\.\d(?=%)")


def assert_told_alike(visitor, sentence):
    """The same words; a share may be rounded to the other side where two processors add up otherwise."""
    told = visitor.page.locator("[data-part=sentence]").text_content()
    assert SHARES.sub("", told) == SHARES.sub("", sentence)
    shares = ([*map(float, SHARES.findall(text))] for text in (told, sentence))
    np.testing.assert_allclose(*shares, atol=0.101)


@pytest.mark.browser
def test_pen_strokes_are_answered_as_python_answers_them(visitor, reader):
    for digit in digits(10):
        assert visitor.after(lambda strokes=digit.strokes: visitor.draw(strokes)) is not None
        picture = canvas.read(visitor.page.evaluate(DRAWING))
        expected = message.of_number(reader(picture))
        assert visitor.digits == expected["digits"]
        assert_told_alike(visitor, expected["sentence"])
        visitor.press("sketch-clear")


def png(pixels: np.ndarray, mode: str | None = None) -> str:
    buffer = io.BytesIO()
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def bar(height: int, width: int, channels: int = 3) -> np.ndarray:
    """A dark bar on light paper, (height, width, channels) uint8."""
    pixels = np.full((height, width, channels), 240, np.uint8)
    pixels[height // 5 : height * 4 // 5, width * 2 // 5 : width * 3 // 5] = (20, 40, 90, 255)[:channels]
    return pixels


def transparent() -> np.ndarray:
    """A light bar on nothing."""
    pixels = 255 - bar(200, 160, 4)
    pixels[..., 3] = np.where(pixels[..., 0] > 100, 255, 0)
    return pixels


PICTURES = {
    "grey": png(bar(120, 90)[..., 0]),
    "coloured": png(bar(120, 90)),
    "light on dark": png(255 - bar(37, 211)),
    "palette": png(bar(280, 280), "P"),
    "transparent, light ink": png(transparent()),
    "one pixel": png(np.zeros((1, 1), np.uint8)),
    "blank": png(np.full((50, 60), 255, np.uint8)),
}


def assert_read_alike(found, expected, name):
    """What digits.read says is what the reader says in Python, but for how two processors add up."""
    assert found["more"] == expected.more, name
    told = [(part["label"], part["line"]) for part in found["parts"]]
    assert told == [(part.answer.label, part.line) for part in expected.parts], name
    for part, other in zip(found["parts"], expected.parts, strict=True):
        assert np.abs(np.array(part["probabilities"]) - other.answer.probabilities).max() < 1e-4, name
        assert np.abs(np.array(part["seen"]) - other.answer.seen.ravel()).max() < 1e-3, name
        assert abs(part["score"] - other.answer.digit_score) < 1e-3, name
        assert np.abs(np.array(part["box"]) - other.box).max() <= 1, name  # half a px may be rounded to either side


@pytest.mark.browser
def test_pictures_are_read_as_python_reads_them(visitor, reader):
    for name, url in PICTURES.items():
        found = visitor.page.evaluate("url => digits.read(url)", url)
        assert_read_alike(found, reader(canvas.read(url)), name)


@pytest.mark.browser
def test_an_upload_is_answered_and_shown(visitor):
    visitor.after(lambda: visitor.upload("bar.png", base64.b64decode(PICTURES["coloured"].split(",")[1])))
    assert visitor.digits == "1"
    assert visitor.page.locator("[data-part=preview]").get_attribute("src").startswith("data:image/png")


@pytest.mark.browser
def test_a_file_that_is_no_picture_gets_a_sentence(visitor):
    assert visitor.after(lambda: visitor.upload("notes.txt", b"not a picture")) == ""
    assert "not a picture" in visitor.page.locator("[data-part=sentence]").text_content()


def numbers(count: int) -> list[np.ndarray]:
    """Pictures of numbers with 1 to 5 digits: dark on light, light on dark, and on paper in a shadow."""
    test, generator = mnist.load("test"), np.random.default_rng(7)
    drawn = []
    for place in range(count):
        height_px = int(generator.choice([60, 120, 200]))
        picture, _ = write_number(test.images, test.labels, 1 + place % 5, generator, height_px)
        shadow = np.linspace(0, 80, picture.shape[1]).astype(np.uint8)
        drawn.append([picture, 255 - picture, np.maximum(picture, 80) - shadow][place % 3])
    return drawn


def touching(count: int) -> list[np.ndarray]:
    """Pictures of two digits that touch: dark on light, and light on dark."""
    test, generator = mnist.load("test"), np.random.default_rng(8)
    drawn = [write_touching(test.images, test.labels, generator)[0] for _ in range(count)]
    return [picture if place % 2 else 255 - picture for place, picture in enumerate(drawn)]


def underlined(count: int) -> list[np.ndarray]:
    """Pictures of numbers with 1 to 3 digits above a line."""
    test, generator = mnist.load("test"), np.random.default_rng(9)
    drawn = []
    for place in range(count):
        picture, _ = write_number(test.images, test.labels, 1 + place % 3, generator, 60)
        rows, columns = (np.flatnonzero((picture < 128).any(axis)) for axis in (1, 0))
        picture[rows[-1] + 9 : rows[-1] + 13, columns[0] - 9 : columns[-1] + 9] = 20
        drawn.append(picture)
    return drawn


def marked() -> list[np.ndarray]:
    """Numbers with a point, a comma, a colon, a slash or a minus."""
    return [canvas.read(path) for path in sorted((ROOT / "tests" / "cases" / "pictures").glob("number_*.png"))]


@pytest.mark.browser
def test_numbers_are_read_as_python_reads_them(visitor, reader):
    several = 0
    for place, picture in enumerate(numbers(12) + touching(8) + underlined(3) + marked()):
        height, width = picture.shape
        sent = {"height": height, "width": width, "pixels": base64.b64encode(picture.tobytes()).decode()}
        found = visitor.page.evaluate(READ_PIXELS, sent)
        assert_read_alike(found, reader(picture), place)
        several += len(found["parts"]) > 1
    assert several > 6


READ_PIXELS = """({ height, width, pixels }) => {
  const bytes = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
  return digits.read({ height, width, pixels: bytes });
}"""


@pytest.mark.browser
def test_a_number_is_told_as_python_tells_it(visitor, reader):
    picture = np.hstack([bar(200, 120)[..., 0]] * 2)
    content = base64.b64decode(png(picture).split(",")[1])
    expected = message.of_number(reader(picture))
    assert visitor.after(lambda: visitor.upload("11.png", content)) == expected["digits"] == "11"
    assert_told_alike(visitor, expected["sentence"])


@pytest.mark.browser
def test_a_digit_of_a_number_is_chosen_on_the_canvas_and_in_the_answer(visitor):
    seventeen = [[(0.1 + x / 2 + shift, y) for x, y in stroke] for (stroke,), shift in ((ONE, -0.1), (SEVEN, 0.35))]
    assert visitor.after(lambda: visitor.draw(seventeen)) == "17"
    visitor.after(lambda: visitor.page.mouse.click(*visitor._on_screen([(0.7, 0.25)])[0]))
    top = visitor.answer.locator(".bars .is-top .bar-name")
    expect(top).to_have_text("7")
    visitor.answer.locator("[data-part=digits] button").first.click()
    expect(top).to_have_text("1")
    assert visitor.digits == "17"


CHANGED = {"the model": "**/reader.onnx", "the runtime": "**/*.wasm.gz"}


@pytest.mark.browser
@pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED.keys())
def test_a_changed_file_is_named_and_refused(chromium, address, changed):
    page = blank_page(chromium, service_workers="block")

    def change(route):
        content = bytearray(route.fetch().body())
        content[-1] ^= 1
        route.fulfill(body=bytes(content))

    page.route(changed, change)
    go_to(page, address)
    visitor = Visitor(page)
    assert visitor.after(lambda: visitor.draw(ONE)) == ""
    sentence = page.locator("[data-part=sentence]").text_content()
    assert changed.removeprefix("**/").removeprefix("*") in sentence
    assert "was changed since this page was made" in sentence
    page.context.close()


def selftest(visitor: Visitor) -> str:
    visitor.press("selftest-run")
    result = visitor.page.get_by_test_id("selftest-result")
    visitor.page.wait_for_function(
        "() => /Passed|Failed/.test(document.querySelector('[data-testid=selftest-result]').value)", timeout=WAIT_MS
    )
    return result.text_content()


@pytest.mark.browser
def test_the_selftest_passes(visitor):
    assert selftest(visitor).startswith("Passed: 23 pictures, 0 labels changed")


@pytest.mark.browser
def test_a_packed_model_is_the_same(chromium, tmp_path):
    files = static_space.static_space({"title": "Light"}, MODELS / "reader.onnx", pack=True)
    with hosted(tmp_path / "space", files) as address:
        page = open_page(chromium, address, service_workers="block")
        assert selftest(Visitor(page)).startswith("Passed: 23 pictures, 0 labels changed")
        page.context.close()


@pytest.mark.browser
def test_the_selftest_can_fail(chromium, address, files):
    cases = json.loads(inside(files)["selftest.json"])
    cases[0]["probabilities"] = cases[0]["probabilities"][::-1]
    page = open_page(chromium, address, service_workers="block")
    page.route("**/selftest.json", lambda route: route.fulfill(json=cases))
    assert selftest(Visitor(page)).startswith("Failed: 23 pictures, 1 labels changed")
    page.context.close()


@pytest.mark.browser
def test_no_other_host_is_asked(chromium, address):
    page = blank_page(chromium)
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    go_to(page, address)
    assert Visitor(page).after(lambda: Visitor(page).draw(SEVEN)) == "7"
    assert hosts <= {urlsplit(address).netloc, ""}  # "" are data URLs
    page.context.close()


@pytest.mark.browser
def test_it_works_offline_after_the_first_visit(chromium, address):
    page = open_page(chromium, address)
    wait_for_copies(page, 1)
    page.context.set_offline(True)
    page.reload()
    until_it_listens(page)
    assert Visitor(page).after(lambda: Visitor(page).draw(ONE)) == "1"
    page.context.close()
