"""A file of answers is written as it goes, and a killed call is gone on with: no row is lost, none is twice."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.many import out, run
from core.many.kept import OutError
from tests.core.many.reads import COMMAND, asked, read_many

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path):
    """Pictures of 1 to 40 bytes, the second of them empty."""
    place = tmp_path / "pictures"
    place.mkdir()
    for at in range(40):
        (place / f"{at:02d}.png").write_bytes(b"" if at == 1 else b"x" * (at + 1))
    return place


@pytest.fixture
def at_once(monkeypatch):
    """Whatever is written is kept at once, so that a test can stop anywhere."""
    monkeypatch.setattr(out, "TEXT_EVERY_S", 0.0)
    monkeypatch.setattr(out, "PART_EVERY_S", 0.0)


def read(names, path, **settings):
    return run.run(asked(names, path, 1, **settings), read_many, COMMAND)


def stopped_after(count):
    """A reader that is stopped at its picture `count`."""
    left = iter(range(count))

    def read_some(contents):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return read_many(contents)

    return read_some


ENDINGS = [".csv", ".jsonl", ".parquet"]


def table(path):
    """The names and texts in a file of any form."""
    if path.suffix == ".parquet":
        pyarrow = pytest.importorskip("pyarrow.parquet")
        rows = [row for part in sorted(path.glob("part-*")) for row in pyarrow.read_table(part).to_pylist()]
    elif path.suffix == ".csv":
        rows = list(csv.DictReader(path.read_text().splitlines()))
    else:
        rows = [*map(json.loads, path.read_text().splitlines())]
    return [(Path(row["file"]).name, row.get("text") or row.get("error")) for row in rows]


EMPTY = "That file is empty. Please choose a picture."
ALL = [(f"{at:02d}.png", EMPTY if at == 1 else str(at + 1)) for at in range(40)]


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_picture_has_a_row_and_a_second_call_has_nothing_to_do(folder, ending, capsys):
    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    path = folder.parent / f"answers{ending}"
    assert read([folder], path) == 2  # for the empty one
    assert table(path) == ALL
    told = capsys.readouterr()
    assert told.out == ""
    assert f"{folder}/01.png: {EMPTY}\n" in told.err
    assert "40 pictures, of which 1 could not be read; " in told.err
    assert read([folder], path) == 2
    assert table(path) == ALL
    assert "there was nothing to do" in capsys.readouterr().err


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_call_that_was_stopped_is_gone_on_with(folder, ending):
    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    path = folder.parent / f"answers{ending}"
    with pytest.raises(KeyboardInterrupt):
        run.run(asked([folder], path, 1), stopped_after(17), COMMAND)
    if ending == ".parquet":
        (path / "part-000017.parquet").write_bytes(b"PAR1 torn")
    else:
        path.write_bytes(path.read_bytes() + b"torn, as a line may be")
    assert read([folder], path) == 2
    assert table(path) == ALL


def test_pictures_that_came_behind_the_others_are_added(folder):
    path = folder.parent / "answers.csv"
    read([folder], path)
    (folder / "99.png").write_bytes(b"x" * 7)
    read([folder], path)
    assert table(path) == [*ALL, ("99.png", "7")]


REFUSED = {
    "another model": ({"model": "b"}, "was begun with model a, and this call has b"),
    "another form": ({"model": "a", "digits": True}, "was begun with digits null, and this call has true"),
}


@pytest.mark.parametrize(("settings", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_was_begun_otherwise_is_not_gone_on_with(folder, settings, why):
    path = folder.parent / "answers.csv"
    read([folder], path, model="a")
    before = path.read_bytes()
    with pytest.raises(OutError, match=why):
        read([folder], path, **settings)
    assert path.read_bytes() == before


def test_other_pictures_are_not_mixed_with_these(folder):
    path = folder.parent / "answers.csv"
    read([folder], path)
    (folder / "00.png").unlink()
    with pytest.raises(OutError, match="the first 40 pictures that it has are not the first that are named now"):
        read([folder], path)


def test_a_file_of_somebody_else_is_left_alone(folder):
    path = folder.parent / "answers.csv"
    path.write_text("mine")
    with pytest.raises(OutError, match=r"no answers\.csv\.progress\.json says how far it is"):
        read([folder], path)
    assert path.read_text() == "mine"


def test_a_file_that_was_cut_is_told(folder):
    path = folder.parent / "answers.csv"
    read([folder], path)
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(OutError, match="is shorter than it was"):
        read([folder], path)


def test_a_damaged_note_is_told(folder):
    path = folder.parent / "answers.csv"
    read([folder], path)
    (folder.parent / "answers.csv.progress.json").write_text("{")
    with pytest.raises(OutError, match=r"damaged .* to begin anew"):
        read([folder], path)


def test_an_ending_that_is_none(folder):
    with pytest.raises(OutError, match=r"expected a name that ends in \.csv, \.jsonl, \.parquet"):
        read([folder], folder.parent / "answers.txt")


def test_parquet_without_its_package_is_a_sentence(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Exception, match="Parquet needs the package pyarrow, which is not installed here"):
        read([folder], folder.parent / "answers.parquet")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no kill -9")
def test_after_kill_9_a_second_call_ends_with_the_same_file(folder):
    """Real processes, killed while they read."""
    killed, whole = folder.parent / "killed.csv", folder.parent / "whole.csv"
    for at in range(40, 200):
        (folder / f"{at}.png").write_bytes(b"x" * at)
    command = [sys.executable, "-m", "tests.core.many.reads"]
    process = start([*command, killed, "2", folder], PAUSE_S="0.02")
    note = killed.with_name("killed.csv.progress.json")
    until(lambda: note.is_file() and json.loads(note.read_text())["done"])
    process.kill()
    process.wait()
    assert json.loads(note.read_text())["done"] < 200
    for path, jobs in ((killed, 2), (whole, 1)):
        assert start([*command, path, jobs, folder]).wait() == 2
    assert killed.read_bytes() == whole.read_bytes()
    assert len(table(whole)) == 200


def start(command, **environment):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([*map(str, command)], cwd=ROOT, env=os.environ | environment, **quiet)


def until(holds, limit_s=120):
    ends_at = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < ends_at
        time.sleep(0.01)
