"""The benchmark counts operations as a person would on paper, and its record adds up."""

import pytest
import torch

from core.net.model import ConvNet
from core.train.presets import PRESETS
from studies.step import best_seconds, flop_per_image, measure, stages


def test_operations_by_hand():
    multiply_adds = 28 * 28 * 25 * 32 + 14 * 14 * 9 * 32 * 64 + 64 * 7 * 7 * 256 + 256 * 128 + 128 * 10
    assert flop_per_image(ConvNet()) == 3 * 2 * multiply_adds


def test_the_record_adds_up(monkeypatch):
    seconds = {"product": 0.02, "product_as_step": 0.005, "augment": 0.01, "step": 0.1}
    monkeypatch.setattr("studies.step.best_seconds", lambda _work, _device, _rounds: seconds)
    record = measure(PRESETS["default"], rounds=1)
    assert record["float32_product_gflops"] == pytest.approx(2 * 1024**3 / 0.02 / 1e9, abs=0.1)
    share = record["training_gflops"] / record["float32_product_gflops"]
    assert record["share_of_float32_product"] == pytest.approx(share, abs=0.001)
    assert record["share_of_product_as_step"] == pytest.approx(share / 4, abs=0.001)
    assert record["augment_share_of_step"] == 0.1
    assert record["epoch_s"] == pytest.approx(0.1 * 60_000 / 128, abs=0.1)


def test_every_stage_runs_and_the_warm_up_does_not_count():
    device, turns = torch.device("cpu"), []
    best = best_seconds({"a": lambda: turns.append("a"), "b": lambda: turns.append("b")}, device, rounds=2)
    assert turns == ["a", "b"] * 3
    assert 0 < best["a"] < 1
    for stage in stages(PRESETS["default"], device).values():
        stage()
