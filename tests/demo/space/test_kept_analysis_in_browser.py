"""The static page's second tab in a real Chromium: the views of the server, without one."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.demo.browsing import WAIT_MS, blank_page, go_to, guest_of, open_page
from tests.demo.hosting import wait_for_copies
from tests.demo.space.kept import Kept
from tests.demo.space.test_kept_analysis import FIRST, SAMPLE
from tests.demo.test_accessibility import LOOKS, serious_issues
from tests.demo.test_small_screens import LOW
from tests.demo.visitor import ONE, Visitor

pytestmark = pytest.mark.browser

SECTIONS = ["Calibration", "Slices", "Compare", "Labels", "Map", "Robustness", "Learning"]
SHOWN = "hash => document.querySelector('[data-testid=analysis]').dataset.shown === hash"
# What stands on the page, and how the browser itself would write a piece; pictures are compared elsewhere.
PIECES = """expected => {
  const written = (html) => {
    const place = document.createElement("template");
    place.innerHTML = html;
    for (const image of place.content.querySelectorAll("img")) image.removeAttribute("src");
    return place.innerHTML;
  };
  const found = (name) => document.querySelector(`#analysis [data-part=${name}]`).innerHTML;
  return Object.keys(expected).filter((name) => written(found(name)) !== written(expected[name]));
}"""


@pytest.fixture
def tab(guest, kept_address):
    def tab(asked="", **context):
        page = guest(**context)
        page.goto(f"{kept_address}{FIRST}{asked}")
        page.wait_for_function(SHOWN, arg=FIRST + asked)
        return page

    return tab


def show(page, asked):
    page.evaluate("hash => { location.hash = hash; }", FIRST + asked)
    page.wait_for_function(SHOWN, arg=FIRST + asked)


def test_it_shows_what_the_server_would_show(tab, kept_analysis):
    """Joined and linked in the browser as in Python, which is compared with the server's views elsewhere."""
    page, kept = tab(), Kept(kept_analysis)
    differing = {}
    for name, asked in SAMPLE.items():
        show(page, asked)
        differing[name] = page.evaluate(PIECES, kept.parts(FIRST + asked))
    assert {name: pieces for name, pieces in differing.items() if pieces} == {}


def test_its_pictures_are_those_of_the_bundle(tab, kept_analysis):
    page, kept = tab("&picture=39"), Kept(kept_analysis)
    pixels = """async urls => Promise.all(urls.map(async (url) => {
      const bitmap = await createImageBitmap(await (await fetch(url)).blob());
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      context.drawImage(bitmap, 0, 0);
      return [...context.getImageData(0, 0, bitmap.width, bitmap.height).data].join();
    }))"""
    shown = page.locator("[data-part=picture] img").evaluate_all("all => all.map((one) => one.src)")
    expected = re.findall(r'src="(data:[^"]*)"', kept.parts(f"{FIRST}&picture=39")["picture"])
    assert page.evaluate(pixels, shown) == page.evaluate(pixels, expected)
    assert len(set(expected)) > 8


def test_the_tab_opens_what_a_cell_a_picture_and_back_lead_to(tab):
    page = tab()
    page.locator("[data-testid=confusion] td.wrong a").first.click()
    expect(page.locator("#analysis-gallery")).to_contain_text("truth 0, answer 6")
    expect(page.get_by_test_id("gallery-count")).to_have_text("1 of 950 pictures.")
    page.get_by_test_id("gallery").locator("a").first.click()
    dialog = page.get_by_test_id("analysis-picture")
    expect(dialog.get_by_role("heading", name="a 0 read as 6")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.go_back()
    expect(dialog).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.get_by_test_id("gallery-count")).to_have_text("19 of 950 pictures.")


