"""The static page's error analysis: every link leads to what is kept, and that is what the server shows."""

import itertools
import re
from html import unescape

import numpy as np
import pytest

from demo.analysis import sources
from demo.analysis.address import parse
from demo.analysis.screen import Screen
from demo.analysis.slices import PARTS
from demo.answers import canvas
from demo.answers.message import data_url
from demo.space import kept_analysis as module
from demo.space import kept_views
from demo.space.bundle import Bundle
from demo.space.kept_address import KeptAddress
from tests.demo.space.conftest import NAMES, SETS
from tests.demo.space.kept import Kept, kept, linked, unpacked

FIRST = "#analysis?data=optdigits"
HREF = re.compile(r'href="(#[^"]*)"')
PICTURE = re.compile(r'src="(data:[^"]*)"')
NOT_OFFERED = re.compile(  # what needs a server
    r'<nav class="choices" aria-label="Show">.*?</nav>|<div class="selecting">.*?</div>'
    r'|<button type="button" data-save.*?</button>'
    r"|<h2>And these pictures, with this model\?</h2>.*",
)


@pytest.fixture(scope="module")
def pages(kept_analysis):
    return Kept(kept_analysis)


@pytest.fixture(scope="module")
def screen(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGITS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield Screen(wait_s=60)


def links(html):
    return [unescape(found) for found in HREF.findall(html)]


def test_every_link_leads_to_a_view_that_is_kept(pages):
    """Each piece is looked at once: what else its address says changes where its links lead, and is another piece's."""
    ahead, seen, pieces = [FIRST, f"{FIRST}&other=edge-recognizer.onnx"], set(), set()
    while ahead:
        address = kept(ahead.pop())
        for bundle, key in set(pages.keys(address).values()) - pieces:
            pieces.add((bundle, key))
            new = set(links(linked(pages.bundles[bundle][key], address))) - seen  # a KeyError names what is not kept
            seen |= new
            ahead += new
    assert {key.partition("|")[0] for _, key in pieces} == kept_views.DEPENDS.keys()
    assert len(pieces) > 200


NARROWED = ["", "&truth=3", "&only=all&truth=5&answer=2", "&slice=slant%3A4", "&only=suspect"]


@pytest.mark.parametrize("narrowed", NARROWED)
def test_every_choice_keeps_its_list(pages, narrowed):
    """Whatever was narrowed when another model or second model is chosen."""
    for model, other in itertools.product(NAMES, ["", *NAMES]):
        if model != other:
            shown = pages.parts(f"{FIRST}&model={model}&other={other}{narrowed}")
            assert f'value="{model}" selected' in shown["choices"]
            assert "pictures." in shown["gallery"]


def test_the_default_view_is_of_what_ships():
    """Which the second tab opens with, and which these tests leave out to be quick."""
    first = KeptAddress()
    assert first.data in sources.data_sets()
    assert first.model in kept_views.ANALYSED
    assert kept_views.fits(first.data, first.model)


def test_bare_nets_are_analysed_on_mnists_pictures_alone():
    fitting = {
        data: {model for model in kept_views.ANALYSED if kept_views.fits(data, model)} for data in sources.data_sets()
    }
    assert fitting["mnist-test"] == fitting["mnist-validation"] == kept_views.ANALYSED.keys()
    assert fitting["paper_crops"] == {"recognizer.onnx", "edge-recognizer.onnx"}


SAMPLE = {
    "the first view": "",
    "a cell": "&only=all&truth=4&answer=6",
    "a digit": "&truth=1&sort=loss",
    "an empty cell": "&only=all&truth=0&answer=1",
    "calibration": "&show=calibration",
    "a slice": "&show=slices&slice=slant%3A2",
    "two models": "&show=compare&other=edge-recognizer.onnx",
    "what the second fixes": "&show=compare&other=edge-recognizer.onnx&only=fixed&sort=margin",
    "labels": "&show=labels&only=suspect",
    "labels beside a second model": "&show=labels&other=edge-recognizer.onnx",
    "the map": "&show=map",
    "the map by error": "&show=map&colour=error",
    "robustness": "&show=robustness",
    "learning": "&show=learning",
    "another model": "&model=edge-recognizer.onnx&sort=margin",
    "a picture": "&picture=39",
    "a picture beside a second model": "&picture=39&other=edge-recognizer.onnx&page=0",
}


def said(html):
    """The words, and the pictures as pixels."""
    html = NOT_OFFERED.sub("", html)
    pictures = [canvas.read(url) for url in PICTURE.findall(html)]
    return " ".join(unescape(re.sub("<[^>]*>", " ", html)).split()), pictures


@pytest.mark.parametrize("asked", SAMPLE.values(), ids=SAMPLE.keys())
def test_what_is_kept_is_what_the_server_shows(pages, screen, asked):
    found, expected = pages.parts(FIRST + asked), screen.view(FIRST + asked)["parts"]
    assert found.keys() == expected.keys()
    for name in found.keys() - {"choices"}:  # which lists other models and sets
        (words, pictures), (served_words, served_pictures) = said(found[name]), said(expected[name])
        assert words == served_words, name
        assert all(np.array_equal(*pair) for pair in zip(pictures, served_pictures, strict=True)), name


@pytest.mark.parametrize("asked", ["", "&show=slices", "&show=compare&other=edge-recognizer.onnx", "&picture=39"])
def test_its_links_are_those_of_the_server_but_for_what_is_not_kept(pages, screen, asked):
    found, expected = (parts.values() for parts in (pages.parts(FIRST + asked), screen.view(FIRST + asked)["parts"]))
    ours, theirs = ({link for html in htmls for link in links(html)} for htmls in (found, expected))
    assert ours <= theirs
    gone = [parse(link) for link in theirs - ours]
    assert all(one.only in ("all", "right") or one.change for one in gone)


LET_GO = {  # what a link changes -> what it leads to from a list that is narrowed already
    "a slice lets digits go": ({"slice": "slant:1", "only": "wrong"}, {"truth": "", "answer": "", "slice": "slant:1"}),
    "a digit lets a slice go": ({"truth": 3, "answer": None, "only": "wrong"}, {"slice": "", "truth": "3"}),
    "a comparison lets both go": ({"only": "fixed"}, {"truth": "", "answer": "", "slice": ""}),
}


@pytest.mark.parametrize(("changes", "expected"), LET_GO.values(), ids=LET_GO.keys())
def test_a_list_is_narrowed_by_digits_or_by_a_slice(changes, expected):
    href = KeptAddress().to(**changes).href
    told = dict(pair.split("=") for pair in href.removeprefix("#~").replace("%3A", ":").split("&"))
    assert expected.items() <= told.items()


@pytest.mark.parametrize(
    "changes",
    [{"only": "right"}, {"only": "all", "truth": None, "answer": None}, {"only": "all", "truth": 4, "answer": 4}],
)
def test_what_is_not_kept_is_no_link(changes):
    assert KeptAddress().to(**changes).href == ""


def test_a_bundle_keeps_equal_parts_and_pictures_once():
    grey = data_url(np.arange(12, dtype=np.uint8).reshape(3, 4))
    coloured = data_url(np.arange(36, dtype=np.uint8).reshape(3, 4, 3))
    pieces = {
        "a": f'<p>one</p><p>two <img src="{grey}"></p>',
        "b": f'<p>ü <img src="{coloured}"><img src="{grey}"></p>',
    }
    once, bundle = Bundle(), Bundle()
    for key, html in pieces.items():
        once.add(key, html)
        bundle.add(key, html)
        bundle.add(f"{key} again", html)
    assert unpacked(bundle.packed()) == pieces | {f"{key} again": html for key, html in pieces.items()}
    assert len(bundle.packed()) < len(once.packed()) + 60  # two keys and a few places


def test_the_slices_are_those_of_the_addresses():
    assert len(kept_views._slices()) == 7 * PARTS


def test_equal_views_are_equal_files(kept_analysis):
    """So that a folder that changed nothing has the name that it had."""
    again = kept_views.shared(SETS, NAMES)
    assert kept_analysis["analysis/shared.bin.gz"] == again


def joined(data, model, models):
    return data + model + str(len(models))


def test_several_processes_give_the_results_in_the_order_of_the_tasks():
    tasks = [(joined, ("a", "b")), (joined, ("c", "d")), (joined, ("e", "f"))]
    results = [module._all(tasks, ["m"], "test", processes) for processes in (1, 2)]
    assert results == [["ab1", "cd1", "ef1"]] * 2
