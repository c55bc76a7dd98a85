"""Files in older operator sets: they answer as what ships, and what an old set cannot say is one sentence."""

import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto
from onnx.helper import find_min_ir_version_for, make_graph, make_model, make_node, make_opsetid, make_tensor_value_info

from core.catalogue import OPSETS, Build
from core.session import open_session
from core.train.data import load
from export import __main__ as command
from export import built
from export.contracts import SHIPPED
from export.graph.older import NATIVE, OperatorError, lowered
from export.graph.to_onnx import export
from export.proving.ladder import MismatchError
from export.proving.numbers import write_numbers
from export.proving.sets import model_input
from tests.export.conftest import WEIGHTS

OLDER = [*range(OPSETS[0], NATIVE)]


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    few = load("test")[0][:20]
    monkeypatch.setattr(command, "load", lambda _: (few, None))
    monkeypatch.setattr(built, "other_cases", lambda *_: ())


def answers(model, pictures):
    content = model.read_bytes() if not isinstance(model, onnx.ModelProto) else model.SerializeToString()
    return open_session(content).run(None, {"image": pictures})


def operators(file):
    model = onnx.load(file)
    return [(entry.domain, entry.version) for entry in model.opset_import], model.ir_version


@pytest.mark.parametrize("opset", OLDER)
def test_a_reader_answers_the_same_in_every_older_operator_set(opset, digits):
    file = WEIGHTS / "reader.onnx"
    pictures = write_numbers(digits, 3, seed=1)[0]
    older = lowered(onnx.load(file), opset)
    onnx.checker.check_model(older, full_check=True)
    assert older.ir_version <= 8
    for found, expected in zip(answers(older, pictures), answers(file, pictures), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_the_command_writes_and_proves_a_file_of_its_own_name(tmp_path):
    assert command.main(["--only", "edge", "--opset", "15", "--out", str(tmp_path)]) == 0
    record = json.loads((tmp_path / "parity.json").read_text())
    assert record["command"] == "python -m export --only edge --opset 15"
    assert record["models"]["edge.opset15"]["labels_changed"] == 0
    assert record["models"]["edge.opset15"]["opset"] == 15
    assert {path.name for path in tmp_path.iterdir()} == {"edge.opset15.onnx", "parity.json"}


def test_a_file_that_is_not_proved_is_not_written(tmp_path, monkeypatch, capsys):
    def fails(*_):
        raise MismatchError("another answer")

    monkeypatch.setattr(built, "prove", fails)
    assert command.main(["--only", "edge", "--opset", "15", "--out", str(tmp_path)]) == 1
    assert "export stopped: edge: another answer" in capsys.readouterr().err
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(("name", "opset"), [("recognizer", OPSETS[0]), ("convnet", OPSETS[-1])])
def test_a_model_answers_the_same_in_the_oldest_and_the_newest_operator_set(name, opset, digits, tmp_path):
    row = SHIPPED[name]
    _, file = export(row, WEIGHTS, tmp_path, Build(opset))
    pictures = model_input(row.contract, digits[:50])
    for found, expected in zip(answers(file, pictures), answers(WEIGHTS / row.file, pictures), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-4)
    assert operators(file) == ([("", opset)], find_min_ir_version_for([make_opsetid("", opset)]))


def model_of(operator, inputs=("image",), **attributes):
    """A model of operator set 18 that is one operator."""
    ports = [make_tensor_value_info(name, TensorProto.FLOAT, ["N", 4]) for name in ("image", "answer")]
    node = make_node(operator, [*inputs], ["answer"], **attributes)
    more = [make_tensor_value_info(name, TensorProto.INT64, [1]) for name in inputs[1:]]
    graph = make_graph([node], "one", [ports[0], *more], ports[1:])
    return make_model(graph, opset_imports=[make_opsetid("", NATIVE)])


# what cannot be written in operator set 13 -> (what is said of it, the lowest that works)
IN_THE_WAY = {
    "a new operator": (model_of("Mish"), "operator set 13 has no Mish", 18),
    "an operator of 17": (model_of("LayerNormalization", ("image", "scale")), "has no LayerNormalization", 17),
    "axes that are computed": (model_of("ReduceMax", ("image", "axes")), "ReduceMax needs axes that are known", 18),
    "an attribute with a meaning": (
        model_of("ScatterElements", reduction="add"),
        "no reduction in operator set 13",
        16,
    ),
    "a 0 that is a length": (model_of("Reshape", ("image", "shape"), allowzero=1), "Reshape has no allowzero", 14),
}


@pytest.mark.parametrize(("model", "says", "lowest"), IN_THE_WAY.values(), ids=IN_THE_WAY.keys())
def test_what_stands_in_the_way_is_named_with_the_lowest_operator_set_that_works(model, says, lowest):
    with pytest.raises(OperatorError, match=rf"{says}.*; the lowest operator set that works is {lowest}$"):
        lowered(model, OPSETS[0])
    if lowest < NATIVE:
        assert lowered(model, lowest).opset_import[0].version == lowest


# what is asked for -> what the sentence holds
REFUSED = {
    "too old": (["--opset", "12", "--out", "DIR"], "--opset must be from 13 to 27, got 12"),
    "over what ships": (["--opset", "17"], "what ships stays as it is; name a folder of your own with --out"),
    "of a run": (["RUN", "--opset", "17", "--out", "DIR"], "--opset and --size are for what ships"),
}


@pytest.mark.parametrize(("words", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_asked_for_is_one_sentence(words, says, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        command.main(words)
    assert ended.value.code == 2
    assert says in capsys.readouterr().err
    assert not [*tmp_path.iterdir()]
