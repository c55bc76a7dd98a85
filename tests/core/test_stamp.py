"""The head of a record says what was measured, and a record whose files changed says so by itself."""

import json
import shlex
import socket
import sys
from pathlib import Path

import pytest

from core import stamp
from core.files import sha256


@pytest.fixture
def checkout(tmp_path):
    """A repository of one model and one run."""
    for name in ("models/a.onnx", "runs/b/weights.safetensors"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(b"first")
    return tmp_path


def record(root):
    return {"inputs": stamp.digests([root / "models/a.onnx", root / "runs/b/weights.safetensors"], root)}


def test_the_head_names_command_files_machine_and_versions():
    found = stamp.stamp("python -m x", [stamp.ROOT / "README.md"], ["numpy"])
    assert found["inputs"] == {"README.md": sha256(stamp.ROOT / "README.md")}
    assert {"format", "command", "measured_on", "commit", "machine", "versions"} <= found.keys()
    assert {"python", "numpy"} == found["versions"].keys()
    assert socket.gethostname() not in json.dumps(found["machine"])


def test_a_file_from_elsewhere_is_named_without_its_place(tmp_path):
    (tmp_path / "usps.npz").write_bytes(b"digits")
    assert list(stamp.digests([tmp_path / "usps.npz"])) == [f"outside/{tmp_path.name}/usps.npz"]


def test_the_same_files_have_nothing_to_say(checkout):
    assert stamp.changed(record(checkout), checkout) == []
    assert stamp.mark(record(checkout), checkout) == stamp.note(record(checkout), checkout) == ""
    assert stamp.stale(record(checkout), checkout) == []


def replace(root):
    (root / "models/a.onnx").write_bytes(b"second")


def remove(root):
    (root / "models/a.onnx").unlink()


@pytest.mark.parametrize("change", [replace, remove])
def test_a_changed_model_is_told_in_rows_and_beside_tables(checkout, change):
    measured = record(checkout)
    change(checkout)
    assert stamp.changed(measured, checkout) == ["models/a.onnx"]
    assert stamp.mark(measured, checkout) == "measured with an earlier model"
    assert stamp.note(measured, checkout) == "**Measured with an earlier model**: `models/a.onnx` changed since."
    assert stamp.stale(measured, checkout)[-1] == stamp.note(measured, checkout)


def test_other_files_are_told_as_files(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "digits.gz").write_bytes(b"first")
    measured = {"inputs": stamp.digests([tmp_path / "data" / "digits.gz"], tmp_path)}
    (tmp_path / "data" / "digits.gz").write_bytes(b"second")
    assert stamp.mark(measured, tmp_path) == "measured with earlier files"


def test_what_no_clone_holds_is_not_judged(checkout):
    measured = record(checkout)
    measured["inputs"] |= {"outside/folder/usps.npz": "0" * 64}
    (checkout / "runs/b/weights.safetensors").unlink()
    assert stamp.changed(measured, checkout) == []


def test_command_is_what_a_person_would_type_to_begin(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/somewhere/core/train.py", "--seed", "3", "--resume"])
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None)
    assert stamp.command_line() == "python -m core.train --seed 3"


def test_a_command_can_be_typed_again_whatever_its_arguments_hold(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["core/train.py", "--from", "", "--out", "runs/my run"])
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None)
    assert shlex.split(stamp.command_line())[2:] == ["core.train", "--from", "", "--out", "runs/my run"]


def test_outside_a_checkout_there_is_no_commit(monkeypatch, tmp_path):
    monkeypatch.setattr(stamp, "ROOT", tmp_path)
    assert stamp.commit() is None


# A record's name -> its file: beside the command that measured, or among the older ones.
RECORDS = {path.parent.name: path for path in (stamp.ROOT / "proof").glob("*/record.json")}
RECORDS["beside"] = stamp.ROOT / "proof" / "page" / "beside.json"
RECORDS |= {path.stem: path for path in (stamp.ROOT / "docs" / "records").glob("*.json")}
# Records that nobody has measured again since their model changed. Their rows say so. A change that makes others stale
# measures them again, or adds them here; one that is measured again is taken out.
STALE: set[str] = set()


def read(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", RECORDS.values(), ids=RECORDS.keys())
def test_every_record_names_its_command_and_the_files_that_it_measured(path):
    assert read(path)["command"].startswith(("python -m ", "make "))
    assert read(path)["inputs"]
    assert all(len(digest) == 64 for digest in read(path)["inputs"].values())


def test_the_records_whose_files_changed_are_those_that_are_listed():
    changed = {name: stamp.changed(read(path)) for name, path in RECORDS.items()}
    assert {name: files for name, files in changed.items() if files}.keys() == STALE


def test_a_stale_record_is_marked_where_it_is_shown():
    page = (stamp.ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    rows = {"page": "pen movement", "soak": "50 clients", "start": "clean clone", "static_start": "`dist/space-static`"}
    for name, begins in rows.items():
        (row,) = [line for line in page.splitlines() if line.startswith(f"| {begins}")]
        assert (stamp.EARLIER_MODEL in row) == (name in STALE), row
