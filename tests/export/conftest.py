"""What the export tests share: real digits, because random pictures do not find faults, and the shipped nets."""

from pathlib import Path

import numpy as np
import pytest

from core.train.data import load
from export.contracts import SHIPPED
from export.graph import to_onnx
from export.graph.to_onnx import export
from tests.export.traced_once import traced_once

WEIGHTS = Path(__file__).resolve().parents[2] / "models"


@pytest.fixture(scope="session", autouse=True)
def each_graph_is_traced_once():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(to_onnx, "traced", traced_once(to_onnx.traced))
        yield


@pytest.fixture(scope="session")
def digits() -> np.ndarray:
    """The first 300 test pictures (300, 28, 28) uint8."""
    return load("test")[0].numpy()[:300]


@pytest.fixture(scope="session", params=SHIPPED.values(), ids=SHIPPED.keys())
def shipped(request):
    return request.param


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    """A function: name -> (row, torch module, file), each exported once for all tests."""
    folder = tmp_path_factory.mktemp("exported")
    done = {}

    def of(name):
        if name not in done:
            done[name] = (SHIPPED[name], *export(SHIPPED[name], WEIGHTS, folder))
        return done[name]

    return of
