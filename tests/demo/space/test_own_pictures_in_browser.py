"""Pictures of a visitor's own, analysed on the static page: read, counted and shown as the server does it."""

import base64
import io
import re
import zipfile
from dataclasses import fields
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from demo.analysis import (
    calibration_view,
    comparison_view,
    gallery_view,
    label_issues,
    label_issues_view,
    overview_view,
    picture_view,
    selection,
    takeaway,
    uploads,
)
from demo.analysis.address import Address
from demo.analysis.predictions import Predictions
from demo.analysis.table import Table
from demo.answers import understand, understand_views
from demo.answers.recognizer import Recognizer
from demo.mnist import Labelled
from demo.settings import MODELS, ROOT
from tests.demo.browsing import blank_page
from tests.demo.test_accessibility import LOOKS, serious_issues

pytestmark = pytest.mark.browser

OPEN = "[data-testid=own-pictures][data-ready]"
SHOWN = "hash => document.querySelector('[data-testid=analysis]').dataset.shown === hash"
FOLDER = "document.querySelector('script[type=module]').src.replace('main.mjs', 'analysis/')"
LIMITS = {"files": uploads.MOST_PICTURES, "bytes": uploads.MOST_BYTES, "accepted": uploads.ACCEPTED}


@pytest.fixture(scope="module")
def page(chromium, kept_address):
    page = blank_page(chromium)
    page.goto(f"{kept_address}#analysis?data=optdigits")
    yield page
    page.context.close()


# What the browser itself makes of both; pictures are as good packed in another way.
PIECES = """async ([set, models, address, kinds, sorts, expected]) => {
  const from = (name) => import(`${FOLDER}own/${name}.mjs`);
  const [{ tableOf }, views, { ownAddress }, { selected }, { csvOf }, { addresses }] = await Promise.all(
    ["table", "views", "address", "selection", "takeaway"].map(from).concat(import(`${FOLDER}addresses.mjs`)));
  const facts = await (await fetch(`${FOLDER}facts.json`)).json();
  const { href } = addresses(facts);
  const tables = models.map(({ probabilities, scores, seen, threshold }) => tableOf(set, {
    probabilities: Float32Array.from(probabilities), scores: Float32Array.from(scores),
    seen: Uint8Array.from(atob(seen), (letter) => letter.charCodeAt(0)), threshold }));
  const [table, other] = tables, second = address.other ? other : null;
  const asked = ownAddress({ ...facts.first, ...address }, href);
  const places = selected(table, second, asked);
  const found = {
    finding: views.finding(table),
    section: views.SECTIONS[asked.show](table, second, asked),
    gallery: views.gallery(table, second, asked, { kinds, sorts }),
    picture: views.picture(table, second, { ...asked, picture: 3 }, null),
    csv: csvOf(table, places),
  };
  const written = (html) => {
    const place = document.createElement("template");
    place.innerHTML = html;
    for (const image of place.content.querySelectorAll("img")) image.removeAttribute("src");
    return place.innerHTML;
  };
  return Object.keys(expected).filter((name) => written(found[name]) !== written(expected[name]))
    .map((name) => [name, written(found[name]), written(expected[name])]);
}""".replace("FOLDER", FOLDER)
VIEWS = [
    {},
    {"truth": 3},
    {"truth": 3, "answer": 5, "only": "all", "sort": "loss"},
    {"show": "calibration", "only": "right", "sort": "margin"},
    {"show": "labels", "only": "suspect"},
    {"show": "compare"},
    {"show": "compare", "other": "edge-recognizer.onnx", "only": "fixed", "page": 7},
    {"show": "labels", "other": "edge-recognizer.onnx", "only": "broken"},
]


def answers(generator, truth):
    """Answers that are mostly right, some of them by a hair, in thirty-seconds: so that halves are rounded, too."""
    shares = generator.integers(0, 4, (len(truth), 10)) / 32
    shares[np.arange(len(truth)), np.where(generator.random(len(truth)) < 0.8, truth, generator.integers(0, 10))] += 0.5
    seen = generator.integers(0, 256, (len(truth), 28, 28), np.uint8)
    score = generator.random(len(truth), np.float32)
    return Predictions(
        (shares / shares.sum(1, keepdims=True)).astype(np.float32), score, seen, np.zeros((len(truth), 0), np.float16)
    )


