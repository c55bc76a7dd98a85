"""Tables of digits are read wherever their label stands, or refused: never shifted without a word."""

import time
from pathlib import Path

import numpy as np
import pytest

from core.complaints import Complaints
from core.table_layout import LONGEST_LINE, TableError
from core.tables import read

CASES = Path(__file__).resolve().parents[1] / "cases" / "tables"
PIXEL_NAMES = [f"pixel{place}" for place in range(784)]


def silent(share):
    pass


def digits(count=12):
    """(images, labels): ink inside a black border, as MNIST's pictures have it."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 4:24, 4:24] = np.random.default_rng(0).integers(0, 256, (count, 20, 20))
    return images, (np.arange(count) % 10).astype(np.uint8)


def rows(images, labels, *, last=False):
    pixels = images.reshape(len(images), -1).tolist()
    return [[*row, label] if last else [label, *row] for row, label in zip(pixels, labels.tolist(), strict=True)]


def text(table, separator=",", header=None):
    lines = [separator.join(map(str, row)) for row in table]
    return "\n".join([separator.join(header), *lines] if header else lines) + "\n"


def read_text(tmp_path, content, encoding="utf-8"):
    (tmp_path / "a.csv").write_bytes(content.encode(encoding))
    complaints = Complaints()
    found = read(tmp_path / "a.csv", silent, complaints)
    return found.images, found.labels, complaints.sentences


FORMS = {
    "label first": lambda i, y: text(rows(i, y)),
    "label last": lambda i, y: text(rows(i, y, last=True)),
    "header, label first": lambda i, y: text(rows(i, y), header=["label", *PIXEL_NAMES]),
    "header, class last": lambda i, y: text(rows(i, y, last=True), header=[*PIXEL_NAMES, "class"]),
    "header, a name of one's own": lambda i, y: text(rows(i, y, last=True), header=[*PIXEL_NAMES, "ziffer"]),
    "header in capitals and quotes": lambda i, y: text(
        rows(i, y), header=['" Label "', *(f'"{name}"' for name in PIXEL_NAMES)]
    ),
    "rows and columns for names": lambda i, y: text(
        rows(i, y), header=["label", *(f"{row}x{column}" for row in range(1, 29) for column in range(1, 29))]
    ),
    "an index column": lambda i, y: text([[9, *row] for row in rows(i, y)], header=["", "label", *PIXEL_NAMES]),
    "columns in the order of the alphabet": lambda i, y: text(
        [[row[0], *(row[1 + int(name[5:])] for name in sorted(PIXEL_NAMES))] for row in rows(i, y)],
        header=["label", *sorted(PIXEL_NAMES)],
    ),
    "semicolons": lambda i, y: text(rows(i, y), separator=";"),
    "tabs, label last": lambda i, y: text(rows(i, y, last=True), separator="\t"),
    "a byte-order mark": lambda i, y: "\ufeff" + text(rows(i, y), header=["label", *PIXEL_NAMES]),
    "quoted cells": lambda i, y: text([[f'"{cell}"' for cell in row] for row in rows(i, y)]),
    "decimals": lambda i, y: text([[f"{cell}.0" for cell in row] for row in rows(i, y)]),
    "decimal commas": lambda i, y: text([[f"{cell},0" for cell in row] for row in rows(i, y, last=True)], ";"),
    "blanks before cells": lambda i, y: text(rows(i, y), separator=", "),
    "a separator at the end": lambda i, y: text(rows(i, y)).replace("\n", ",\n"),
    "Windows' line ends": lambda i, y: text(rows(i, y)).replace("\n", "\r\n"),
    "empty lines": lambda i, y: "\n" + text(rows(i, y), header=["label", *PIXEL_NAMES]).replace("\n", "\n\n"),
}


@pytest.mark.parametrize("write", FORMS.values(), ids=FORMS.keys())
def test_every_form_gives_the_same_pictures(tmp_path, write):
    images, labels = digits()
    found, found_labels, sentences = read_text(tmp_path, write(images, labels))
    np.testing.assert_array_equal(found_labels, labels)
    np.testing.assert_array_equal(found, images)
    assert sentences == []


def test_utf_16_is_read(tmp_path):
    images, labels = digits()
    found, found_labels, _ = read_text(tmp_path, text(rows(images, labels)), "utf-16")
    np.testing.assert_array_equal(found, images)
    np.testing.assert_array_equal(found_labels, labels)


@pytest.mark.parametrize("last", [False, True], ids=["label first", "label last"])
@pytest.mark.parametrize("scale", [1, 1.0, 0.5], ids=["bits", "reals", "shares"])
def test_levels_up_to_one_are_shares_of_white(tmp_path, last, scale):
    images, labels = digits()
    bits = (images > 127) * scale
    content = text(rows(bits, labels, last=last))
    found, found_labels, _ = read_text(tmp_path, content)
    np.testing.assert_array_equal(found_labels, labels)
    np.testing.assert_array_equal(found, (bits * 255).round().astype(np.uint8))


def test_a_nearly_blank_picture_among_others_keeps_its_levels(tmp_path):
    images, labels = digits()
    images[3] = 0
    images[3, 5, 5] = 1
    np.testing.assert_array_equal(read_text(tmp_path, text(rows(images, labels)))[0], images)


def test_binary_pictures_on_white_paper_keep_their_labels(tmp_path):
    images, labels = digits()
    bits = (images < 128).astype(int)
    bits[2, -1, -1] = 0
    found = read_text(tmp_path, text(rows(bits, labels, last=True)))
    np.testing.assert_array_equal(found[1], labels)


@pytest.mark.parametrize("name", ["label_first_semicolons_bom", "label_last_no_header", "label_last_with_header"])
def test_tables_that_people_brought_are_read(name):
    found = read(CASES / f"{name}.csv", silent, Complaints())
    assert found.labels.tolist() == list(range(10))
    assert not found.images[:, [0, -1]].any()  # nothing is shifted over the border


def test_a_digit_is_known_by_its_line(tmp_path):
    row = ",".join(["3", *["0"] * 783, "9"])
    (tmp_path / "a.csv").write_text("\n".join([",".join(["label", *PIXEL_NAMES]), row, "no row", "", row]))
    assert read(tmp_path / "a.csv", silent, Complaints()).lines == [2, 5]


def noisy_corners(images):
    images[:, 0, 0] = images[:, -1, -1] = np.arange(len(images)) % 5
    return images


REFUSED = {
    "a corner that could be the label": (lambda i, y: text(rows(noisy_corners(i), y)), "may be either"),
    "no label": (lambda i, _: text([[100, *row, 100] for row in i.reshape(len(i), -1)[:, 1:].tolist()]), "is neither"),
    "a label of ten": (lambda i, y: text(rows(i, y + 1)), "is neither"),
    "only pixels named": (lambda i, y: text(rows(i, y), header=PIXEL_NAMES), "no column is named label"),
    "two labels": (lambda i, y: text(rows(i, y), header=["label", "class", *PIXEL_NAMES[1:]]), "2 columns are named"),
    "a name twice": (lambda i, y: text(rows(i, y), header=["label", "pixel7", *PIXEL_NAMES[1:]]), "two columns"),
    "fewer pixels": (lambda *_: "label,p0,p1\n7,0,0\n", "found 2 columns named like pixels"),
    "words alone": (lambda *_: "label," + ",".join(PIXEL_NAMES) + "\nseven" + ",x" * 784, "expected numbers"),
    "nothing": (lambda *_: "", "no row with a label"),
}


@pytest.mark.parametrize(("write", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_could_only_be_guessed_is_refused(tmp_path, write, words):
    with pytest.raises(TableError, match=words):
        read_text(tmp_path, write(*digits()))


def test_rows_that_cannot_be_read_are_named(tmp_path):
    images, labels = digits()
    table = [",".join(map(str, row)) for row in rows(images, labels)]
    table[2] = table[2].replace("2,", "12,", 1)
    table[4] += ",7"
    table[5] = table[5][:-1] + "256"
    table[6] = table[6][:-1] + "nan"
    table[7] = table[7][:-1] + "1_0"
    table[8] = table[8] + "0" * LONGEST_LINE
    content = "\n".join(["label," + ",".join(PIXEL_NAMES), *table])
    found, _, sentences = read_text(tmp_path, content)
    np.testing.assert_array_equal(found, images[[0, 1, 3, 9, 10, 11]])
    assert [sentence.split(":")[0] for sentence in sentences] == [f"Line {line}" for line in (4, 6, 7, 8, 9, 10)]


def test_a_wide_header_costs_no_time(tmp_path):
    """It took time by the square of its columns once."""
    header = ",".join(f"column{place}" for place in range(200_000))
    started_at = time.process_time()
    with pytest.raises(TableError, match="first line of more than"):
        read_text(tmp_path, f"label,{header}\n")
    assert time.process_time() - started_at < 1


def test_millions_of_broken_lines_leave_a_hundred_sentences(tmp_path):
    header = "label," + ",".join(PIXEL_NAMES)
    images, labels = digits(1)
    content = "\n".join([header, *["x"] * 5000, text(rows(images, labels))])
    sentences = read_text(tmp_path, content)[2]
    assert len(sentences) == 101
    assert sentences[-1] == "And 4,900 more like that."
