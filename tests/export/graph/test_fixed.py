"""Files for pictures of one size: every shape a number, the answers of what ships, and phones' operators on request."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper
from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor_value_info
from onnxruntime.tools.mobile_helpers import usability_checker

from core.catalogue import Build
from core.session import open_session
from core.train.data import load
from export import __main__ as command
from export import built
from export.contracts import READERS, SHIPPED
from export.graph.fixed import fixed_contract, free_shapes
from export.graph.phone import GRID, ROUNDS, for_phones
from export.graph.signature import read_contract
from export.graph.to_onnx import export
from export.proving.numbers import write_numbers
from export.proving.pictures import enlarge
from tests.export.conftest import WEIGHTS

PLAIN = Build(size=(64, 96))
PHONE = Build(size=(96, 96), float_input=True, one_channel=True, phone=True)
ROW = SHIPPED["edge-recognizer"]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Build -> the small recogniser's file, each written once."""
    folder = tmp_path_factory.mktemp("fixed")
    return {build: export(ROW, WEIGHTS, folder, build)[1] for build in (PLAIN, PHONE)}


def scenes(digits, build, count=30):
    drawn = enlarge(digits[:count], *build.size)
    return np.concatenate([drawn, 255 - drawn])


@pytest.mark.parametrize("build", [PLAIN, PHONE])
def test_a_file_of_one_size_answers_as_the_one_for_all(written, digits, build):
    pictures = scenes(digits, build)
    found = built.of_any_count(written[build], build)(pictures)
    expected = open_session(WEIGHTS / ROW.file).run(None, {"image": pictures})
    for name, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(found[name], other, atol=4e-4)
    assert (found["probabilities"].argmax(1) == expected[0].argmax(1)).all()


@pytest.mark.parametrize("build", [PLAIN, PHONE])
def test_every_shape_is_a_number_and_the_contract_says_which(written, build):
    model = onnx.load(written[build])
    assert free_shapes(model) == []
    assert read_contract(model) == fixed_contract(ROW.contract, build)
    assert model.opset_import[0].version == 13
    assert model.ir_version <= 8
    assert len(model.graph.node) < len(onnx.load(WEIGHTS / ROW.file).graph.node) or build.phone


def test_a_file_for_all_sizes_has_shapes_that_are_none():
    assert "Shape" in free_shapes(onnx.load(WEIGHTS / ROW.file))


def partitions(file, operators):
    model = onnx.shape_inference.infer_shapes(onnx.load(file))
    lists = Path(usability_checker.__file__).parent / operators
    return usability_checker.check_coreml_partitions(model, True, lists.name)


def test_core_ml_takes_all_of_a_phones_file_in_one_piece(written):
    told = partitions(written[PHONE], "coreml_supported_mlprogram_ops.md")
    assert (told.num_partitions, told.num_supported_nodes) == (1, told.num_nodes)
    assert partitions(written[PLAIN], "coreml_supported_mlprogram_ops.md").num_partitions > 1


@pytest.mark.slow  # torch's exporter takes most of a minute for a reader
def test_a_reader_of_one_size_reads_the_same(tmp_path, digits):
    build = Build(size=(96, 96))
    _, file = export(READERS["edge-reader"], WEIGHTS, tmp_path, build)
    assert free_shapes(onnx.load(file)) == []
    pictures = np.concatenate([built.shrunk(write_numbers(digits, 20, seed=3)[0], 96, 96), scenes(digits, build, 5)])
    found = built.of_any_count(file, build)(pictures)
    expected = open_session(WEIGHTS / "edge-reader.onnx").run(None, {"image": pictures})
    for name, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(found[name], other, atol=1e-3)
    assert (found["digits"] >= 0).any(1).all()


def test_the_command_proves_a_file_beside_torch_and_beside_what_ships(tmp_path, monkeypatch, capsys):
    few = load("test")[0][:12]
    monkeypatch.setattr(command, "load", lambda _: (few, None))
    monkeypatch.setattr(built, "PLAIN", 4)
    words = ["--only", "edge-recognizer", "--size", "28x28", "--batch", "3", "--opset", "17", "--out", str(tmp_path)]
    monkeypatch.setattr(built, "other_cases", lambda *_: ())
    assert command.main(words) == 0
    record = json.loads((tmp_path / "parity.json").read_text())
    entry = record["models"]["edge-recognizer.3x28x28.opset17"]
    assert record["command"] == "python -m export --only edge-recognizer --size 28x28 --batch 3 --opset 17"
    assert (entry["labels_changed"], entry["beside"]["edge-recognizer.onnx"]["labels_changed"]) == (0, 0)
    assert entry["opset"] == 17
    assert "beside edge-recognizer.onnx: digits, dark on light" in capsys.readouterr().out


def test_a_changed_weight_is_noticed(tmp_path, monkeypatch, capsys):
    few = load("test")[0][:12]
    monkeypatch.setattr(command, "load", lambda _: (few, None))
    monkeypatch.setattr(built, "PLAIN", 4)
    monkeypatch.setattr(built, "other_cases", lambda *_: ())

    def spoilt(*words):
        module, file = export(*words)
        model = onnx.load(file)
        tensor = next(one for one in model.graph.initializer if list(one.dims) == [32, 32, 3, 3])
        tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) * np.float32(1.2), tensor.name))
        onnx.save(model, file)
        return module, file

    monkeypatch.setattr(built, "export", spoilt)
    words = ["--only", "edge-recognizer", "--size", "28x28", "--batch", "3"]
    assert command.main([*words, "--out", str(tmp_path)]) == 1
    assert "export stopped: edge-recognizer: " in capsys.readouterr().err
    assert not [*tmp_path.iterdir()]


