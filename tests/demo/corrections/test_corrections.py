"""Corrections: kept for good, seen by nobody else, and fit for training."""

import contextlib
import io
import signal
import sqlite3
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from demo.answers import message
from demo.corrections import correct
from demo.corrections.packing import as_npz, as_pictures
from demo.corrections.store import Correction, CorrectionError, Corrections, opened
from demo.guard import limits
from demo.guard.pace import Pace
from tests.demo.browsing import ROOT

ALICE, BOB = "a" * 32, "b" * 32


def correction(digit, level=200):
    return Correction(digit, 1, np.full((28, 28), level, np.uint8), b"png")


@pytest.fixture
def store(tmp_path):
    return Corrections(tmp_path / "corrections.sqlite")


def test_visitors_see_their_own_only(store):
    assert [store.add(ALICE, correction(4)), store.add(ALICE, correction(5)), store.add(BOB, correction(6))] == [
        1,
        2,
        1,
    ]
    assert [kept.digit for kept in store.of(ALICE)] == [4, 5]
    assert [kept.digit for kept in store.of(BOB)] == [6]
    assert store.of("c" * 32) == []
    assert [kept.digit for kept in store.of(None)] == [4, 5, 6]


def test_what_is_kept_comes_back(store):
    store.add(ALICE, correction(4, level=77))
    (kept,) = store.of(ALICE)
    assert (kept.digit, kept.answer, kept.picture) == (4, 1, b"png")
    assert (kept.seen == 77).all()


BAD = {
    "no digit": (ALICE, "4"),
    "too large": (ALICE, 10),
    "negative": (ALICE, -1),
    "truth value": (ALICE, True),
    "no visitor": ("", 4),
    "a guess at others": ("%", 4),
}


@pytest.mark.parametrize(("visitor", "digit"), BAD.values(), ids=BAD.keys())
def test_impossible_corrections_are_refused(store, visitor, digit):
    with pytest.raises(CorrectionError):
        store.add(visitor, correction(digit))
    assert store.of(None) == []


def test_one_visitor_cannot_fill_the_disk(store, monkeypatch):
    monkeypatch.setattr("demo.corrections.store.MOST_OF_ONE_VISITOR", 2)
    store.add(ALICE, correction(1))
    store.add(ALICE, correction(2))
    with pytest.raises(CorrectionError, match="thank you"):
        store.add(ALICE, correction(3))
    assert store.add(BOB, correction(3)) == 1


def test_nobody_corrects_faster_than_a_person_can(store, monkeypatch):
    monkeypatch.setattr(limits, "CORRECTIONS_PER_MINUTE", 2)
    store.add(ALICE, correction(1))
    store.add(ALICE, correction(2))
    with pytest.raises(CorrectionError, match="2 corrections within a minute"):
        store.add(ALICE, correction(3))
    assert store.add(BOB, correction(3)) == 1
    kept_at(store, "datetime('now', '-2 minutes')")
    assert store.add(ALICE, correction(3)) == 3


def kept_at(store, when):
    """Make all corrections as old as this, an SQL expression."""
    with contextlib.closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute(f"UPDATE corrections SET kept_at = {when}")


def test_a_clock_that_was_set_back_locks_nobody_out(store, monkeypatch):
    monkeypatch.setattr(limits, "CORRECTIONS_PER_MINUTE", 1)
    store.add(ALICE, correction(1))
    kept_at(store, "datetime('now', '+1 year')")
    assert store.add(ALICE, correction(2)) == 2
    assert [kept.digit for kept in store.of(ALICE)] == [1, 2]


def test_a_full_disk_is_a_sentence_and_loses_nothing(store, monkeypatch, capsys):
    store.add(ALICE, correction(1))
    monkeypatch.setattr(limits, "CORRECTIONS_BYTES", store.path.stat().st_size)
    with pytest.raises(CorrectionError, match="disk of this page is full"):
        fill(store)
    assert "database or disk is full" in capsys.readouterr().err
    assert [kept.digit for kept in store.of(ALICE)] == [1]


