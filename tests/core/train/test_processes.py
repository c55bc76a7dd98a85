"""Many processes learn what one would: the same gradients, each picture once, one writer, and no silent loss."""

import contextlib
import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Generator

import core.train.data
from core.net import checkpoint
from core.train.command_line import parse
from core.train.loop import Run
from core.train.presets import PRESETS
from core.train.processes import Processes, ProcessesError, joined
from tests.core.train.child import FLAGS, ended, pictures, said, start
from tests.demo.browsing import free_port

ROOT = Path(__file__).resolve().parents[3]
STILL = ["--shift-px", "0", "--angle-deg", "0", "--scale", "0", "--shear", "0", "--elastic-px", "0"]
STILL += ["--thickness", "0", "--dropout", "0"]
BATCH = torch.tensor([3, 1, 4, 15, 9, 2, 6])  # ragged: 4 and 3 for two processes


def ranks(count: int = 2) -> list[dict[str, str]]:
    """The environment that torchrun gives to each of `count` processes."""
    meeting = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()), "WORLD_SIZE": str(count)}
    return [{"RANK": str(rank), "LOCAL_RANK": str(rank), **meeting} for rank in range(count)]


@pytest.mark.parametrize(("pictures", "batch", "count"), [(64, 32, 2), (77, 32, 2), (65, 32, 3), (1, 4, 2), (9, 4, 4)])
def test_every_picture_is_learned_once_an_epoch(pictures, batch, count):
    order = torch.randperm(pictures, generator=Generator().manual_seed(0))
    seen = []
    for index in order.split(batch):
        shares = [Processes(rank, count).share(index) for rank in range(count)]
        assert sum(weight for _, weight in shares) == pytest.approx(count)
        seen += [int(picture) for mine, weight in shares if weight for picture in mine]
    assert sorted(seen) == list(range(pictures))


def test_each_process_bends_in_its_own_way_and_the_first_as_if_alone():
    assert len({Processes(rank, 4).stream(7) for rank in range(4)}) == 4
    assert Processes(0, 4).stream(7) == Processes().stream(7) == 7


def gradients() -> None:
    """Write the gradients of one batch, in the process that writes; then end."""
    config, _ = parse([*FLAGS, *STILL, "--out", os.environ["OUT"]], PRESETS)
    with joined(config) as processes:
        run = Run(config, processes)
        for index in (BATCH, BATCH[:1]):  # of the second, only one process has any
            run.backward(index, Generator().manual_seed(0))
        if processes.is_first:
            save_file(
                {name: p.grad.contiguous() for name, p in run.net.named_parameters()}, os.environ["OUT"] + ".grad"
            )
    sys.exit(0)


def test_two_processes_have_the_gradients_of_one(tmp_path, monkeypatch):
    monkeypatch.setattr(core.train.data, "load", pictures)
    both = [start(tmp_path / "two", before=gradients, rank={**rank, "OUT": str(tmp_path / "two")}) for rank in ranks()]
    assert [ended(process) for process in both] == [0, 0], said(tmp_path / "two") + said(tmp_path / "two", 1)
    config, _ = parse([*FLAGS, *STILL, "--out", str(tmp_path / "one")], PRESETS)
    alone = Run(config)
    for index in (BATCH, BATCH[:1]):
        alone.backward(index, Generator().manual_seed(0))
    shared = load_file(tmp_path / "two.grad")
    for name, parameter in alone.net.named_parameters():
        assert torch.allclose(shared[name], parameter.grad, rtol=1e-4, atol=1e-6), name
        assert parameter.grad.abs().max() > 0


def refuse_writes_of_others() -> None:
    """Any write of a process that is not the first ends it."""
    if os.environ["RANK"] != "0":
        os.fsync = None  # every atomic write asks for it


def lose_the_second_after_an_epoch() -> None:
    """The second process dies, as if killed, when the second epoch begins."""
    epoch_of = Run.train_epoch

    def train_epoch(run, epoch):
        if epoch == 1 and not run.processes.is_first:
            os.kill(os.getpid(), signal.SIGKILL)
        return epoch_of(run, epoch)

    Run.train_epoch = train_epoch


def test_one_writes_and_a_lost_process_ends_the_other_and_any_number_goes_on(tmp_path):
    folder = tmp_path / "run"
    both = [start(folder, before=lose_the_second_after_an_epoch, rank=rank) for rank in ranks()]
    assert [ended(process) for process in both] == [1, -signal.SIGKILL]
    assert "process 0 of 2: another process has ended" in said(folder)
    assert "go on with --resume, with any number of processes" in said(folder)
    assert "Traceback" not in said(folder)
    assert len(checkpoint.load(folder / "checkpoint.safetensors")[2]["epochs"]) == 1
    shutil.copytree(folder, tmp_path / "alone")
    assert ended(start(tmp_path / "alone", "--resume")) == 0, said(tmp_path / "alone")
    assert len(checkpoint.load_net(tmp_path / "alone" / "weights.safetensors")[1]["epochs"]) == 3
    both = [start(folder, "--resume", before=refuse_writes_of_others, rank=rank) for rank in ranks()]
    assert [ended(process) for process in both] == [0, 0], said(folder) + said(folder, 1)
    assert (tmp_path / "run.1.out").read_text() == ""
    assert ended(start(folder, "--resume")) == 0
    net, history = checkpoint.load_net(folder / "weights.safetensors")
    assert [epoch["epoch"] for epoch in history["epochs"]] == [1, 2, 3]
    assert all(torch.isfinite(parameter).all() for parameter in net.parameters())


def test_a_batch_smaller_than_the_processes_is_refused(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "8")
    config = dataclasses.replace(PRESETS["default"], batch=4)
    with pytest.raises(ProcessesError, match="--batch must be at least the 8 processes; got 4"), joined(config):
        pass


def children(parent: int) -> list[int]:
    """The processes that a process has started, in the order of their numbers."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            after_the_name = stat.read_text().rpartition(")")[2].split()
            found += [int(stat.parent.name)] * (int(after_the_name[1]) == parent)
    return sorted(found)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="a process's children are read from /proc")
def test_torchrun_trains_and_ends_all_when_one_is_killed(tmp_path):
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m"]
    command += ["core.train", *FLAGS, "--limit", "4000", "--epochs", "50", "--out", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as torchrun:
        deadline = time.monotonic() + 240
        while not (tmp_path / "checkpoint.safetensors").exists() and time.monotonic() < deadline:
            time.sleep(0.2)
        os.kill(children(torchrun.pid)[-1], signal.SIGKILL)
        _, error = torchrun.communicate(timeout=240)
    assert torchrun.returncode != 0
    assert "another process has ended" in error
    assert "--resume" in error
