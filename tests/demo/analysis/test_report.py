"""The report as one file, and sentences where there can be none."""

import re

import pytest

from demo.analysis.__main__ import main
from demo.settings import MODELS

MODEL = str(MODELS / "recognizer.onnx")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("DIGITS_CACHE", str(tmp_path / "cache"))


def test_the_report_is_one_file_that_needs_no_other(tmp_path, capsys):
    report = tmp_path / "report.html"
    assert main([MODEL, "pendigits8", "--html", str(report)]) == 0
    html = report.read_text()
    count = int(re.search(r"<strong>(\d+) of 250</strong>", html)[1])
    assert f"{count} of 250 pictures" in capsys.readouterr().out
    assert (
        len(re.findall(r'alt="Picture \d+: a \d read as \d" *>|alt="Picture \d+: a \d read as \d"></a>', html)) == count
    )
    assert not re.search(r'(src|href)="(?!data:|#)|<script|url\(|@import', html)


BAD = {
    "no model": (["no.onnx", "mnist-test"], "no such model"),
    "no data": ([MODEL, "no.npz"], "no data set or file 'no.npz'"),
}


@pytest.mark.parametrize(("names", "sentence"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_analysed_is_a_sentence_and_leaves_no_file(tmp_path, capsys, names, sentence):
    assert main([*names, "--html", str(tmp_path / "report.html")]) == 1
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "report.html").exists()
