"""Smaller files: what they keep of their parent, what they may cost, and that the gate on that cost can fail."""

from itertools import pairwise

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from export.graph.quantize import (
    half_weights,
    int8,
    joins,
    mean_logits,
    ort_format,
    relu_before_pool,
    shift_logits,
)
from export.graph.signature import read_contract
from export.proving.accuracy import Change, check_loss, check_losses, measure_loss
from export.proving.ladder import MismatchError
from export.proving.layers import net_nodes
from export.proving.pictures import as_net_input
from export.proving.sets import model_input
from export.runtimes.with_onnxruntime import open_model


@pytest.fixture(scope="module")
def parent(shipped, exported):
    return onnx.load(exported(shipped.name)[2])


@pytest.fixture(scope="module")
def small(parent, shipped, digits):
    """The integer file of each model, its ranges set by a few pictures."""
    return int8(parent, [model_input(shipped.contract, digits[:100])])


def layers(model):
    """The layers of a model's net that have weights."""
    return [node for node in net_nodes(model) if node.op_type in {"Conv", "Gemm"}]


def test_half_weights_halve_the_net_and_keep_the_contract(parent, shipped):
    half = half_weights(parent)
    assert read_contract(half) == shipped.contract
    halved = [tensor for tensor in half.graph.initializer if tensor.data_type == TensorProto.FLOAT16]
    saved = sum(2 * int(np.prod(tensor.dims)) for tensor in halved)
    assert len(half.SerializeToString()) < len(parent.SerializeToString()) - saved + 4096
    assert len(halved) == sum(len(node.input) - 1 for node in layers(parent))  # weights and biases


def test_integers_keep_contract_operator_set_and_what_the_file_says(small, parent, shipped):
    assert read_contract(small) == shipped.contract
    assert small.opset_import == parent.opset_import
    assert small.metadata_props == parent.metadata_props


def test_integer_weights_use_seven_bits(small, parent):
    weights = [onnx.numpy_helper.to_array(t) for t in small.graph.initializer if t.data_type == TensorProto.INT8]
    joint = [node for node in layers(parent) if joins(parent, node)]
    assert len([array for array in weights if array.ndim > 1]) == len(layers(parent)) - len(joint)
    assert all(np.abs(array.astype(int)).max() <= 64 for array in weights if array.ndim > 1)


def test_only_a_layer_over_two_nets_stays_float(exported):
    for name, expected in (("convnet", [False] * 5), ("recognizer", [False] * 9 + [True])):
        model = onnx.load(exported(name)[2])
        assert [joins(model, node) for node in layers(model)] == expected


def test_relu_before_the_pool_answers_alike(parent, shipped, digits):
    images = model_input(shipped.contract, digits[:20])
    swapped = relu_before_pool(parent)
    assert "MaxPool" in [node.op_type for node in net_nodes(swapped)]
    kinds = [node.op_type for node in net_nodes(swapped)]
    assert ("MaxPool", "Relu") not in set(pairwise(kinds))
    a, b = (open_model(model.SerializeToString())(images) for model in (parent, swapped))
    for name in a:
        np.testing.assert_allclose(a[name], b[name], atol=1e-5)


def test_equal_pictures_make_equal_integer_files(parent, small, shipped, digits):
    again = int8(parent, [model_input(shipped.contract, digits[:100])])
    assert again.SerializeToString(deterministic=True) == small.SerializeToString(deterministic=True)


def test_integers_pull_no_class_before_another(small, parent, shipped, digits):
    pictures = [model_input(shipped.contract, digits[:100])]
    moved = mean_logits(small, pictures) - mean_logits(parent, pictures)
    assert np.abs(moved).max() <= 0.002
    spoilt = onnx.ModelProto()
    spoilt.CopyFrom(small)
    shift_logits(spoilt, np.full(10, 0.1))
    assert np.abs(mean_logits(spoilt, pictures) - mean_logits(parent, pictures)).min() > 0.09


def test_no_two_integer_logits_tie(exported, digits):
    model = int8(onnx.load(exported("convnet")[2]), [as_net_input(digits[:100])])
    logits = np.sort(open_model(model.SerializeToString())(as_net_input(digits))["logits"], axis=1)
    assert (logits[:, -1] > logits[:, -2]).all()


