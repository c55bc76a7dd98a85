"""The race counts training seconds alone, and says when a target was reached."""

import itertools

import pytest
import torch
from torch import nn

from core.train import data
from studies.race import race, seconds_to, summary, tutorial_epoch, wrong_at

ROWS = [
    {"epoch": 1, "seconds": 10.0, "val_wrong": 60},
    {"epoch": 2, "seconds": 20.0, "val_wrong": 40},
    {"epoch": 3, "seconds": 30.0, "val_wrong": 41},
]


@pytest.mark.parametrize(("accuracy", "wrong"), [(0.992, 40), (0.995, 25), (1.0, 0)])
def test_wrong_answers_allowed(accuracy, wrong):
    assert wrong_at(accuracy) == wrong


@pytest.mark.parametrize(("accuracy", "seconds"), [(0.98, 10.0), (0.992, 20.0), (0.995, None)])
def test_the_first_epoch_that_reaches_the_target_counts(accuracy, seconds):
    assert seconds_to(ROWS, accuracy) == seconds


def test_the_mean_is_over_the_seeds_that_reached_the_target():
    slower = [{"epoch": 1, "seconds": 16.0, "val_wrong": 30}]
    never = [{"epoch": 1, "seconds": 5.0, "val_wrong": 90}]
    found = summary("quick", [ROWS, slower, never], 0.992)
    assert found == {"recipe": "quick", "seconds": [20.0, 16.0, None], "reached": 2, "mean": 18.0}
    assert summary("quick", [never], 0.992)["mean"] is None


def test_recipes_take_turns_until_each_is_there_and_validating_is_not_counted(monkeypatch):
    turns, clock = [], itertools.count()  # a second for each look at it
    monkeypatch.setattr("studies.race.time.perf_counter", lambda: float(next(clock)))

    def recipe(name):
        def train(epoch):
            turns.append((name, epoch))
            return nn.Identity()

        return train

    def validate(_net):
        for _ in range(100):
            next(clock)
        return 20 if turns[-1] == ("b", 1) else 100

    history = race({"a": recipe("a"), "b": recipe("b")}, {"a": 3, "b": 9}, validate)
    assert turns == [("a", 0), ("b", 0), ("a", 1), ("b", 1), ("a", 2)]
    assert [epoch["seconds"] for epoch in history["a"]] == [1.0, 2.0, 3.0]


def test_the_ordinary_loop_learns(monkeypatch):
    images, labels = data.load("train")
    monkeypatch.setattr(data, "load", lambda _: (images[:5640], labels[:5640]))
    train = tutorial_epoch(seed=0)
    net = train(0)
    before = [parameter.clone() for parameter in net.parameters()]
    assert any(not torch.equal(old, new) for old, new in zip(before, train(1).parameters(), strict=True))
