"""The temporary folder: its own for each server, swept by age, and what others left is removed."""

import os
import time

import pytest

from demo.guard import limits
from demo.guard.bodies import BodyError
from demo.guard.temporary import Temporary


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", "")
    monkeypatch.setattr("tempfile.tempdir", None)
    temporary = Temporary(tmp_path / "base")
    yield temporary
    temporary.remove()


def uploaded(files, name="a.png", content=b"x"):
    path = files.folder / "sha" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def age(path):
    old = time.time() - limits.FILES_LIVE_S - 1
    os.utime(path, (old, old))


def test_old_files_go_and_the_pages_own_stay(files):
    own, old, new = (uploaded(files, name) for name in ("model.onnx", "old.png", "new.png"))
    old.unlink(), new.unlink()
    files.keep_what_is_here()
    for path in (old, new):
        path.write_bytes(b"x")
    age(own), age(old)
    files.sweep()
    assert sorted(path.name for path in own.parent.iterdir()) == ["model.onnx", "new.png"]


def test_what_a_killed_server_left_is_removed_and_what_another_uses_is_not(tmp_path, files):
    left = tmp_path / "base" / "served-left"
    (left / "sha").mkdir(parents=True)
    (left / "sha" / "x").write_bytes(b"x")
    beside = Temporary(tmp_path / "base")
    assert not left.exists()
    assert files.folder.is_dir()
    beside.remove()
    assert not beside.folder.exists()


def test_only_files_that_were_uploaded_here_are_read(files, tmp_path):
    path = uploaded(files)
    outside = tmp_path / "secret"
    outside.write_bytes(b"x")
    (files.folder / "sha" / "link").symlink_to(outside)
    assert files.holds(str(path))
    others = [
        str(outside),
        f"{files.folder}/sha/../../../secret",
        f"{files.folder}/sha/link",
        "sha/a.png",
        "",
        "\0",
        "x" * 9999,
    ]
    assert not any(map(files.holds, [*others, str(files.folder), "/etc/passwd"]))


def test_what_was_read_goes_at_once(files, tmp_path):
    path, outside = uploaded(files), tmp_path / "mine"
    outside.write_bytes(b"x")
    files.forget([path, outside])
    assert (path.exists(), outside.exists()) == (False, True)


def test_what_a_broken_upload_left_goes_when_none_is_under_way(files):
    part = files.folder / "tmpabc"
    for address in "ab":
        files.begin_upload(address)
    part.write_bytes(b"x")
    files.end_upload("a")
    assert part.exists()
    files.end_upload("b")
    assert not part.exists()


def test_the_disk_is_shared(files, monkeypatch):
    monkeypatch.setattr(limits, "UPLOADS_BYTES", 20_000)
    files.take("a", bytes(9000))
    with pytest.raises(BodyError, match="Many files"):  # of one address half of it
        files.take("a", bytes(2000))
    files.take("b", bytes(9000))
    with pytest.raises(BodyError, match="Many files"):
        files.take("c", bytes(9000))


def test_empty_files_are_counted_too(files, monkeypatch):
    monkeypatch.setattr(limits, "UPLOADS_BYTES", 10_000_000)
    files.take("a", b'filename="x"' * 70)
    with pytest.raises(BodyError, match="Many files"):
        files.take("a", b'filename="x"' * 70)


def test_only_some_uploads_come_at_once(files):
    for address in "aabbccdd":
        files.begin_upload(address)
    with pytest.raises(BodyError, match="Many files"):
        files.begin_upload("e")
    files.end_upload("b")
    with pytest.raises(BodyError, match="Many files"):  # of one address fewer
        files.begin_upload("a")
    files.begin_upload("e")