def test_the_views_are_those_of_the_server(page):
    generator = np.random.default_rng(5)
    truth = generator.integers(0, 9, 320).astype(np.uint8)  # no nines
    names = tuple(f"{digit}/<{place}> & co.png" for place, digit in enumerate(truth))
    data = Labelled("my 'own' pictures", np.zeros((320, 2, 2), np.uint8), truth, names)
    tables = [Table(data, answers(generator, truth), 0.25) for _ in range(2)]
    sent = [
        {
            "probabilities": one.predictions.probabilities.ravel().tolist(),
            "scores": one.predictions.digit_score.tolist(),
            "seen": base64.b64encode(one.predictions.seen.tobytes()).decode(),
            "threshold": one.threshold,
        }
        for one in tables
    ]
    known = {"name": data.name, "labels": truth.tolist(), "files": list(names)}
    for view in VIEWS:
        address = Address(data="own-1", **view)
        first, other = tables[0], tables[1] if address.other else None
        doubtful = np.isin(np.arange(320), label_issues.find(first).indices) if address.only == "suspect" else None
        places = selection.selected(first, address, other, doubtful)
        sections = {
            "overview": lambda: overview_view.overview(first, address),  # noqa: B023
            "calibration": lambda: calibration_view.section(first, address),  # noqa: B023
            "compare": lambda: comparison_view.section(first, other, address),  # noqa: B023
            "labels": lambda: label_issues_view.section(first, label_issues.find(first), other, address),  # noqa: B023
        }
        expected = {
            "finding": overview_view.headline(first),
            "section": sections[address.show](),
            "gallery": gallery_view.gallery(first, places, address),
            "picture": picture_view.picture(first, 3, address, None, other),
            "csv": takeaway.csv_text(first, places),
        }
        texts = {
            one.name: "" if (value := getattr(address, one.name)) is None else str(value) for one in fields(Address)
        }
        kinds, sorts = gallery_view.KINDS, gallery_view.SORTS
        assert page.evaluate(PIECES, [known, sent, texts, kinds, sorts, expected]) == [], view


def picture(digit, side=30):
    """A grey picture of its own size for each digit."""
    pixels = np.full((side + digit, side), 230, np.uint8)
    pixels[5:20, 10 + digit : 12 + digit] = 20
    return pixels


def png(digit):
    buffer = io.BytesIO()
    Image.fromarray(picture(digit)).save(buffer, "PNG")
    return buffer.getvalue()


