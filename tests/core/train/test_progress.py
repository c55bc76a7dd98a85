"""A run says where it runs, what becomes of one's own pictures, and how long it still takes."""

import dataclasses

import pytest
import torch

from core.train.pictures.extra import Extra
from core.train.pictures.training_set import TrainingSet, mixed
from core.train.presets import PRESETS
from core.train.progress import beginning, duration, epoch_line

CONFIG = dataclasses.replace(PRESETS["finetune"], epochs=3, batch=64, ink="people")


def pictures(n):
    return torch.zeros(n, 28, 28, dtype=torch.uint8), torch.zeros(n, dtype=torch.int64)


def test_the_beginning_says_device_steps_and_what_is_used_and_left_out():
    drawn = TrainingSet(pictures(100), pictures(10))
    own = Extra(pictures(25), pictures(8), ["x"] * 8, ["a.png: no picture", "b.png: no picture"])
    said = beginning(CONFIG, mixed(drawn, own, 0.5), torch.device("cpu"))
    assert said.startswith("on cpu (")
    assert ": 3 epochs of 4 steps, 200 pictures each\n" in said
    assert said.endswith("of your own pictures 25 are learned, 8 held out, 2 left out")


def test_a_run_without_own_pictures_does_not_speak_of_them():
    said = beginning(CONFIG, TrainingSet(pictures(64), pictures(10)), torch.device("cpu"))
    assert "1 step," in said
    assert "own" not in said


def epochs(count, seconds=30.0):
    return [
        {"epoch": number + 1, "train_loss": 0.5, "val_wrong": 1, "val_n": 10, "seconds": seconds}
        for number in range(count)
    ]


def test_an_epoch_says_on_which_pictures_it_was_counted_and_what_is_left():
    said = epoch_line(CONFIG, epochs(1))
    assert said.startswith(
        "epoch 1/3: loss 0.5000, error on MNIST's validation pictures and each drawn anew 10.00% (1 of"
    )
    assert said.endswith("; 60 s left")
    assert "error on MNIST's validation pictures 10.00%" in epoch_line(
        dataclasses.replace(CONFIG, ink="mnist"), epochs(1)
    )


def test_nothing_is_left_after_the_last():
    assert "left" not in epoch_line(CONFIG, epochs(3))


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0 s"), (119, "119 s"), (120, "2 min"), (3600, "60 min")])
def test_durations(seconds, said):
    assert duration(seconds) == said
