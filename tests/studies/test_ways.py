"""Every way takes a real training step, and times are told a step, relative to the loop's own."""

import dataclasses

import pytest

from core.train.presets import PRESETS
from studies import ways

TINY = dataclasses.replace(PRESETS["edge"], batch=8)


@pytest.mark.parametrize("way", [w for w in ways.WAYS.values() if not w.compiled], ids=str)
def test_every_way_can_be_stepped_twice(way):
    step = ways.step_of(way, TINY)
    step()
    step()


def test_times_are_those_of_one_step(monkeypatch):
    seconds = {name: 0.010 * way.bent_at_once for name, way in ways.WAYS.items()}
    seconds["float32"] = 0.025
    monkeypatch.setattr(ways, "best_seconds", lambda *_: seconds)
    monkeypatch.setattr(ways, "step_of", lambda *_: None)
    monkeypatch.setattr(ways.shutil, "which", lambda _: "c++")
    rows = {row["way"]: row for row in ways.measure(TINY, 1)["rows"]}
    assert list(rows) == list(ways.WAYS)
    assert rows["8 batches bent at once"]["relative"] == 1.0
    assert rows["float32"] == {"way": "float32", "step_ms": 25.0, "relative": 2.5}