def zipped(files, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def npz(**arrays):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


PIXELS = np.random.default_rng(1).integers(0, 256, (12, 28, 28)).astype(np.uint8)
LABELS = np.arange(12) % 10
ROWS = [",".join(map(str, [label, *row.ravel()])) for label, row in zip(LABELS, PIXELS, strict=True)]
LAST = ["; ".join(map(str, [*(row.ravel() / 255).round(3), label])) for label, row in zip(LABELS, PIXELS, strict=True)]
HEADER = ",".join(["label", *(f"pixel{place}" for place in range(784))])
SETS = {
    "numbers.npz": npz(images=PIXELS, labels=LABELS),
    "folders.zip": zipped({f"{digit}/cat.png": png(digit) for digit in range(4)} | {"a/b.png": png(1), ".x": b""}),
    "stored.zip": zipped({f"{digit}_cat.png": png(0) for digit in range(4)} | {"5.png": b"none"}, zipfile.ZIP_STORED),
    "named.zip": zipped(
        {"p/1.png": png(1), "p/2.png": png(2), "3.png": png(3)}
        | {"p/labels.csv": b"\xef\xbb\xbfFile;Label\n1.png;7.0\np/2.png;8\nmissing.png;9\n;3\n"}
    ),
    "header.csv": "\r\n".join([HEADER, *ROWS, "1,2,3"]).encode(),
    "bare.csv": "\n".join([*ROWS, "x" + ROWS[0]]).encode(),
    "shares.csv": "\n".join(LAST).encode(),
}
BAD = {
    "broken.zip": b"PK no zip",
    "cut.zip": zipped({"1/a.png": png(1)})[:-40],
    "empty.zip": zipped({}),
    "words.zip": zipped({"a/b.txt": b"hello"}),
    "odd.zip": zipped({"1.png": png(1), "labels.csv": b"name,digit\n1.png,1"}),
    "lacks.npz": npz(images=PIXELS),
    "floats.npz": npz(images=PIXELS / 255, labels=LABELS),
    "few.npz": npz(images=PIXELS, labels=LABELS[:3]),
    "letters.npz": npz(images=PIXELS, labels=LABELS + 60),
    "objects.npz": npz(images=np.array([None, 1]), labels=LABELS),
    "bomb.npz": npz(images=np.zeros((200, 1200, 1200), np.uint8), labels=np.zeros(200, np.uint8)),
    "short.csv": b"1,2,3\n4,5,6\n",
    "nothing.csv": b"",
    "both.csv": "\n".join(",".join(["1"] * 785) for _ in range(3)).encode(),
    "notes.txt": b"hello",
}
READ = """async ([files, limits]) => {
  const { readSet } = await import(`${FOLDER}own/read.mjs`);
  const { SetError } = await import(`${FOLDER}own/set-error.mjs`);
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const sent = Object.entries(files).map(([name, text]) => [name, new File([bytes(text)], name)]);
  try {
    const { width, height, pixels, ...told } = await readSet(sent, limits, () => {});
    return { ...told, shape: [told.labels.length, height, width], sum: pixels.reduce((sum, one) => sum + one, 0) };
  } catch (error) {
    if (error instanceof SetError) return { refused: error.message };
    throw error;
  }
}""".replace("FOLDER", FOLDER)


def read(page, files):
    return page.evaluate(READ, [{name: base64.b64encode(one).decode() for name, one in files.items()}, LIMITS])


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_read_as_the_server_reads_it(page, tmp_path, name):
    (tmp_path / name).write_bytes(SETS[name])
    expected = uploads.read([tmp_path / name], lambda _: None)
    found = read(page, {name: SETS[name]})
    assert "refused" not in found, found
    assert found["labels"] == expected.data.labels.tolist()
    assert found["files"] == list(expected.data.names)
    assert found["shape"] == list(expected.data.images.shape)
    assert found["sum"] == pytest.approx(int(expected.data.images.sum()), rel=0.001)
    assert len(found["problems"]) == len(expected.problems)


def test_what_cannot_be_read_is_a_sentence(page):
    found = {name: read(page, {name: content}).get("refused") for name, content in BAD.items()}
    assert [name for name, sentence in found.items() if not sentence] == []
    assert [(name, told) for name, told in found.items() if name not in told or not told.endswith(".")] == []
    mixed = read(page, {"a.zip": BAD["empty.zip"], "b.png": png(1)})
    assert mixed == {"refused": f"Expected {uploads.ACCEPTED}; please send one kind at a time."}


@pytest.fixture
def own_tab(chromium, kept_address):
    pages = []

    def own_tab(**context):
        page = blank_page(chromium, **context)
        pages.append(page)
        page.goto(f"{kept_address}#analysis?data=optdigits")
        page.get_by_test_id("own-pictures").locator("summary").click()
        page.wait_for_selector(OPEN)
        return page

    yield own_tab
    for page in pages:
        page.context.close()


def send(page, name, content):
    files = [{"name": name, "mimeType": "", "buffer": content}]
    page.get_by_test_id("own-pictures").locator("input[multiple]").first.set_input_files(files)


def show(page, asked):
    page.evaluate("hash => { location.hash = hash; }", asked)
    page.wait_for_function(SHOWN, arg=asked)


@pytest.fixture(scope="module")
def some_digits():
    with np.load(ROOT / "data" / "optdigits" / "pictures.npz") as arrays:
        return npz(images=arrays["images"][:40], labels=arrays["labels"][:40])


def assert_shows_what_mattered(image, at):
    """As the server tints it: a recogniser reads the picture again, and a hair of heat is as large as its root."""
    with np.load(ROOT / "data" / "optdigits" / "pictures.npz") as arrays:
        picture = arrays["images"][at]
    recognizer = Recognizer(MODELS / "recognizer.onnx")
    answer = recognizer(picture)
    expected = understand_views.tinted(answer.seen, understand.heat_map(recognizer, answer))
    shown = Image.open(io.BytesIO(base64.b64decode(image.get_attribute("src").split(",")[1])))
    assert np.abs(np.asarray(shown).astype(int) - expected).max() <= 3


def test_pictures_are_answered_here_and_every_view_shows_them(own_tab, kept_address, some_digits):
    page, asked = own_tab(), []
    page.context.on("request", lambda request: asked.append((request.method, urlsplit(request.url).netloc)))
    send(page, "mine.npz", some_digits)
    page.wait_for_function(SHOWN, arg="#analysis?data=own-1")
    expect(page.get_by_test_id("error-count")).to_have_text(re.compile("3 of 40 pictures of mine.npz are misread"))
    expect(page.locator("[data-part=own-said]")).to_have_text("40 pictures are read and answered.")
    page.locator("[data-testid=confusion] td.wrong a").first.click()
    page.get_by_test_id("gallery").locator("a").first.click()
    opened = page.get_by_test_id("analysis-picture")
    expect(opened.get_by_role("heading", level=2)).to_contain_text("read as")
    expect(opened).to_contain_text("The training pictures are not at hand here.")
    assert_shows_what_mattered(opened.locator("figure img"), int(re.search(r"picture=(\d+)", page.url)[1]))
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the pictures").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert all(re.fullmatch(r"000\d\d-truth-\d-answer-\d\.png", name) for name in archive.namelist())
    page.get_by_role("link", name="Compare").click()
    page.locator("select[name=other]").select_option("edge-recognizer.onnx")
    expect(page.get_by_test_id("comparison")).to_contain_text("The first misreads 3")
    page.locator("select[name=data]").select_option("optdigits")
    expect(page.get_by_test_id("error-count")).to_contain_text("of 950")
    page.locator("select[name=data]").select_option("own-1")
    expect(page.get_by_test_id("error-count")).to_contain_text("of 40")
    page.reload()
    expect(page.get_by_role("status").filter(has_text="Pictures of your own stay in this tab")).to_be_visible()
    assert {method for method, _ in asked} == {"GET"}
    assert {host for _, host in asked} <= {urlsplit(kept_address).netloc, ""}  # "" are data URLs


def test_a_picture_is_shown_though_what_explains_it_does_not_come(own_tab, some_digits):
    page = own_tab(service_workers="block")
    page.context.route("**/model-explain.onnx.bin.gz", lambda route: route.abort())
    send(page, "mine.npz", some_digits)
    page.wait_for_function(SHOWN, arg="#analysis?data=own-1")
    show(page, "#analysis?data=own-1&picture=3")
    opened = page.get_by_test_id("analysis-picture")
    expect(opened).to_contain_text("digit score")
    expect(opened).not_to_contain_text("What mattered")


def test_a_folder_is_read_with_what_is_in_it_and_what_is_not_is_listed(own_tab, tmp_path):
    (tmp_path / "set" / "4").mkdir(parents=True)
    (tmp_path / "set" / "4" / "one.png").write_bytes(png(4))
    (tmp_path / "set" / "4" / "none.png").write_bytes(b"no picture")
    page = own_tab()
    page.get_by_test_id("own-pictures").locator("input[webkitdirectory]").set_input_files(tmp_path / "set")
    page.wait_for_function(SHOWN, arg="#analysis?data=own-1")
    expect(page.locator("[data-part=own-said]")).to_have_text("1 pictures are read and answered.")
    expect(page.locator("[data-part=own-problems] li")).to_contain_text(["4/none.png: That is not a picture"])
    send(page, "notes.txt", b"hello")
    expect(page.locator("[data-part=own-said]")).to_contain_text("no picture with a label could be read")


@pytest.mark.parametrize("look", ["dark", "phone"])
def test_it_fits_and_has_no_serious_accessibility_issue(own_tab, some_digits, look):
    page = own_tab(**LOOKS[look])
    send(page, "mine.npz", some_digits)
    page.wait_for_function(SHOWN, arg="#analysis?data=own-1")
    for asked in ("", "&show=calibration", "&picture=3"):
        show(page, f"#analysis?data=own-1{asked}")
        assert (asked, serious_issues(page)) == (asked, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), asked
