"""Lessons hold what teachers say to bent pictures, and a pupil learns from them."""

import dataclasses
import json

import pytest
import torch

from core.net import checkpoint
from core.net.checkpoint import CheckpointError
from core.train import data
from core.train.__main__ import main as train
from core.train.combine.lessons import Lesson, path_of, read_lesson, teaching_loss
from core.train.combine.teach import main as teach
from core.train.config import TrainConfig
from core.train.loop import Run
from core.train.presets import PRESETS

TINY = ["--limit", "1500", "--val-count", "5000", "--batch", "32", "--threads", "1", "--precision", "float32"]


@pytest.fixture(scope="module")
def teachers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("teachers")
    for seed in ("0", "1"):
        flags = ["--net", "EdgeNet", "--epochs", "4", "--peak-lr", "0.005", "--seed", seed, "--out", str(folder / seed)]
        assert train([*TINY, *flags]) == 0
    return [folder / "0", folder / "1"]


@pytest.fixture(scope="module")
def lessons(teachers, tmp_path_factory):
    out = tmp_path_factory.mktemp("lessons")
    assert teach([*map(str, teachers), "--passes", "2", "--limit", "1500", "--threads", "1", "--out", str(out)]) == 0
    return out


def test_a_lesson_says_what_the_teachers_say_to_its_pictures(teachers, lessons):
    lesson = read_lesson(lessons, 0)
    assert torch.equal(lesson.labels, data.load("train")[1][:1500])
    nets = [checkpoint.load_net(folder / "weights.safetensors")[0] for folder in teachers]
    with torch.no_grad():
        mean = (nets[0](lesson.pictures(torch.arange(8))) + nets[1](lesson.pictures(torch.arange(8)))) / 2
    assert torch.allclose(lesson.logits[:8].float(), mean, rtol=0.05, atol=0.05)
    assert json.loads((lessons / "lessons.json").read_text())["teachers"] == [str(folder) for folder in teachers]


def test_passes_differ_and_come_round_again(lessons):
    first, second, third = (read_lesson(lessons, epoch) for epoch in range(3))
    assert not torch.equal(first.images, second.images)
    assert torch.equal(first.images, third.images)


def test_a_stopped_command_keeps_what_is_there(teachers, lessons):
    before = path_of(lessons, 0).stat().st_mtime_ns
    path_of(lessons, 1).unlink()
    assert teach([*map(str, teachers), "--passes", "2", "--limit", "1500", "--out", str(lessons)]) == 0
    assert path_of(lessons, 0).stat().st_mtime_ns == before
    assert path_of(lessons, 1).is_file()


def test_a_pupil_that_is_told_no_label_learns_to_read(lessons, tmp_path):
    settings = {"net": "EdgeNet", "lessons": str(lessons), "limit": 1500, "epochs": 3, "batch": 32, "ema": 0.0}
    run = Run(dataclasses.replace(PRESETS["distilled"], **settings, threads=1, out=str(tmp_path)))
    run.train()
    last = run.history["epochs"][-1]
    assert last["val_wrong"] < 0.1 * last["val_n"]


def test_the_loss_is_least_where_pupil_and_teachers_agree():
    said = torch.tensor([[4.0, 0.0, -2.0]])
    pupil = said.clone().requires_grad_()
    teaching_loss(pupil, said, temperature=3.0).backward()
    assert pupil.grad is not None
    assert pupil.grad.abs().max() < 1e-6
    assert teaching_loss(said.flip(1), said, 3.0) > teaching_loss(said, said, 3.0)


@pytest.mark.parametrize("temperature", [1.0, 4.0])
def test_the_loss_is_the_cross_entropy_of_softened_answers(temperature):
    said, pupil = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.5, -0.5]])
    p = torch.softmax(said / temperature, 1)
    by_hand = -(p * torch.log_softmax(pupil / temperature, 1)).sum() * temperature**2
    assert torch.isclose(teaching_loss(pupil, said, temperature), by_hand)


def test_lessons_of_other_pictures_are_refused(lessons, capsys, tmp_path):
    flags = ["--preset", "distilled", "--lessons", str(lessons), "--limit", "128", "--epochs", "1"]
    assert train([*flags, "--out", str(tmp_path)]) == 1
    assert "was made with --limit 1500, not 128" in capsys.readouterr().err


def test_no_lessons_and_half_a_lesson_are_named(tmp_path):
    with pytest.raises(CheckpointError, match=r"holds no lessons; `digits teach"):
        read_lesson(tmp_path, 0)
    Lesson(torch.zeros(1, 28, 28, dtype=torch.uint8), torch.zeros(1, 10).half(), torch.zeros(1).long()).save(
        path_of(tmp_path, 0)
    )
    path_of(tmp_path, 0).write_bytes(path_of(tmp_path, 0).read_bytes()[:-5])
    with pytest.raises(CheckpointError, match="not a whole lesson"):
        read_lesson(tmp_path, 0)


def test_lessons_and_extra_pictures_exclude_each_other():
    with pytest.raises(ValueError, match="--lessons cannot go with --extra"):
        TrainConfig(lessons="runs/lessons", extra="mine")


def test_teach_names_an_unfinished_run(tmp_path, capsys):
    assert teach([str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 1
    assert "weights.safetensors: no such file" in capsys.readouterr().err