def fill(store):
    for _ in range(100):
        store.add(BOB, correction(2))


def test_a_file_damaged_while_the_server_runs_is_a_sentence(store):
    store.path.write_bytes(b"somebody's text" * 100)
    for ask in (lambda: store.of(ALICE), lambda: store.add(ALICE, correction(1))):
        with pytest.raises(CorrectionError, match="later"):
            ask()


def test_the_npz_is_in_mnists_format(store):
    store.add(ALICE, correction(4, level=9))
    with np.load(io.BytesIO(as_npz(store.of(ALICE)))) as arrays:
        assert (arrays["images"].shape, arrays["images"].dtype) == ((1, 28, 28), np.uint8)
        assert (arrays["labels"].tolist(), arrays["labels"].dtype) == ([4], np.uint8)


def test_nothing_kept_is_an_empty_file_of_the_right_shape():
    with np.load(io.BytesIO(as_npz([]))) as arrays:
        assert arrays["images"].shape == (0, 28, 28)


def test_pictures_lie_in_a_folder_for_each_digit(store):
    store.add(ALICE, correction(4))
    with zipfile.ZipFile(io.BytesIO(as_pictures(store.of(ALICE)))) as archive:
        assert archive.namelist() == ["4/00000.png"]


KILLED = """
import sys
from pathlib import Path
from tests.demo.corrections.test_corrections import ALICE, Corrections, correction
store = Corrections(Path(sys.argv[1]))
while True:
    print(store.add(ALICE, correction(3)), flush=True)
"""


