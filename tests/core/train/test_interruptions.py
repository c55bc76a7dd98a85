"""Whatever stops a run, what is on the disk loads, and going on ends in the same weights."""

import json
import os
import random
import resource
import shutil
import stat
import sys
import time
from pathlib import Path

import pytest

from core import files
from core.net import checkpoint
from core.train import resume
from core.train.run_folder import RunFolder, RunFolderError
from tests.core.train.child import ended, said, start

KILLS = 20


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run that nothing stopped, and the seconds of one: of the second, for the first waits until torch is loaded."""
    for name in ("first", "run"):
        folder, started_at = tmp_path_factory.mktemp("whole") / name, time.monotonic()
        assert ended(start(folder)) == 0
    return folder, time.monotonic() - started_at


def check_files(folder):
    """Every file that has its name is whole."""
    for path in folder.glob("*.safetensors"):
        checkpoint.load(path)
    if (folder / "checkpoint.safetensors").exists():
        resume.load(folder / "checkpoint.safetensors")
    for path in folder.glob("*.json"):
        json.loads(path.read_text())


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_killed_at_twenty_random_moments_every_time_it_goes_on_to_the_same_bytes(whole, tmp_path):
    (finished, whole_s), moments = whole, random.Random(5)
    for kill in range(KILLS):
        folder = tmp_path / str(kill) / "run"
        process = start(folder)
        time.sleep(moments.uniform(0, whole_s))
        process.kill()
        process.join()
        check_files(folder)
        has_checkpoint = (folder / "checkpoint.safetensors").exists()
        assert ended(start(folder, *["--resume"] * has_checkpoint)) == 0, said(folder)
        assert (folder / "weights.safetensors").read_bytes() == (finished / "weights.safetensors").read_bytes()
        assert not list(folder.glob(".*.partial"))
        shutil.rmtree(folder)


def no_room_after_the_first_epoch():
    write = resume.save

    def save(path, tensors, net, history):
        if len(history["epochs"]) > 1:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
        write(path, tensors, net, history)

    resume.save = save


def test_a_write_that_the_system_refuses_gets_a_sentence_and_keeps_the_last_checkpoint(whole, tmp_path):
    folder = tmp_path / "run"
    assert ended(start(folder, before=no_room_after_the_first_epoch)) == 1
    assert "checkpoint.safetensors: cannot be written (File too large)" in said(folder)
    assert said(folder).count("\n") == 1
    assert len(resume.load(folder / "checkpoint.safetensors")[1]["epochs"]) == 1
    assert sorted(path.name for path in folder.glob(".*")) == []
    assert ended(start(folder, "--resume")) == 0
    assert (folder / "weights.safetensors").read_bytes() == (whole[0] / "weights.safetensors").read_bytes()


def as_nobody():
    if os.geteuid() == 0:  # whom no folder is read-only for
        os.setuid(65534)


def hidden_from_nobody():
    folders = [Path(__file__), Path(sys.prefix)]
    return os.geteuid() == 0 and not all(up.stat().st_mode & stat.S_IXOTH for it in folders for up in it.parents)


@pytest.mark.skipif(hidden_from_nobody(), reason="nobody but root may enter the folder of this checkout")
def test_a_read_only_folder_gets_a_sentence_before_the_first_epoch(tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o555)
    folder = locked / "run"
    process = start(tmp_path / "said", "--out", str(folder), before=as_nobody)
    assert ended(process) == 1
    assert "cannot be written (Permission denied); choose another --out" in said(tmp_path / "said")
    assert said(tmp_path / "said").count("\n") == 1


def test_a_full_disk_is_named(tmp_path, monkeypatch):
    def disk_full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", disk_full)
    with pytest.raises(RunFolderError, match=r"config\.json: cannot be written \(No space left on device\)"):
        RunFolder(tmp_path).write_json("config.json", {})


def flip(path, place):
    content = bytearray(path.read_bytes())
    content[place(len(content))] ^= 4
    path.write_bytes(content)


DAMAGE = {
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "empty": lambda path: path.write_bytes(b""),
    "a bit of the last number": lambda path: flip(path, lambda size: size - 1),
    "a bit in the middle": lambda path: flip(path, lambda size: size // 2),
    "a bit of the record": lambda path: flip(path, lambda _size: 120),
    "weights only": lambda path: shutil.copy(path.with_name("weights.safetensors"), path),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_checkpoint_gets_a_sentence(whole, tmp_path, damage):
    folder = tmp_path / "run"
    shutil.copytree(whole[0], folder)
    damage(folder / "checkpoint.safetensors")
    assert ended(start(folder, "--resume")) == 1
    assert said(folder).startswith("error: run/checkpoint.safetensors: ")
    assert "Traceback" not in said(folder)


def test_every_flipped_bit_is_noticed(whole, tmp_path):
    content, draw = (whole[0] / "checkpoint.safetensors").read_bytes(), random.Random(1)
    for number in range(20):
        damaged = bytearray(content)
        damaged[draw.randrange(len(content) if number % 2 else 400)] ^= 1 << draw.randrange(7)
        path = tmp_path / "checkpoint.safetensors"
        path.write_bytes(damaged)
        with pytest.raises(checkpoint.CheckpointError):
            resume.load(path)
