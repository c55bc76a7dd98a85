"""The benchmark counts operations as a person would on paper, and its record adds up."""

import pytest

from core.bench_train import flop_per_image, measure
from core.config import PRESETS
from core.model import ConvNet


def test_operations_by_hand():
    multiply_adds = 28 * 28 * 25 * 32 + 14 * 14 * 9 * 32 * 64 + 64 * 7 * 7 * 256 + 256 * 128 + 128 * 10
    assert flop_per_image(ConvNet()) == 3 * 2 * multiply_adds


def test_the_record_adds_up():
    record = measure(PRESETS["default"], rounds=1)
    assert record["share"] == pytest.approx(record["training_gflops"] / record["product_gflops"], rel=0.02)
    assert record["epoch_s"] > 0
    assert 0 < record["augment_share_of_step"] < 1
