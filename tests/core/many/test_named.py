"""Folders, archives, lists and tables of pictures are followed one picture after the other."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.many import named, parquet_rows
from core.many.places import content_or_sentence, place


def png(side_px=3):
    stream = io.BytesIO()
    Image.fromarray(np.full((side_px, side_px), 255, np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def find(*names):
    """(the pictures, what was said, how many names led to nothing)."""
    said = []
    notes = named.Notes(said.append)
    return [*named.find([*map(str, names)], notes)], said, notes.problems


def contents(pictures):
    return [content_or_sentence(one.place) for one in pictures]


def test_a_folder_is_in_the_order_of_its_parts(tmp_path):
    for name in ("b/2.png", "b/1.png", "a b/1.png", "a/9.png", "a.png", "a/.hidden/1.png", "b.txt", "c/deep/er/1"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"text" if name == "b.txt" else png())
    found, said, problems = find(tmp_path)
    expected = sorted(path for path in tmp_path.rglob("*") if path.is_file() and ".hidden" not in path.parts)
    assert [one.name for one in found] == [str(path) for path in expected if path.name != "b.txt"]
    assert (said, problems) == ([f"{tmp_path}: left out what is no picture: b.txt"], 0)


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "pictures.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("below/stored.png", png(3))
        file.writestr("packed.png", png(30), zipfile.ZIP_DEFLATED)
        file.writestr("no-ending", png(4), zipfile.ZIP_DEFLATED)
        file.writestr("other.png", png(5), zipfile.ZIP_BZIP2)
        file.writestr("__MACOSX/packed.png", b"no picture")
        file.writestr("notes.txt", b"no picture")
    return path


def test_a_zip_is_read_where_it_lies(archive):
    before = sorted(archive.parent.rglob("*"))
    found, said, problems = find(archive)
    assert [one.name for one in found] == [
        f"{archive}/{name}" for name in ("below/stored.png", "packed.png", "no-ending", "other.png")
    ]
    assert contents(found)[:3] == [png(3), png(30), png(4)]
    assert "packed in a way that is not read here" in contents(found)[3]
    assert (said, problems) == ([f"{archive}: left out what is no picture: notes.txt"], 0)
    assert sorted(archive.parent.rglob("*")) == before


def test_a_damaged_member_is_told(archive):
    content = bytearray(archive.read_bytes())
    content[content.index(png(3)) + 20] ^= 1
    archive.write_bytes(content)
    assert "damaged" in contents(find(archive)[0])[0]


def test_what_is_no_zip_or_locked_is_told(tmp_path, archive):
    (tmp_path / "torn.zip").write_bytes(archive.read_bytes()[:100])
    content = bytearray(archive.read_bytes())
    for at in range(len(content)):
        if content[at : at + 4] == b"PK\x01\x02":
            content[at + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(content)
    found, said, problems = find(tmp_path / "torn.zip", tmp_path / "locked.zip")
    assert (found, problems) == ([], 2)
    assert "torn.zip: is no zip that can be read" in said[0]
    assert "locked.zip: is encrypted" in said[1]


def test_a_list_of_paths(tmp_path, monkeypatch):
    (tmp_path / "one.png").write_bytes(png())
    (tmp_path / "list.txt").write_text("one.png\n\ngone.png\r\n")
    monkeypatch.chdir(tmp_path)
    found, said, problems = find("@list.txt", "@none.txt")
    assert [one.name for one in found] == ["one.png", "gone.png"]
    assert contents(found) == [png(), "no such file or directory"]
    assert (said, problems) == (["none.txt: no such file or directory"], 1)


def test_a_file_whose_name_begins_like_a_list(tmp_path, monkeypatch):
    (tmp_path / "@one.png").write_bytes(png())
    monkeypatch.chdir(tmp_path)
    assert contents(find("@one.png")[0]) == [png()]


def test_a_pipe_is_followed_once():
    assert named.can_be_followed_again(["a", "@b"])
    assert not named.can_be_followed_again(["a", "-"])
    assert not named.can_be_followed_again(["@-"])


@pytest.fixture
def written(tmp_path):
    """Writes columns as a Parquet file of several groups of rows."""
    parquet, pyarrow = pytest.importorskip("pyarrow.parquet"), pytest.importorskip("pyarrow")

    def write(**columns):
        path = tmp_path / "pictures.parquet"
        parquet.write_table(pyarrow.table(columns), path, row_group_size=50)
        return path

    return write


ROWS = [png(1 + at % 9) for at in range(120)]


@pytest.mark.parametrize(
    "form", [lambda row: row, lambda row: {"bytes": row, "path": "1.png"}], ids=["plain", "of a hub"]
)
def test_a_column_of_parquet(written, form):
    path = written(label=[1] * 120, image=[*map(form, ROWS)])
    found, said, problems = find(path)
    assert [found[0].name, found[119].name] == [f"{path}[0]", f"{path}[119]"]
    assert contents(found) == ROWS
    assert (said, problems) == ([], 0)


def test_rows_of_parquet_that_are_passed_over_are_not_decoded(written, monkeypatch):
    found, *_ = find(written(image=ROWS))
    monkeypatch.setattr(parquet_rows, "AT_ONCE", 10)
    assert contents([found[3], found[49], found[115]]) == [ROWS[3], ROWS[49], ROWS[115]]


def test_a_row_without_a_picture(written):
    assert contents(find(written(image=[ROWS[0], None]))[0]) == [
        ROWS[0],
        "That file is empty. Please choose a picture.",
    ]


def test_parquet_without_one_column_of_pictures(written, tmp_path):
    assert "expected one column of bytes" in find(written(label=[1]))[1][0]
    assert "found a, b" in find(written(a=[b"1"], b=[b"2"]))[1][0]
    assert find(written(image=[b"1"], b=[b"2"]))[2] == 0
    (tmp_path / "no.parquet").write_bytes(b"no")
    assert "is no Parquet file that can be read" in find(tmp_path / "no.parquet")[1][0]


@pytest.mark.usefixtures("archive")
def test_a_place_is_the_same_for_another_process(tmp_path, monkeypatch):
    (tmp_path / "one.png").write_bytes(png(7))
    monkeypatch.chdir(tmp_path)
    found, *_ = find("one.png", "pictures.zip", "gone.png")
    told = [one.place.told() for one in found]
    monkeypatch.chdir(Path(tmp_path.anchor))
    rest = memoryview(b"".join(content for _, content in told))
    again = []
    for lies, _ in told:
        there, rest = place(lies, rest)
        again.append(content_or_sentence(there))
    monkeypatch.chdir(tmp_path)
    assert again == contents(found)
