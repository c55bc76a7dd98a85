"""From an address to the pieces of the tab, with the shipped model on shipped digits."""

import base64
import re

import numpy as np
import pytest

from demo.analysis import workbench
from demo.analysis.address import parse
from demo.analysis.screen import Screen
from demo.answers.message import data_url
from demo.corrections.store import Correction, Corrections
from demo.mnist import Labelled, load
from tests.demo.analysis.test_uploads import png

VISITOR, STRANGER = "a" * 32, "b" * 32


@pytest.fixture(scope="module")
def screen(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    store = Corrections(folder / "corrections.sqlite")
    for digit in (1, 2):
        store.add(VISITOR, Correction(digit, 7, np.zeros((28, 28), np.uint8), png(size=(40, 40))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGITS_CACHE", str(folder))
        yield Screen(wait_s=60, corrections=store)


DATA = "#analysis?data=pendigits8"


@pytest.mark.parametrize(
    "section",
    [
        "overview",
        "calibration",
        "slices",
        "compare",
        "labels",
        "map",
        "robustness",
        "robustness&change=noise",
        "learning",
    ],
)
def test_every_section_has_something_to_show(screen, section):
    message = screen.view(f"{DATA}&show={section}")
    assert message.get("problem") is None
    assert "<h2>" in message["parts"]["section"]


def test_tables_of_one_data_set_share_its_pictures(screen):
    tables = [screen.bench.table(parse(f"{DATA}&model={name}")) for name in ("recognizer.onnx", "edge-recognizer.onnx")]
    assert tables[0].data is tables[1].data


def test_an_opened_picture_tells_all_about_it(screen):
    html = screen.view(f"{DATA}&picture=3")["parts"]["picture"]
    for heading in ("Picture 3: a", "How likely was each digit?", "What mattered", "most similar training pictures"):
        assert heading in html


def test_a_bare_net_tells_what_mattered_too(screen):
    html = screen.view(f"#analysis?data={screen_sized(screen)}&model=convnet.onnx&picture=3")["parts"]["picture"]
    assert "Red ink speaks for the answer" in html


def ask_again(*_):
    raise RuntimeError("the model was asked again")


def test_a_filter_asks_the_model_nothing(screen, monkeypatch):
    """What makes it quick on any machine; how quick, the benchmark measures."""
    screen.view(DATA)
    monkeypatch.setattr(workbench, "predict", ask_again)
    for filter_ in ("sort=loss", "sort=margin", "sort=confidence", "truth=3", "only=right", "page=1"):
        assert "gallery" in screen.view(f"{DATA}&only=all&{filter_}")["parts"]
    with pytest.raises(RuntimeError, match="asked again"):
        screen.view("#analysis?data=optdigits")


def test_an_area_of_the_map_fills_the_gallery_with_the_pictures_inside(screen):
    address = parse(f"{DATA}&show=map&only=all&area=0,0;0.5,0;0.5,1;0,1")
    points = screen.bench.projection(address).points
    assert set(screen.bench.indices(address)) == set(np.flatnonzero(points[:, 0] < 0.5))
    assert "inside the area on the map" in screen.view(address.href)["parts"]["gallery"]


def test_visitors_analyse_their_own_corrections_and_no_others(screen):
    name = screen.own_corrections(VISITOR)["name"]
    assert "of 2</strong> pictures of Your corrections" in screen.view(f"#analysis?data={name}")["parts"]["finding"]
    for nobody in (STRANGER, "", None, ["a"], {"a": 1}):
        assert "No correction is kept here yet" in screen.own_corrections(nobody)["problem"]
    assert "kept on this server" in Screen().own_corrections(VISITOR)["problem"]
    assert "Your own corrections" not in Screen(wait_s=60).view(DATA)["parts"]["choices"]


def test_a_drawing_is_placed_on_the_map_of_either_kind_of_model(screen):
    for model, data in (("recognizer.onnx", "pendigits8"), ("convnet.onnx", screen_sized(screen))):
        html = screen.from_drawing(f"#analysis?data={data}&model={model}", drawing())["html"]
        assert "It is read as 1" in html
        assert "spot=" in html


def drawing():
    one = np.full((280, 280), 255, np.uint8)
    one[40:240, 130:150] = 0
    return data_url(one)


def screen_sized(screen):
    """Twenty of MNIST's own pictures, which a bare net reads too."""
    whole = load("test")
    return screen.bench.uploads.keep(Labelled("twenty", whole.images[:20], whole.labels[:20]))


def test_the_gallery_can_be_taken_away(screen):
    message = screen.take_away(f"{DATA}&only=all", "csv")
    rows = base64.b64decode(message["url"].partition(",")[2]).decode().splitlines()
    assert (message["name"], len(rows)) == ("pendigits8.csv", 251)


BAD = {
    "no such data": ("#analysis?data=secrets", "no data set 'secrets'"),
    "a path for data": ("#analysis?data=../models", "no data set"),
    "no such model": ("#analysis?model=../../etc/passwd", "no model"),
    "an upload that is gone": ("#analysis?data=upload-0", "no longer kept"),
    "a picture too far": (f"{DATA}&picture=250", "no picture 250; the last one is 249"),
    "one model where two are needed": (f"{DATA}&only=fixed", "second model"),
    "no digit": ("#analysis?truth=x", "expected a number"),
    "no area": (f"{DATA}&area=1,2", "expected 3 to 100 corners"),
}


@pytest.mark.parametrize(("address", "sentence"), BAD.values(), ids=BAD.keys())
def test_what_is_not_there_gets_a_sentence(screen, address, sentence):
    assert sentence in screen.view(address)["problem"]


def test_a_model_that_cannot_read_the_pictures_is_greyed_out_with_the_reason(screen):
    choices = screen.view(DATA)["parts"]["choices"]
    assert '<option value="convnet.onnx" disabled>' in choices
    assert "(MNIST&#39;s own 28×28): reads 28×28 only, these are 112×112</option>" in choices
    assert '<option value="recognizer.onnx" selected>' in choices
    assert "disabled" not in screen.view(f"#analysis?data={screen_sized(screen)}")["parts"]["choices"]


@pytest.mark.parametrize(
    "asked", ["model=convnet.onnx", "other=convnet.onnx&show=compare", "picture=250&model=edge.onnx"]
)
def test_what_cannot_be_shown_leaves_no_numbers_of_another_model(screen, asked):
    message = screen.view(f"{DATA}&{asked}")
    assert message["problem"]
    name = re.search(r"[a-z]+[.]onnx", asked)[0]
    assert f'<option value="{name}" selected disabled>' in message["parts"].pop("choices")
    assert set(message["parts"].values()) == {""}


def test_an_address_that_names_nothing_leads_back_to_the_start(screen):
    assert screen.view("#analysis?truth=77")["parts"]["choices"] == '<a href="#analysis">Start over</a>'
    gone = screen.view("#analysis?data=upload-0")["parts"]["choices"]
    assert '<option value="upload-0" selected>pictures that are not here</option>' in gone


@pytest.mark.parametrize("junk", [None, 7, ["#analysis"], {"a": 1}])
def test_a_question_that_is_no_text_shows_the_first_view(screen, junk):
    assert screen.view(junk)["parts"] == screen.view("#analysis")["parts"]
