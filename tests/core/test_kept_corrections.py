"""What people corrected on a page is learned from: its file is read as the page writes it, and left as it is."""

import sqlite3
import zlib

import numpy as np
import pytest

from core import sets
from core.kept_corrections import KeptError, file_of_page, read
from core.sets import PicturesError
from demo.corrections.store import Correction, Corrections

VISITOR = "0123456789abcdef" * 2


def seen(level):
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 12:16] = level
    return image


@pytest.fixture
def kept(tmp_path):
    store = Corrections(tmp_path / "corrections.sqlite")
    for digit, level in ((1, 255), (7, 200)):
        store.add(VISITOR, Correction(digit, None, seen(level), b"png"))
    return store.path


def test_digits_and_pictures_are_those_that_the_page_kept(kept):
    found = [*read(kept)]
    assert [(number, digit) for number, digit, _ in found] == [(1, 1), (2, 7)]
    np.testing.assert_array_equal(found[1][2], seen(200))


def test_reading_changes_no_byte(kept):
    before = zlib.crc32(kept.read_bytes())
    assert len([*read(kept)]) == 2
    assert zlib.crc32(kept.read_bytes()) == before


def test_they_are_a_set_of_pictures_that_names_no_visitor(kept):
    found = sets.read(kept)
    assert [(picture.name, picture.label) for picture in found.pictures] == [
        ("corrections.sqlite[1]", "1"),
        ("corrections.sqlite[2]", "7"),
    ]
    assert VISITOR not in repr(found)


def another_database(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE other (id INTEGER)")
    connection.close()


def a_short_picture(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE corrections (id INTEGER, digit INTEGER, seen BLOB)")
        connection.execute("INSERT INTO corrections VALUES (3, 7, x'00ff')")
    connection.close()


BAD = {
    "not there": (lambda _: None, "no such file"),
    "no database": (lambda path: path.write_bytes(b"no database at all" * 100), "no readable file of corrections"),
    "another database": (another_database, "no such table: corrections"),
    "a short picture": (a_short_picture, "correction 3 is not a digit with a picture of 28x28"),
}


@pytest.mark.parametrize(("make", "words"), BAD.values(), ids=BAD.keys())
def test_anything_else_is_a_sentence(make, words, tmp_path):
    path = tmp_path / "corrections.sqlite"
    make(path)
    with pytest.raises(KeptError, match=words):
        [*read(path)]
    with pytest.raises(PicturesError, match=words):
        sets.read(path)


def test_where_the_page_keeps_them(monkeypatch, tmp_path):
    monkeypatch.delenv("DIGITS_CORRECTIONS", raising=False)
    assert file_of_page().name == "corrections.sqlite"
    monkeypatch.setenv("DIGITS_CORRECTIONS", str(tmp_path / "mine.sqlite"))
    assert file_of_page() == tmp_path / "mine.sqlite"
    monkeypatch.setenv("DIGITS_CORRECTIONS", "off")
    assert file_of_page() is None
