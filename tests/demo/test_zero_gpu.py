"""ZeroGPU finds a function declared; elsewhere its package is not missed."""

import sys
from types import SimpleNamespace

import pytest

from demo import zero_gpu


@pytest.fixture
def declared(monkeypatch):
    """What was declared to a stand-in for the platform's package."""
    functions = []
    monkeypatch.setitem(sys.modules, "spaces", SimpleNamespace(GPU=functions.append))
    return functions


@pytest.mark.parametrize(("value", "count"), [("true", 1), ("1", 1), ("false", 0), (None, 0)])
def test_a_function_is_declared_on_zero_gpu_alone(declared, monkeypatch, value, count):
    monkeypatch.delenv("SPACES_ZERO_GPU", raising=False)
    if value:
        monkeypatch.setenv("SPACES_ZERO_GPU", value)
    zero_gpu.declare()
    assert len(declared) == count
    assert all(function() is None for function in declared)
