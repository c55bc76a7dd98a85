"""A short version of `python -m proof.faults.run`, its record, and that its checks notice what they look for."""

import contextlib
import json
import shutil
import sqlite3

import numpy as np
import pytest

from demo.corrections.store import Correction, Corrections
from proof.faults import run as faults

FAULTS = {
    "killed": (faults.killed, {"kills": 1, "seed": 1}),
    "full disk": (faults.full_disk, {}),
    "read-only disk": (faults.read_only_disk, {}),
    "two servers on one file": (faults.two_servers, {"each": 5}),
    "terminated": (faults.terminated, {}),
}


@pytest.mark.parametrize(("fault", "options"), FAULTS.values(), ids=FAULTS.keys())
def test_nothing_is_lost_when(tmp_path, fault, options):
    assert fault(tmp_path, **options)


@pytest.mark.skipif(shutil.which("cc") is None, reason="the movable clock needs a C compiler")
def test_nothing_is_lost_when_the_clock_jumps(tmp_path):
    assert faults.clock_jumps(tmp_path)["corrections_lost"] == 0


def test_the_record_holds_a_whole_run():
    record = json.loads(faults.RECORD.read_text())
    assert record["killed"]["kills"] >= faults.KILLS
    assert record["killed"]["corrections_lost"] == record["killed"]["half_cache_files"] == 0
    assert record["terminated"]["seconds"] <= faults.ENDS_WITHIN_S
    assert {"full_disk", "read_only_disk", "clock_jumps", "two_servers"} <= record.keys()


@pytest.fixture
def kept(tmp_path):
    store = Corrections(tmp_path / "corrections.sqlite")
    store.add(faults.ALICE, Correction(7, 1, np.zeros((28, 28), np.uint8), b"png"))
    return store.path


def test_a_lost_correction_is_noticed(kept):
    faults.check_corrections(kept, {faults.ALICE: 1})
    with pytest.raises(faults.Lost, match="are gone"):
        faults.check_corrections(kept, {faults.ALICE: 2})


def test_a_half_row_is_noticed(kept):
    with contextlib.closing(sqlite3.connect(kept)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = TRUE")
        connection.execute("UPDATE corrections SET seen = x'00'")
    with pytest.raises(faults.Lost, match="1 half rows"):
        faults.check_corrections(kept, {faults.ALICE: 1})


def test_a_half_cache_file_is_noticed(tmp_path):
    np.savez(tmp_path / "whole.npz", a=np.zeros(9), b=np.zeros(9))
    assert faults.check_cache(tmp_path) == 1
    (tmp_path / "half.npz").write_bytes((tmp_path / "whole.npz").read_bytes()[:200])
    with pytest.raises(faults.Lost, match=r"half\.npz is a half file"):
        faults.check_cache(tmp_path)
