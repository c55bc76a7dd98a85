"""Sets of pictures are read as people store them, and damaged files are named rather than fatal."""

import gzip
import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from core.pictures import PicturesError, draw, read, to_grey


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


def clear_with(ink):
    image = Image.new("RGBA", (3, 3), (0, 0, 0, 0))
    image.putpixel((1, 1), (*ink, 255))
    return image


MODES = {
    "1": (Image.new("1", (2, 2), 1), 255),
    "L": (Image.new("L", (2, 2), 77), 77),
    "RGB": (Image.new("RGB", (2, 2), (90, 90, 90)), 90),
    "CMYK black": (Image.new("CMYK", (2, 2), (0, 0, 0, 255)), 0),
    "palette": (Image.new("L", (2, 2), 77).convert("P"), 77),
    "16 bit": (Image.fromarray(np.full((2, 2), 0x8080, np.uint16)), 128),
    "16 bit holding bytes": (Image.fromarray(np.full((2, 2), 200, np.uint16)), 200),
    "float in [0, 1]": (Image.fromarray(np.full((2, 2), 0.2, np.float32)), 51),
    "dark ink on nothing": (clear_with((0, 0, 0)), 255),
    "light ink on nothing": (clear_with((255, 255, 255)), 0),
}


@pytest.mark.parametrize(("image", "corner"), MODES.values(), ids=MODES.keys())
def test_every_mode_becomes_grey_bytes(image, corner):
    level = to_grey(image)
    assert level.dtype == np.uint8
    assert level[0, 0] == corner


def test_exif_turns_the_picture_upright():
    image = grey(0, size=(5, 3))
    exif = image.getexif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    assert to_grey(Image.open(buffer)).shape == (5, 3)


def test_a_single_point_is_a_dot():
    dot = draw([[[5, 5]]], pen_px=10, side_px=40)
    assert dot[20, 20] == 0
    assert dot[0, 0] == 255