def test_a_second_model_is_compared_and_what_it_fixes_is_shown(tab):
    page = tab("&show=compare")
    page.locator("select[name=other]").select_option("edge-recognizer.onnx")
    fixed = page.get_by_role("link", name=re.compile("pictures are fixed"))
    count = int(fixed.inner_text().split()[0])
    fixed.click()
    expect(page.locator("#analysis-gallery")).to_contain_text("fixed by the second model")
    expect(page.get_by_test_id("gallery-count")).to_have_text(f"{count} of 950 pictures.")
    page.get_by_test_id("gallery").locator("a").first.click()
    expect(page.get_by_test_id("analysis-picture")).to_contain_text("The other model reads")


def test_each_tab_has_its_address(guest, kept_address):
    page = guest(f"{kept_address}{FIRST}&truth=4")
    recognise, analysis = (page.get_by_role("tab", name=name) for name in ("Recognise", "Error analysis"))
    expect(analysis).to_have_attribute("aria-selected", "true")
    expect(page.locator("#analysis-gallery")).to_contain_text("truth 4")
    recognise.click()
    expect(page.get_by_test_id("sketch-canvas")).to_be_visible()
    assert "#" not in page.url
    page.go_back()
    expect(page.get_by_test_id("gallery")).to_be_visible()
    analysis.focus()
    page.keyboard.press("ArrowRight")
    expect(recognise).to_be_focused()
    expect(page.get_by_test_id("sketch-canvas")).to_be_visible()
    assert Visitor(page).after(lambda: Visitor(page).draw(ONE)) == "1"


def test_the_first_screen_fetches_nothing_of_it(chromium, kept_address):
    page = blank_page(chromium, service_workers="block")
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url)))
    go_to(page, kept_address)
    assert Visitor(page).after(lambda: Visitor(page).draw(ONE)) == "1"
    assert [url.path for url in asked if "/analysis/" in url.path] == []
    page.evaluate("hash => { location.hash = hash; }", FIRST)
    page.wait_for_function(SHOWN, arg=FIRST)
    bundles = [url.path.rpartition("/")[2] for url in asked if url.path.endswith(".bin.gz")]
    assert bundles == ["shared.bin.gz", "optdigits-recognizer.onnx.bin.gz"]
    assert {url.netloc for url in asked} <= {urlsplit(kept_address).netloc, ""}  # "" are data URLs
    page.context.close()


KEPT = """async names => {
  const urls = [];
  for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) urls.push(url);
  return names.every((name) => urls.some((url) => url.endsWith(name)));
}"""


def wait_until_kept(page, *names):
    for _ in range(WAIT_MS // 100):
        if page.evaluate(KEPT, names):
            return
        page.wait_for_timeout(100)
    raise TimeoutError(f"{names} are not kept")


def test_what_was_looked_at_stays_without_a_network_and_the_rest_is_a_sentence(chromium, kept_address):
    page = open_page(chromium, kept_address)
    wait_for_copies(page, 1)
    page.goto(kept_address + FIRST)
    page.wait_for_function(SHOWN, arg=FIRST)
    wait_until_kept(page, "shared.bin.gz", "optdigits-recognizer.onnx.bin.gz")
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_test_id("gallery-count")).to_have_text("19 of 950 pictures.")
    page.evaluate("location.hash += '&model=edge-recognizer.onnx'")
    expect(page.get_by_role("status").filter(has_text="could not be loaded")).to_be_visible()
    expect(page.get_by_test_id("gallery")).to_have_count(0)
    page.context.set_offline(False)
    page.evaluate("location.hash += '&sort=loss'")
    expect(page.get_by_test_id("error-count")).to_contain_text("29 of 950")
    page.context.close()


REFUSED = {
    "a picture that is read right": ("&picture=0", "Picture 0 is not kept on this page"),
    "pictures that are read right": ("&only=right", "does not keep the view"),
    "an area of the map": ("&area=0,0;0,1;1,1", "does not keep the view"),
    "one model where two are needed": ("&only=fixed", "Choose a second model first"),
    "no such digit": ("&truth=77", "does not keep the view"),
    "no such part": ("&x=1", "does not keep the view"),
    "no such model": ("&model=constructor", "does not keep the view"),
    "a script": ("&slice=%22%3E%3Cimg src=x onerror=alert(1)%3E", "does not keep the view"),
}


