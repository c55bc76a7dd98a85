"""Learning rates by hand."""

import dataclasses

import pytest
from torch import nn

from core.train.presets import PRESETS
from core.train.schedule import learning_rate, make_optimizer

REFERENCE = PRESETS["reference"]
COSINE = dataclasses.replace(PRESETS["default"], epochs=11, warmup_epochs=1, peak_lr=1.0)


@pytest.mark.parametrize(("epoch", "rate"), [(0, 0.003), (1, 0.003 * 0.89), (39, 0.003 * 0.89**39)])
def test_reference_decays_by_its_factor_every_epoch(epoch, rate):
    assert learning_rate(REFERENCE, epoch * 625, 625) == pytest.approx(rate)
    assert learning_rate(REFERENCE, epoch * 625 + 624, 625) == pytest.approx(rate)


def test_cosine_rises_to_its_peak_and_falls_to_nothing():
    rates = [learning_rate(COSINE, step, 100) for step in range(1100)]
    assert rates[:100] == sorted(rates[:100])
    assert rates[100:] == sorted(rates[100:], reverse=True)
    assert rates[100] == pytest.approx(1.0)
    assert rates[600] == pytest.approx(0.5)
    assert 0 < rates[-1] < 1e-4


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd"])
def test_weight_decay_spares_biases(name):
    net = nn.Linear(3, 2)
    optimizer = make_optimizer(net, dataclasses.replace(PRESETS["default"], optimizer=name, weight_decay=0.5))
    decay = {id(p): group["weight_decay"] for group in optimizer.param_groups for p in group["params"]}
    assert decay == {id(net.weight): 0.5, id(net.bias): 0.0}
