"""The report as one file, and sentences where there can be none."""

import re

import numpy as np
import pytest

from demo.analysis.__main__ import main
from demo.corrections.store import Correction, Corrections
from demo.settings import MODELS
from tests.demo.analysis.test_uploads import png

MODEL = str(MODELS / "recognizer.onnx")
OTHER = str(MODELS / "recognizer.fp16.onnx")
HEADINGS = [
    "Which digits are confused?",
    "Which digits are hard?",
    "Does it know how sure it may be?",
    "What would refusing cost?",
    "Which kinds of pictures are hard?",
    "Two models",
    "Is it the label?",
    "Where do the misread pictures lie?",
    "How much worse may pictures get?",
    "How it learned",
    "Pictures: misread",
]


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("DIGITS_CACHE", str(tmp_path / "cache"))


def test_the_report_is_one_file_that_needs_no_other(tmp_path, capsys):
    report = tmp_path / "report.html"
    assert main([MODEL, "pendigits8", "--other", OTHER, "--html", str(report)]) == 0
    html = report.read_text()
    headings = [re.sub("<[^>]+>", "", heading) for heading in re.findall(r"<h2[^>]*>(.*?)</h2>", html)]
    assert headings == HEADINGS
    count = int(re.search(r"<strong>(\d+) of 250</strong>", html)[1])
    assert f"{count} of 250 pictures" in capsys.readouterr().out
    assert (
        len(re.findall(r'alt="Picture \d+: a \d read as \d" *>|alt="Picture \d+: a \d read as \d"></a>', html)) == count
    )
    assert not re.search(r'(src|href)="(?!data:)|<script|url\(|@import', html)


def test_everybodys_corrections_are_there_for_who_keeps_the_server(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DIGITS_CORRECTIONS", str(tmp_path / "corrections.sqlite"))
    report = tmp_path / "report.html"
    assert main([MODEL, "corrections", "--html", str(report)]) == 1
    assert "No correction is kept here yet" in capsys.readouterr().err
    store = Corrections(tmp_path / "corrections.sqlite")
    for visitor in "ab":
        store.add(visitor * 32, Correction(7, 1, np.zeros((28, 28), np.uint8), png(size=(40, 40))))
    assert main([MODEL, "corrections", "--html", str(report)]) == 0
    assert "of 2 pictures of people&#39;s corrections" in re.sub("<[^>]+>", "", report.read_text())


BAD = {
    "no model": (["no.onnx", "mnist-test"], "no such model"),
    "no data": ([MODEL, "no.npz"], "no data set or file 'no.npz'"),
}


@pytest.mark.parametrize(("names", "sentence"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_analysed_is_a_sentence_and_leaves_no_file(tmp_path, capsys, names, sentence):
    assert main([*names, "--html", str(tmp_path / "report.html")]) == 1
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "report.html").exists()