def test_a_killed_server_loses_no_acknowledged_correction(tmp_path):
    path = tmp_path / "corrections.sqlite"
    process = subprocess.Popen([sys.executable, "-c", KILLED, path], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    acknowledged = [process.stdout.readline() for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().splitlines()
    process.stdout.close()
    process.wait()
    last = int(([*acknowledged, *rest])[-1])
    assert last >= 20
    assert len(Corrections(path).of(ALICE)) >= last


def test_a_place_that_cannot_be_written_switches_corrections_off(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("DIGITS_CORRECTIONS", str(tmp_path / "file" / "corrections.sqlite"))
    assert opened() is None
    assert "runs without corrections" in capsys.readouterr().err


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    path = tmp_path / "corrections.sqlite"
    path.write_bytes(b"somebody's text" * 100)
    with pytest.raises(CorrectionError, match="cannot be kept there"):
        Corrections(path)
    assert path.read_bytes() == b"somebody's text" * 100


def test_they_can_be_switched_off(monkeypatch):
    monkeypatch.setenv("DIGITS_CORRECTIONS", "off")
    assert opened() is None


def test_the_file_uses_a_write_ahead_log(store):
    connection = sqlite3.connect(store.path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def drawing():
    image = np.full((280, 280), 255, np.uint8)
    image[40:240, 130:150] = 0
    return message.data_url(image)


def test_a_tap_keeps_the_drawing_as_the_model_saw_it(store, recognizer):
    told = correct.keep(store, recognizer, {"picture": drawing(), "digit": 7, "visitor": ALICE})
    assert told["count"] == 1
    (kept,) = store.of(ALICE)
    assert (kept.digit, kept.answer) == (7, 1)
    assert kept.seen.max() > 200
    assert kept.picture.startswith(b"\x89PNG")


@pytest.fixture
def tapped(store, recognizer):
    """A function: tap this digit for the drawing, or for another picture."""
    return lambda digit, picture=None: correct.keep(
        store, recognizer, {"picture": picture or drawing(), "digit": digit, "visitor": ALICE}
    )


def test_many_names_from_one_address_are_one_sender(store, monkeypatch):
    monkeypatch.setattr(store, "_pace", Pace(2))
    names = [f"{number:032x}" for number in range(3)]
    first = [store.replace(name, correction(1)).count for name in names[:2]]
    assert first == [1, 1]
    with pytest.raises(CorrectionError, match="from your network"):
        store.replace(names[2], correction(1))


def other_drawing():
    image = np.full((280, 280), 255, np.uint8)
    image[40:240, 100:120] = 0
    return message.data_url(image)


def test_a_second_tap_on_the_same_drawing_replaces_the_first(store, tapped):
    assert "Kept as a 1;" in tapped(1)["sentence"]
    again = tapped(7)
    assert "Kept as a 7 instead of a 1; you have corrected 1" in again["sentence"]
    assert tapped(2, other_drawing())["count"] == 2
    assert [kept.digit for kept in store.of(ALICE)] == [7, 2]


def test_the_same_drawing_of_another_visitor_is_left_alone(store, tapped):
    tapped(1)
    (kept,) = store.of(ALICE)
    assert store.replace(BOB, kept).replaced == []
    assert [kept.digit for kept in store.of(None)] == [1, 1]


def test_corrections_can_be_taken_back_one_by_one_and_all_at_once(store, tapped):
    first, second = tapped(1), tapped(2, other_drawing())
    told = correct.forget(store, {"visitor": ALICE, "ids": [first["id"]]})
    assert told == {"sentence": "Taken back; 1 of your corrections are left.", "count": 1}
    assert [kept.id for kept in store.of(ALICE)] == [second["id"]]
    assert correct.forget(store, {"visitor": ALICE, "ids": None})["count"] == 0
    assert store.of(ALICE) == []


def test_nobody_takes_back_what_others_told(store, tapped):
    kept = tapped(1)
    for ids in ([kept["id"]], None):
        assert correct.forget(store, {"visitor": BOB, "ids": ids})["count"] == 0
    assert len(store.of(ALICE)) == 1


FOREIGN = {
    "nothing": None,
    "no visitor": {"visitor": "%", "ids": None},
    "no list": {"visitor": ALICE, "ids": "1"},
    "no number": {"visitor": ALICE, "ids": [True]},
    "too large": {"visitor": ALICE, "ids": [2**80]},
    "too many": {"visitor": ALICE, "ids": [1] * 1001},
}


@pytest.mark.parametrize("request_", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_bad_request_takes_nothing_back(store, tapped, request_):
    tapped(1)
    told = correct.forget(store, request_)
    assert told["count"] is None
    assert told["sentence"].endswith(".")
    assert len(store.of(ALICE)) == 1


def test_a_visitor_sees_their_own_the_newest_first(store, tapped):
    tapped(1)
    tapped(2, other_drawing())
    told = correct.mine(store, {"visitor": ALICE})
    assert told["count"] == 2
    assert [(one["digit"], one["answer"]) for one in told["shown"]] == [(2, 1), (1, 1)]
    assert told["shown"][0]["seen"].startswith("data:image/png")
    assert correct.mine(store, {"visitor": BOB}) == {"count": 0, "shown": []}
    assert set(correct.mine(store, {"visitor": "%"})) == {"sentence"}


REQUESTS = {
    "nothing": None,
    "half": {"digit": 4},
    "blank": {"picture": message.data_url(np.full((9, 9), 255, np.uint8)), "digit": 4, "visitor": ALICE},
    "no picture": {"picture": "hello", "digit": 4, "visitor": ALICE},
    "no digit": {"picture": drawing(), "digit": [], "visitor": ALICE},
}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS.keys())
def test_a_bad_request_gets_a_sentence_and_keeps_nothing(store, recognizer, request_):
    told = correct.keep(store, recognizer, request_)
    assert told["count"] is None
    assert told["sentence"].endswith(".")
    assert store.of(None) == []


@pytest.mark.parametrize("request_", [None, {"visitor": "%", "kind": "npz"}, {"visitor": ALICE, "kind": "sqlite"}])
def test_only_known_files_of_known_visitors_are_handed_out(store, request_):
    assert set(correct.take(store, request_)) == {"sentence"}
