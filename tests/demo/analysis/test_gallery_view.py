"""The gallery and what is taken away from it, read back."""

import csv
import io
import re
import zipfile
from dataclasses import replace

import numpy as np
from PIL import Image

from demo.analysis.address import Address
from demo.analysis.gallery_view import gallery
from demo.analysis.selection import PER_PAGE, selected
from demo.analysis.takeaway import csv_text, zip_bytes
from tests.demo.analysis.tiny import random_table, tiny


def test_each_misread_picture_has_truth_answer_and_confidence():
    cards = gallery(tiny(), selected(tiny(), Address()), Address()).split("<li>")[1:]
    assert [re.search(r'alt="([^"]+)"', card).group(1) for card in cards] == [
        "Picture 2: a 9 read as 4",
        "Picture 5: a 4 read as 9",
        "Picture 0: a 4 read as 9",
    ]
    assert "95.0% sure" in cards[0]
    assert "60.0% sure" in cards[2]


def test_pages_follow_one_another():
    table = random_table(0, count=PER_PAGE + 5)
    indices = np.arange(len(table))
    first, last = (gallery(table, indices, Address(only="all", page=page)) for page in (0, 1))
    assert (first.count("<img"), last.count("<img")) == (PER_PAGE, 5)
    assert "Next page" in first
    assert "Previous page" in last


def test_a_page_behind_the_last_shows_the_last():
    assert gallery(tiny(), np.arange(6), Address(page=9)).count("<img") == 6


def test_the_csv_has_the_gallerys_rows():
    rows = list(csv.DictReader(io.StringIO(csv_text(tiny(), np.array([2, 0])))))
    assert [(row["picture"], row["truth"], row["answer"]) for row in rows] == [("2", "9", "4"), ("0", "4", "9")]
    assert float(rows[0]["p4"]) == float(rows[0]["confidence"]) == 0.95


def test_the_zip_has_the_pictures_themselves():
    table = tiny()
    with zipfile.ZipFile(io.BytesIO(zip_bytes(table, np.array([2])))) as archive:
        (name,) = archive.namelist()
        with archive.open(name) as file:
            np.testing.assert_array_equal(np.asarray(Image.open(file)), table.data.images[2])
    assert name == "00002-truth-9-answer-4.png"


def named(*names):
    """The tiny table, its pictures in files of these names."""
    table = tiny()
    return replace(table, data=replace(table.data, names=names))


def test_pictures_are_called_by_their_files():
    table = named("4/a.png", "4/b.png", "9/<b>.png", "=1+1.png", "0/e.png", "4/über uns.png")
    html = gallery(table, np.array([2, 5]), Address())
    assert 'alt="Picture 9/&lt;b&gt;.png: a 9 read as 4"' in html
    assert "4/über uns.png</span>" in html
    rows = list(csv.DictReader(io.StringIO(csv_text(table, np.array([2, 3])))))
    assert [row["file"] for row in rows] == ["9/<b>.png", "'=1+1.png"]
    with zipfile.ZipFile(io.BytesIO(zip_bytes(table, np.array([2, 5])))) as archive:
        assert archive.namelist() == ["00002-truth-9-answer-4-9_b_.png", "00005-truth-4-answer-9-4_über_uns.png"]
