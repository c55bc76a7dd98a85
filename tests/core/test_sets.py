"""Sets of pictures are read as people store them, and damaged files are named rather than fatal."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from core.complaints import Complaints
from core.labels import labelled
from core.sets import PicturesError, draw, read


def png(image):
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def grey(level, size=(4, 6)):
    return Image.new("L", size, level)


def test_a_zip_with_labels(tmp_path):
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("labels.csv", "file,label,writer\nb.png,7,ann\na.png,OTHER:x,\nbad.png,1,\ngone.png,2,\n")
        archive.writestr("a.png", png(grey(10)))
        archive.writestr("b.png", png(grey(20)))
        archive.writestr("bad.png", png(grey(30))[:40])
    found = read(path)
    first, second = found.pictures
    assert (first.name, first.label, first.image[0, 0]) == ("b.png", "7", 20)
    assert (second.name, second.label, second.image[0, 0]) == ("a.png", "OTHER:x", 10)
    assert first.image.shape == (6, 4)
    assert [line.split(":")[0] for line in found.unreadable] == ["bad.png", "gone.png"]


def test_a_folder_per_digit(tmp_path):
    for label in ("3", "8"):
        (tmp_path / label).mkdir()
        (tmp_path / label / "x.png").write_bytes(png(grey(int(label))))
    (tmp_path / "8" / "notes.txt").write_text("not a picture")
    assert [(p.name, p.label) for p in read(tmp_path).pictures] == [("3/x.png", "3"), ("8/x.png", "8")]


CASES = Path(__file__).resolve().parents[1] / "cases" / "extra"


def test_pictures_are_known_by_their_content_and_not_by_their_ending():
    found = read(CASES / "endings")
    assert [(p.name, p.label) for p in found.pictures] == [
        *(("7/a.jfif", "7"), ("7/b.avif", "7"), ("7/c.pgm", "7"), ("7/e.PNG", "7")),
    ]
    assert found.unreadable == []


def test_what_is_no_picture_is_named_whatever_its_ending(tmp_path):
    for digit in "07":
        (tmp_path / digit).mkdir()
        (tmp_path / digit / "a.png").write_bytes(png(grey(9)))
    (tmp_path / "7" / "b.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0")
    (tmp_path / "7" / "c.txt").write_text("no picture")
    (tmp_path / "7" / ".DS_Store").write_bytes(b"a system's own")
    (tmp_path / "cover.png").write_bytes(png(grey(9)))
    found = read(tmp_path)
    assert [picture.name for picture in found.pictures] == ["0/a.png", "7/a.png"]
    said = [("7/b.heic", "HEIC photos"), ("7/c.txt", "not a picture"), ("cover.png", "neither its folder nor its name")]
    for line, (name, words) in zip(found.unreadable, said, strict=True):
        assert line.startswith(f"{name}: ")
        assert words in line


def test_a_short_row_of_labels_is_named_and_the_others_read():
    found = read(CASES / "short_row")
    assert [(p.name, p.label) for p in found.pictures] == [("a1.png", "1")]
    assert found.unreadable[0] == "labels.csv, line 2: expected a file and its label, found 'a0.png'."
    assert found.unreadable[1].startswith("a0.png: ")


def test_labels_in_a_zips_top_folder_are_read():
    found = read(CASES / "top_folder.zip")
    assert len(found.pictures) == 3
    assert {picture.name.split("/")[0] for picture in found.pictures} == {"set"}
    assert all(picture.label.isdigit() for picture in found.pictures)


SAYINGS = {
    "a folder": (["7/a.png"], ["7"]),
    "a folder and its description": (["7 sevens/a.png", "3_threes/b.png"], ["7", "3"]),
    "a name, below one folder": (["mine/7_a.png", "mine/3.png"], ["7", "3"]),
    "letters beside digits": (["7/a.png", "x/1.png"], ["7", "x"]),
    "no digits": (["OTHER/1.png", "OTHER:a/2.png"], ["OTHER", "OTHER:a"]),
    "a number": (["42/1.png"], ["42"]),
    "nothing": (["cover.png", "7/a.png"], ["", "7"]),
}


@pytest.mark.parametrize(("names", "labels"), SAYINGS.values(), ids=SAYINGS.keys())
def test_a_path_says_a_label(names, labels):
    assert [label for _, label in labelled(names, lambda _: b"", Complaints())] == labels


def test_a_table_is_read_as_a_set():
    found = read(CASES.parent / "tables" / "label_last_no_header.csv")
    assert [picture.label for picture in found.pictures] == list("0123456789")


def test_a_table_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("1,2,3\n")
    with pytest.raises(PicturesError, match=r"a\.csv: no row"):
        read(tmp_path / "a.csv")


def test_pen_strokes(tmp_path):
    path = tmp_path / "pens.jsonl.gz"
    row = {"label": "1", "strokes": [[[0, 0], [0, 1000]], [[0, 500]]]}
    path.write_bytes(gzip.compress((json.dumps(row) + "\n").encode()))
    (picture,) = read(path, pen_px=10, side_px=100).pictures
    assert picture.label == "1"
    assert picture.image.shape == (100, 100)
    assert picture.image[50, 40:60].tolist().count(0) == 10
    assert picture.image[0].min() == 255


@pytest.mark.parametrize("content", [b"", b"no zip"], ids=["empty", "text"])
def test_what_is_no_set_is_refused(tmp_path, content):
    path = tmp_path / "set.zip"
    path.write_bytes(content)
    with pytest.raises(PicturesError, match=r"expected a folder, a \.zip, \.npz or \.jsonl\.gz"):
        read(path)


def test_a_folder_without_labels_is_refused(tmp_path):
    with pytest.raises(PicturesError, match=r"no labels\.csv"):
        read(tmp_path)


def test_damaged_strokes_are_refused(tmp_path):
    path = tmp_path / "pens.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"label": "1"}\n'))
    with pytest.raises(PicturesError, match="label and strokes"):
        read(path)


def test_a_single_point_is_a_dot():
    dot = draw([[[5, 5]]], pen_px=10, side_px=40)
    assert dot[20, 20] == 0
    assert dot[0, 0] == 255
