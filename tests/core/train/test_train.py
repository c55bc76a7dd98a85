"""The loop learns, repeats itself, survives being killed, and refuses what cannot be."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from core.files import sha256
from core.net import checkpoint
from core.train.__main__ import main
from core.train.loop import Run
from core.train.presets import PRESETS

LIMIT_S = 240  # for what never comes
ROOT = Path(__file__).resolve().parents[3]
TINY = ["--limit", "512", "--val-count", "256", "--batch", "64", "--threads", "1", "--precision", "float32"]


def train(folder: Path, *flags: str) -> Path:
    assert main([*TINY, "--out", str(folder), *flags]) == 0
    return folder / "weights.safetensors"


def test_run_leaves_weights_record_and_picture_and_names_the_next_command(tmp_path, capsys):
    weights = train(tmp_path / "run", "--epochs", "2", "--seed", "5")
    said = capsys.readouterr().out
    assert f"wrote {weights}, metrics.json and curves.png\nnext: `digits export {tmp_path / 'run'}`" in said
    record = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert record["weights_sha256"] == sha256(weights)
    assert record["config"]["seed"] == 5
    assert [epoch["epoch"] for epoch in record["epochs"]] == [1, 2]
    assert {"torch", "python"} <= record["versions"].keys()
    assert (tmp_path / "run" / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_loss_falls_and_the_validation_error_follows(tmp_path):
    config = dataclasses.replace(
        PRESETS["default"], limit=2000, val_count=500, batch=64, epochs=4, threads=1, ema=0, out=str(tmp_path)
    )
    run = Run(config)
    run.train()
    epochs = run.history["epochs"]
    assert epochs[-1]["train_loss"] < 0.7 * epochs[0]["train_loss"]
    assert epochs[-1]["val_wrong"] < 0.2 * epochs[-1]["val_n"]


@pytest.mark.parametrize("preset", ["default", "people", "reference"])
def test_equal_seeds_give_equal_bytes(tmp_path, preset):
    flags = ["--preset", preset, "--epochs", "1", "--warped-extras", "64"]
    first, second = train(tmp_path / "a", *flags), train(tmp_path / "b", *flags)
    third = train(tmp_path / "c", *flags, "--seed", "1")
    _, a, _ = checkpoint.load(first)
    _, b, _ = checkpoint.load(second)
    _, c, _ = checkpoint.load(third)
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert not all(torch.equal(a[name], c[name]) for name in a)


def listen_to_sigint():
    """A shell that runs the tests in the background makes them, and what they start, deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(folder: Path, *flags: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "core.train", *TINY, "--epochs", "6", "--out", "run", *flags]
    folder.mkdir(exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=folder, env=environment, preexec_fn=listen_to_sigint, **pipes)


def wait_for_epoch(folder: Path, epoch: int) -> None:
    path, deadline = folder / "run" / "checkpoint.safetensors", time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        if path.is_file() and len(checkpoint.load(path)[2]["epochs"]) >= epoch:
            return
        time.sleep(0.01)
    raise AssertionError(f"epoch {epoch} did not come")


def test_killed_and_continued_ends_in_the_same_bytes(tmp_path):
    with start(tmp_path / "whole") as whole:
        assert whole.wait(LIMIT_S) == 0
    with start(tmp_path / "killed") as killed:
        wait_for_epoch(tmp_path / "killed", 2)
        killed.send_signal(signal.SIGKILL)
    assert not (tmp_path / "killed" / "run" / "weights.safetensors").exists()
    with start(tmp_path / "killed", "--resume") as resumed:
        assert resumed.wait(LIMIT_S) == 0
    bytes_of = {name: (tmp_path / name / "run" / "weights.safetensors").read_bytes() for name in ("whole", "killed")}
    assert bytes_of["whole"] == bytes_of["killed"]


def test_interrupt_says_how_to_go_on(tmp_path):
    with start(tmp_path, "--epochs", "2000") as run:
        wait_for_epoch(tmp_path, 1)
        run.send_signal(signal.SIGINT)
        _, error = run.communicate(timeout=LIMIT_S)
    assert run.returncode == 130
    assert b"--resume" in error
    assert b"Traceback" not in error


def test_resuming_with_other_settings_is_refused(tmp_path, capsys):
    train(tmp_path, "--epochs", "1")
    assert main([*TINY, "--out", str(tmp_path), "--epochs", "1", "--peak-lr", "0.5", "--resume"]) == 1
    assert "was begun with --peak-lr 0.002, asked to go on with 0.5" in capsys.readouterr().err


def test_resuming_nothing_gets_a_sentence(tmp_path, capsys):
    assert main([*TINY, "--out", str(tmp_path / "none"), "--resume"]) == 1
    assert "no such file" in capsys.readouterr().err
