"""What tests share of torch's exporter: a graph is traced again as soon as anything of it is another."""

import onnx
import pytest
import torch
from onnx import helper

from core.net import preprocess
from core.net.model import build
from core.net.recognizer import Calibration, Recognizer
from export.contracts import NET, RECOGNIZER
from export.graph.fixed import OfOneForm
from tests.export.traced_once import fingerprint, traced_once

OPSET = 20


def recognizer(**calibration):
    torch.manual_seed(0)
    return Recognizer(build("EdgeNet"), Calibration(**calibration)).eval()


def with_another_weight():
    module = recognizer()
    with torch.no_grad():
        next(module.net.parameters()).view(-1)[0] += 1e-3
    return module


OTHERS = {
    "a weight": lambda: (with_another_weight(), RECOGNIZER, OPSET),
    "a calibration": lambda: (recognizer(temperature=1.1), RECOGNIZER, OPSET),
    "a mode": lambda: (recognizer().train(), RECOGNIZER, OPSET),
    "a form": lambda: (OfOneForm(recognizer(), one_channel=False), RECOGNIZER, OPSET),
    "a contract": lambda: (recognizer(), NET, OPSET),
    "an operator set": lambda: (recognizer(), RECOGNIZER, OPSET - 1),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_anything_else_is_another_graph(other):
    alike = (fingerprint(recognizer(), RECOGNIZER, OPSET) for _ in range(2))
    assert len({*alike, fingerprint(*other())}) == 2


def test_a_constant_of_the_traced_code_is_a_part_of_it(monkeypatch):
    before = fingerprint(recognizer(), RECOGNIZER, OPSET)
    monkeypatch.setattr(preprocess, "BOX", preprocess.BOX + 0.1)
    assert fingerprint(recognizer(), RECOGNIZER, OPSET) != before


def test_the_same_is_traced_once_and_each_caller_may_change_its_own():
    asked = []

    def traced(*words):
        asked.append(words)
        return helper.make_model(helper.make_graph([], "empty", [], []))

    once = traced_once(traced)
    first = once(recognizer(), RECOGNIZER, OPSET)
    first.graph.name = "changed"
    second = once(recognizer(), RECOGNIZER, OPSET)
    assert len(asked) == 1
    assert second.graph.name == "empty"
    assert isinstance(second, onnx.ModelProto)
