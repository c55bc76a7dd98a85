"""`python -m export.parity` for anyone's models: agreement, the first difference, what cannot be compared."""

import json
import re

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from export.parity import main
from tests.foreign_models import SAME_ANSWERS, answering, cast, edge, fixed, node, reshaped, with_classes, written

IR, OPSET = 10, helper.make_opsetid("", 20)


def tiny(path, name="image", outputs="logits", shape=("N", 1, 28, 28), scale=1.0, bias=0.0):
    """A net of one convolution and a mean, so that every number can be followed."""
    weights = np.linspace(-1, 1, 10 * 9, dtype=np.float32).reshape(10, 1, 3, 3) * np.float32(scale)
    graph = helper.make_graph(
        [
            helper.make_node("Conv", [name, "weight", "bias"], ["conv"], "conv"),
            helper.make_node("GlobalAveragePool", ["conv"], ["mean"], "mean"),
            helper.make_node("Flatten", ["mean"], [outputs], "flat"),
        ],
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(outputs, TensorProto.FLOAT, ("N", 10))],
        [
            numpy_helper.from_array(weights, "weight"),
            numpy_helper.from_array(np.arange(10, dtype=np.float32) + np.float32(bias), "bias"),
        ],
    )
    onnx.save(helper.make_model(graph, opset_imports=[OPSET], ir_version=IR), path)
    return path


@pytest.fixture
def a(tmp_path):
    return tiny(tmp_path / "a.onnx")


@pytest.fixture(autouse=True)
def few_digits(monkeypatch, digits):
    monkeypatch.setattr("export.inputs.load", lambda _: (torch.from_numpy(digits[:20]), None))


def test_equal_models_agree_on_our_own_pictures(a, tmp_path, capsys):
    b = tiny(tmp_path / "b.onnx")
    assert main([str(a), str(b)]) == 0
    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines()] == ["pictures", "blank", "full", "noise", "MNIST", "a.onnx"]
    assert "a.onnx and b.onnx agree" in said


def test_a_difference_is_found_told_and_written(a, tmp_path, capsys):
    b = tiny(tmp_path / "b.onnx", scale=1.01)
    files = tmp_path / "r.json", tmp_path / "r.html"
    assert main([str(a), str(b), "--json", str(files[0]), "--html", str(files[1])]) == 1
    assert "first layer 1, conv (Conv)" in capsys.readouterr().out
    record = json.loads(files[0].read_text())
    assert record["agrees"] is False
    assert [row["case"] for row in record["cases"] if row["agrees"]] == ["blank"]  # a scaled filter answers 0 alike
    assert "They differ" in files[1].read_text()
    assert "data:image/png;base64,iVBOR" in files[1].read_text()


def test_the_allowed_share_is_of_the_range(a, tmp_path):
    b = tiny(tmp_path / "b.onnx", bias=0.001)
    assert main([str(a), str(b), "--share", "0.01"]) == 0
    assert main([str(a), str(b), "--share", "0.00001"]) == 1


def test_a_fixed_batch_is_shown_one_by_one(a, tmp_path):
    assert main([str(a), str(tiny(tmp_path / "b.onnx", shape=(1, 1, 28, 28)))]) == 0


def test_brought_inputs_are_used(a, tmp_path, capsys):
    np.savez(tmp_path / "mine.npz", image=np.zeros((3, 1, 28, 28), np.float32))
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.new("L", (28, 28), 200).save(folder / "one.png")
    for data, count in ((tmp_path / "mine.npz", "3"), (folder, "1")):
        assert main([str(a), str(a), "--data", str(data)]) == 0
        assert capsys.readouterr().out.splitlines()[1].split()[:2] == [data.name, count]


def damaged(path):
    path.write_bytes(tiny(path).read_bytes()[:100])


def without_its_data(path):
    model = onnx.load(tiny(path))
    onnx.save(model, path, save_as_external_data=True, location="weights.bin", size_threshold=0)
    (path.parent / "weights.bin").unlink()


# fault -> (how B comes to be, what the sentence says)
REFUSED = {
    "no such file": (lambda _: None, "b.onnx: no such file"),
    "a damaged file": (damaged, "b.onnx: not a whole .onnx file"),
    "an empty file": (lambda path: path.write_bytes(b""), "b.onnx: not a whole .onnx file"),
    "missing external data": (without_its_data, "b.onnx: not a usable model"),
    "another input": (lambda path: tiny(path, name="picture"), "A has image .*B has picture"),
    "another output": (lambda path: tiny(path, outputs="scores"), "A has logits .*B has scores"),
    "another size": (lambda path: tiny(path, shape=("N", 1, 32, 32)), r"\(N, 1, 28, 28\), B has .*32, 32"),
}