def test_ort_format_answers_as_its_parent(parent, shipped, digits, tmp_path):
    (tmp_path / "model.ort").write_bytes(ort_format(parent))
    images = model_input(shipped.contract, digits[:20])
    scores = shipped.contract.scores
    here, there = open_model(tmp_path / "model.ort")(images), open_model(parent.SerializeToString())(images)
    np.testing.assert_allclose(here[scores], there[scores], atol=1e-4)


# name -> pictures, newly wrong, newly right, whether the gate lets it pass
COSTS = {
    "nothing": (10_000, 0, 0, True),
    "all that is allowed": (10_000, 3, 0, True),
    "one more": (10_000, 4, 0, False),
    "one more, one mended": (10_000, 4, 1, True),
    "what chance explains, of a small set": (250, 3, 0, True),
    "what chance does not explain, of a small set": (250, 5, 0, False),
    "many for few, of a small set": (250, 12, 3, False),
}


@pytest.mark.parametrize(("pictures", "lost", "mended", "passes"), COSTS.values(), ids=COSTS.keys())
def test_the_accuracy_gate(pictures, lost, mended, passes):
    truth = np.full(pictures, 7)
    before, after = truth.copy(), truth.copy()
    after[5 : 5 + lost], before[100 : 100 + mended] = 1, 1
    loss = measure_loss(before, after, truth)
    assert (loss.wrong_before, loss.wrong_after, len(loss.changed)) == (mended, lost, lost + mended)
    if passes:
        check_loss("set", loss)
    else:
        with pytest.raises(MismatchError, match="first changed: picture 5, a 7, from 7 to 1"):
            check_loss("set", loss)


def test_small_sets_count_together():
    truth = np.full(250, 7)
    after = truth.copy()
    after[:3] = 1
    few = {str(i): measure_loss(truth, after, truth) for i in range(3)}
    for name, loss in few.items():
        check_loss(name, loss)
    with pytest.raises(MismatchError, match="all other digits"):
        check_losses("a.int8.onnx", few)


def test_other_peoples_digits_count_together_without_mnist():
    truth = np.full(250, 7)
    after = truth.copy()
    after[:3] = 1
    many = np.full(10_000, 7)
    mended = many.copy()
    mended[:9] = 1  # that MNIST's test set gained does not pay for what other hands lost
    losses = {"MNIST test": measure_loss(mended, many, many)}
    losses |= {str(i): measure_loss(truth, after, truth) for i in range(2)}
    with pytest.raises(MismatchError, match="all other digits"):
        check_losses("a.int8.onnx", losses)


# set -> pictures, answers that changed though all stay wrong, whether the gate lets them pass
MOVED = {
    "a digit of many": ("MNIST test", 1000, 5, True),
    "one more": ("MNIST test", 1000, 6, False),
    "a number of a hundred": ("numbers", 1000, 10, True),
    "one number more": ("numbers", 1000, 11, False),
}


@pytest.mark.parametrize(("kind", "pictures", "moved", "passes"), MOVED.values(), ids=MOVED.keys())
def test_few_answers_may_change_however_wrong_they_were(kind, pictures, moved, passes):
    truth, before = np.full(pictures, "7"), np.full(pictures, "1?")
    after = before.copy()
    after[:moved] = "2"
    losses = {kind: measure_loss(before, after, truth)}
    assert losses[kind].changed[0] == Change(0, "7", "1?", "2")
    if passes:
        check_losses("a.int8.onnx", losses)
    else:
        with pytest.raises(MismatchError, match=f"{moved} labels changed; allowed"):
            check_losses("a.int8.onnx", losses)


def test_a_mended_picture_pays_for_a_lost_one():
    truth = np.arange(10)
    before, after = truth.copy(), truth.copy()
    before[0], after[1], after[2] = 9, 9, 9
    loss = measure_loss(before, after, truth)
    assert [change.picture for change in loss.changed] == [0, 1, 2]
    check_loss("set", loss)