# one operator of a phone's file -> (what it takes, the constants behind that, its attributes)
SAID_OTHERWISE = {
    "Abs": ((1, 1, 4, 6), [], {}),
    "Neg": ((1, 1, 4, 6), [], {}),
    "Min": ((1, 1, 4, 6), [np.full((1, 1, 4, 6), 0.2, np.float32)], {}),
    "HardSigmoid": ((1, 1, 4, 6), [], {"alpha": -2.0, "beta": 0.7}),
    "ReduceSum": ((1, 2, 4, 6), [np.array([2, 3])], {"keepdims": 1}),
    "ReduceMax": ((1, 2, 4, 6), [np.array([3])], {"keepdims": 1}),
    "ReduceMax, two axes dropped": ((1, 4, 6), [np.array([1, 2])], {"keepdims": 0}),
    "ReduceMax, channels": ((1, 2, 4, 6), [np.array([1])], {"keepdims": 1}),
    "Pad": ((1, 1, 4, 6), [np.array([0, 0, 1, 2, 0, 0, 3, 0]), np.array(0.5, np.float32)], {}),
    "Pad, the edge again": ((1, 1, 4, 6), [np.array([0, 0, 2, 2, 0, 0, 2, 2])], {"mode": "edge"}),
}


def one_node(operator, shape, constants, attributes):
    names = [f"constant_{place}" for place in range(len(constants))]
    node = make_node(operator, ["image", *names], ["answer"], **attributes)
    graph = make_graph(
        [node],
        "one",
        [make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [onnx.ValueInfoProto(name="answer")],
        [numpy_helper.from_array(value, name) for name, value in zip(names, constants, strict=True)],
    )
    return make_model(graph, opset_imports=[make_opsetid("", 18)], ir_version=8)


@pytest.mark.parametrize(("name", "what"), SAID_OTHERWISE.items(), ids=SAID_OTHERWISE.keys())
def test_an_operator_that_phones_lack_is_said_with_others(name, what):
    operator, picture = name.split(",")[0], np.random.default_rng(0).normal(size=what[0]).astype(np.float32)
    model = one_node(operator, *what)
    (expected,) = open_session(model.SerializeToString()).run(None, {"image": picture})
    plain = for_phones(model)
    assert operator not in {node.op_type for node in plain.graph.node}
    (found,) = open_session(plain.SerializeToString()).run(None, {"image": picture})
    np.testing.assert_allclose(found, expected, atol=1e-6)


KINDS = {
    "all different": np.random.default_rng(1).random((1, 1, 1, 400)),
    "all the same": np.full((1, 1, 1, 400), 0.7),
    "blank": np.zeros((1, 1, 1, 400)),
    "fewer than asked for": np.eye(1, 400).reshape(1, 1, 1, 400),
    "a few levels": np.random.default_rng(2).integers(0, 4, (1, 1, 1, 400)) / 3,
}


@pytest.mark.parametrize("values", KINDS.values(), ids=KINDS.keys())
def test_the_mean_of_the_largest_is_found_without_sorting(values):
    nodes = [
        make_node("TopK", ["image", "count"], ["values", "places"], axis=3),
        make_node("ReduceMean", ["values", "axes"], ["answer"]),
    ]
    constants = [numpy_helper.from_array(np.array([value]), name) for name, value in (("count", 24), ("axes", 3))]
    ports = [make_tensor_value_info("image", TensorProto.FLOAT, (1, 1, 1, 400)), onnx.ValueInfoProto(name="answer")]
    model = make_model(
        make_graph(nodes, "largest", ports[:1], ports[1:], constants),
        opset_imports=[make_opsetid("", 18)],
        ir_version=8,
    )
    plain = for_phones(model)
    assert "TopK" not in {node.op_type for node in plain.graph.node}
    (found,) = open_session(plain.SerializeToString()).run(None, {"image": values.astype(np.float32)})
    expected = np.sort(values.ravel())[-24:].mean()
    assert abs(found.item() - expected) <= values.max() * (GRID**-ROUNDS + 1e-6)


# what is asked for -> what the sentence holds
REFUSED = {
    "no size": (["--size", "96"], "expected height and width in pixels, such as 96x96, got '96'"),
    "too large": (["--size", "9999x10"], "--size must be from 1x1 to 4096x4096, got 9999x10"),
    "no pictures": (["--size", "96x96", "--batch", "0"], "--batch must be from 1 to 256, got 0"),
    "a form without a size": (["--float-input"], "are for files of one --size; name it"),
    "a bare net": (["--size", "28x28", "--only", "convnet"], "--size is for recognisers and readers"),
    "a reader for phones": (["--size", "96x96", "--phone", "--only", "reader"], "--phone for recognisers alone"),
}


@pytest.mark.parametrize(("words", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_asked_for_is_one_sentence(words, says, capsys, tmp_path):
    with pytest.raises(SystemExit) as ended:
        command.main([*words, "--out", str(tmp_path)])
    assert ended.value.code == 2
    assert says in capsys.readouterr().err
    assert not [*tmp_path.iterdir()]