def test_what_is_not_kept_is_a_sentence_and_no_numbers(tab):
    page = tab()
    for name, (asked, sentence) in REFUSED.items():
        show(page, "")
        page.evaluate("hash => { location.hash = hash; }", FIRST + asked)
        expect(page.get_by_role("status").filter(has_text=sentence), name).to_be_visible()
        expect(page.get_by_test_id("error-count"), name).to_have_count(0)


def test_a_changed_file_is_named_and_refused(chromium, kept_address):
    page = blank_page(chromium, service_workers="block")
    page.route("**/shared.bin.gz", lambda route: route.fulfill(body=b"another"))
    page.goto(kept_address + FIRST)
    expect(
        page.get_by_role("status").filter(has_text="shared.bin.gz could not be loaded, or was changed")
    ).to_be_visible()
    page.context.close()


def test_a_script_that_does_not_come_is_told_and_asked_for_again(chromium, kept_address):
    page = blank_page(chromium, service_workers="block")
    page.route("**/analysis/facts.json", lambda route: route.abort())
    go_to(page, kept_address + FIRST)
    expect(page.get_by_text("The error analysis could not be loaded")).to_be_visible()
    page.unroute("**/analysis/facts.json")
    page.get_by_role("tab", name="Error analysis").click()
    expect(page.get_by_test_id("gallery")).to_be_visible()
    page.context.close()


def test_decisions_on_labels_are_downloaded(tab):
    page = tab("&show=labels")
    page.get_by_role("button", name="Accept picture").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the decisions").click()
    assert download.value.suggested_filename == "labels-optdigits.csv"


def test_nothing_that_needs_a_server_is_offered(tab):
    page = tab("&show=map")
    for name in ("Mistakes like my drawing", "Draw around pictures", "Download as CSV", "Download the pictures"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    options = page.locator("select[name=data] option").evaluate_all("all => all.map((one) => one.value)")
    assert options == ["optdigits"]


@pytest.fixture(scope="module")
def phone(chromium, kept_address):
    """The tab on a phone, on which one section is opened after the other."""
    with guest_of(chromium, viewport={"width": 360, "height": 740}, has_touch=True) as page:
        page.goto(kept_address + FIRST)
        page.wait_for_function(SHOWN, arg=FIRST)
        yield page


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_fits_a_phone(phone, section):
    phone.get_by_role("navigation", name="View").get_by_role("link", name=section).tap()
    expect(phone.locator(f"[data-testid=analysis][data-shown*='show={section.lower()}']")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_no_view_has_a_serious_accessibility_issue(tab, look):
    page = tab("&picture=39", **look)
    issues = {"an opened picture": serious_issues(page)}
    for section in ["overview", *map(str.lower, SECTIONS)]:
        show(page, f"&other=edge-recognizer.onnx&show={section}" if section != "overview" else "")
        issues[section] = serious_issues(page)
    assert {section: found for section, found in issues.items() if found} == {}


def test_nothing_on_it_breaks_the_pages_own_rules(chromium, kept_address):
    """Of where scripts, styles and pictures may come from, which browsers only tell the console."""
    page = blank_page(chromium)
    told = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(kept_address + FIRST)
    for asked in SAMPLE.values():
        show(page, asked)
    assert told == []
    page.context.close()


@pytest.mark.parametrize("size", LOW.values(), ids=LOW.keys())
def test_in_a_low_window_the_whole_drawing_is_below_the_tabs(guest, kept_address, size):
    width, height = size
    page = guest(kept_address, viewport={"width": width, "height": height}, has_touch=True)
    canvas = page.get_by_test_id("sketch-canvas").bounding_box()
    assert canvas["y"] + canvas["height"] <= height
    assert page.evaluate("document.documentElement.scrollWidth") <= width