@pytest.mark.parametrize(("make", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_compared_gets_a_sentence(make, says, a, tmp_path, capsys):
    make(tmp_path / "b.onnx")
    assert main([str(a), str(tmp_path / "b.onnx")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith("cannot compare: ")
    assert re.search(says, error)


def test_nan_is_a_difference_even_when_both_say_it(tmp_path, capsys):
    a = tiny(tmp_path / "a.onnx", bias=np.nan)
    assert main([str(a), str(a)]) == 1
    assert "not a number" in capsys.readouterr().out


# name -> (array, what the sentence says)
BAD_DATA = {
    "another shape": (np.zeros((3, 28, 28), np.float32), "the model takes image float32"),
    "another kind": (np.zeros((3, 1, 28, 28), np.uint8), "holds uint8"),
    "NaN": (np.full((3, 1, 28, 28), np.nan, np.float32), "value [0, 0, 0, 0] is nan"),
    "nothing": (np.zeros((0, 1, 28, 28), np.float32), "no inputs"),
    "objects": (np.array([{}]), "without objects"),
}


@pytest.mark.parametrize(("array", "says"), BAD_DATA.values(), ids=BAD_DATA.keys())
def test_unfit_data_gets_a_sentence(array, says, a, tmp_path, capsys):
    np.save(tmp_path / "mine.npy", array, allow_pickle=True)
    assert main([str(a), str(a), "--data", str(tmp_path / "mine.npy")]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("make", SAME_ANSWERS.values(), ids=SAME_ANSWERS.keys())
def test_any_model_agrees_with_itself(make, tmp_path, capsys):
    file = str(written(make(), tmp_path / "a.onnx"))
    assert main([file, file]) == 0, capsys.readouterr()
    assert "MNIST test" in capsys.readouterr().out


def with_texts():
    nodes = [
        node("ArgMax", "logits", "label", axis=1, keepdims=0),
        node("Cast", "label", "name", to=TensorProto.STRING),
    ]
    return answering(nodes, [helper.make_tensor_value_info("name", TensorProto.STRING, ("N",))])


def with_all_pictures_in_one():
    nodes = [node("ReduceMax", "logits", "largest", keepdims=0)]
    return answering(nodes, [helper.make_tensor_value_info("largest", TensorProto.FLOAT, ())])


def with_as_many_as_it_likes():
    nodes = [node("NonZero", "flat", "places"), node("Flatten", "places", "out", axis=0)]
    return answering(
        [node("Relu", "logits", "flat"), *nodes], [helper.make_tensor_value_info("out", TensorProto.INT64, None)]
    )


def of_any_shape(shape):
    """No net of pictures at all: the sum of what comes in."""
    graph = helper.make_graph(
        [node("ReduceSum", "in", "out", keepdims=0)],
        "sum",
        [helper.make_tensor_value_info("in", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, ())],
    )
    return helper.make_model(graph, opset_imports=[OPSET], ir_version=IR)


# what it is -> (how it is made, exit status beside itself)
ODD = {
    "texts": (with_texts, 0),
    "one answer to a batch": (with_all_pictures_in_one, 0),
    "answers of no fixed length": (with_as_many_as_it_likes, 2),
    "three axes of no picture": (lambda: of_any_shape((5, 7, 11)), 0),
    "one axis": (lambda: of_any_shape(("N",)), 0),
    "a number": (lambda: of_any_shape(()), 0),
    "half precision": (lambda: cast(TensorProto.FLOAT16), 0),
    "whole numbers": (lambda: cast(TensorProto.INT32), 0),
    "bfloat16": (lambda: cast(TensorProto.BFLOAT16), 2),
    "a Reshape that fits no picture": (lambda: reshaped(("N", 1, 28, 28), (3, 1, 28, 28)), 2),
}


@pytest.mark.parametrize(("make", "status"), ODD.values(), ids=ODD.keys())
def test_an_odd_model_never_differs_from_itself(make, status, tmp_path, capsys):
    file = str(written(make(), tmp_path / "a.onnx"))
    assert main([file, file]) == status, capsys.readouterr()
    said = capsys.readouterr().err
    assert (said.startswith("cannot compare: "), said.count("\n")) == ((True, 1) if status else (False, 0))


# what A and B are -> exit status
BESIDE = {
    "ten at a time, and one": (lambda: fixed(10), lambda: fixed(1), 0),
    "other names of inputs": (edge, lambda: reshaped(("N", 1, 28, 28)), 2),
    "a map, and an array": (with_classes, edge, 2),
    "another kind": (lambda: cast(TensorProto.DOUBLE), lambda: cast(TensorProto.FLOAT16), 2),
    "other answers": (lambda: fixed(1), lambda: cast(TensorProto.FLOAT, 255), 1),
    "other texts": (with_texts, lambda: with_other_texts(), 1),
}


def with_other_texts():
    model = with_texts()
    next(one for one in model.graph.node if one.op_type == "ArgMax").op_type = "ArgMin"
    return model


@pytest.mark.parametrize(("a", "b", "status"), BESIDE.values(), ids=BESIDE.keys())
def test_one_says_that_they_differ_and_two_that_they_cannot_be_compared(a, b, status, tmp_path, capsys):
    files = [str(written(make(), tmp_path / f"{name}.onnx")) for name, make in (("a", a), ("b", b))]
    assert main(files) == status, capsys.readouterr()


def test_a_share_below_0_is_no_share(a, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([str(a), str(a), "--share", "-1"])
    assert stopped.value.code == 2
    assert "expected a number from 0 up, got '-1'" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_gets_a_sentence(a, tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main([str(a), str(a), "--json", str(tmp_path / "file" / "r.json")]) == 2
    assert "cannot compare: " in capsys.readouterr().err
