"""Gates that bite: each fault that an export can have is made here, and the ladder must stop at it."""

import copy

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper

from core.net import preprocess
from core.net.recognizer import Recognizer
from export.graph.to_onnx import to_model
from export.proving import pictures
from export.proving.ladder import MismatchError
from export.proving.prove import Subject, prove
from tests.export.conftest import WEIGHTS


def weight(model, name):
    """The constant `name` of a graph as an array, and a function that puts another one in its place."""
    tensor = next(tensor for tensor in model.graph.initializer if tensor.name == name)

    def put(array):
        tensor.CopyFrom(numpy_helper.from_array(array, name))

    return numpy_helper.to_array(tensor).copy(), put


def nth(model, operator, n=0):
    return [node for node in model.graph.node if node.op_type == operator][n]


def shift_one_weight(model):
    array, put = weight(model, "fc1.weight")
    unit, feature = np.unravel_index(np.abs(array).argmax(), array.shape)
    array[unit, feature] += 0.01
    put(array)


def zero_a_filter(model):
    array, put = weight(model, "conv2.weight")
    array[np.abs(array).sum((1, 2, 3)).argmax()] = 0
    put(array)


def swap_two_channels(model):
    array, put = weight(model, "conv1.weight")
    array[[3, 4]] = array[[4, 3]]
    put(array)


def lose_a_relu(model):
    relu = nth(model, "Relu", 1)
    for node in model.graph.node:
        node.input[:] = [relu.input[0] if name == relu.output[0] else name for name in node.input]
    model.graph.node.remove(relu)


def pad_on_one_side(model):
    pads = next(attribute for attribute in nth(model, "Conv", 1).attribute if attribute.name == "pads")
    pads.ints[:] = [0, 0, 2, 2]


def round_to_half_precision(model):
    for tensor in model.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT:
            half = numpy_helper.to_array(tensor).astype(np.float16).astype(np.float32)
            tensor.CopyFrom(numpy_helper.from_array(half, tensor.name))


def answer_nan(model):
    array, put = weight(model, "fc3.bias")
    array[4] = np.nan
    put(array)


def come_from_other_weights(model):
    next(entry for entry in model.metadata_props if entry.key == "source_weights_sha256").value = "0" * 64


def rename_the_output(model):
    model.graph.node[-1].output[0] = model.graph.output[0].name = "scores"


def fix_the_batch(model):
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1


# fault -> (how it is made, what the sentence must say)
FAULTS = {
    "one weight of fc1 off by 0.01": (shift_one_weight, "first layer 7, fc1"),
    "a zeroed filter of conv2": (zero_a_filter, "first layer 4, conv2"),
    "two swapped channels of conv1": (swap_two_channels, "first layer 1, conv1"),
    "a missing ReLU": (lose_a_relu, r"the file has \w+ .* where the net has Relu"),
    "padding on one side only": (pad_on_one_side, "first layer 4, conv2"),
    "fp16 passed off as float32": (round_to_half_precision, "first layer 1, conv1"),
    "NaN": (answer_nan, "not a number"),
    "a stale file": (come_from_other_weights, "export it again"),
    "another output name": (rename_the_output, "found scores"),
    "a fixed batch": (fix_the_batch, r"found image float32 \(1, 1, 28, 28\)"),
}


@pytest.fixture(autouse=True)
def few_without_a_digit(monkeypatch):
    """Of each kind and size as many as show every batch size, a ragged one too; an export shows several times that."""
    monkeypatch.setattr(pictures, "BATCHES", (1, 7, 32))
    monkeypatch.setattr(pictures, "FEW", 2)


@pytest.fixture
def some(digits):
    """Digits for the whole ladder of a recogniser, which takes tens of milliseconds for each."""
    return digits[:60]


@pytest.mark.parametrize(("spoil", "says"), FAULTS.values(), ids=FAULTS.keys())
def test_the_ladder_stops_at(spoil, says, exported, digits, tmp_path):
    shipped, module, file = exported("convnet")
    model = onnx.load(file)
    spoil(model)
    onnx.save(model, tmp_path / file.name)
    with pytest.raises(MismatchError, match=says):
        prove(Subject(shipped, module, WEIGHTS / shipped.weights, digits, lambda _: None), tmp_path / file.name)


def test_the_ladder_stops_at_a_changed_preprocessing_constant(exported, some, tmp_path, monkeypatch):
    shipped, module, file = exported("recognizer")
    says = {entry.key: entry.value for entry in onnx.load(file).metadata_props}
    with monkeypatch.context() as patch:
        patch.setattr(preprocess, "BOX", preprocess.BOX + 0.1)
        changed = to_model(Recognizer(module.net, module.calibration).eval(), shipped.contract, says)
    onnx.save(changed, tmp_path / file.name)
    with pytest.raises(MismatchError, match="first the preprocessing"):
        prove(Subject(shipped, module, WEIGHTS / shipped.weights, some, lambda _: None), tmp_path / file.name)


@pytest.mark.filterwarnings("ignore:Exporting a model while it is in training mode")
def test_the_ladder_stops_at_dropout_left_on(exported, digits, tmp_path):
    shipped, module, file = exported("convnet")
    onnx.save(to_model(copy.deepcopy(module).train(), shipped.contract, {}), tmp_path / file.name)
    with pytest.raises(MismatchError, match="Dropout was left on"):
        prove(Subject(shipped, module, WEIGHTS / shipped.weights, digits, lambda _: None), tmp_path / file.name)


def test_a_recogniser_with_one_weight_off_is_found_in_the_net_inside(exported, some, tmp_path):
    shipped, module, file = exported("recognizer")
    model = onnx.load(file)
    array, put = weight(model, "net.fc.weight")
    array[0, 0] += 1e-4
    put(array)
    onnx.save(model, tmp_path / file.name)
    with pytest.raises(MismatchError, match="the net inside"):
        prove(Subject(shipped, module, WEIGHTS / shipped.weights, some, lambda _: None), tmp_path / file.name)


def test_comparing_nothing_fails(exported, digits):
    shipped, module, file = exported("convnet")
    with pytest.raises(ValueError, match="no digits to compare"):
        prove(Subject(shipped, module, WEIGHTS / shipped.weights, digits[:0], lambda _: None), file)


def test_untouched_files_pass(shipped, exported, some):
    row, module, file = exported(shipped.name)
    entry = prove(Subject(row, module, WEIGHTS / row.weights, some, lambda _: None), file)
    assert entry["labels_changed"] == 0
    assert entry["pictures"] == len(some)
