"""Smaller files: what they keep of their parent, what they may cost, and that the gate on that cost can fail."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from export.accuracy import check_loss, measure_loss
from export.ladder import MismatchError
from export.pictures import as_net_input
from export.quantize import half_weights, int8, ort_format
from export.runtimes.with_onnxruntime import open_model
from export.sets import model_input
from export.signature import read_contract


@pytest.fixture(scope="module")
def parent(shipped, exported):
    return onnx.load(exported(shipped.name)[2])


@pytest.fixture(scope="module")
def small(parent, shipped, digits):
    """The integer file of each model, its ranges set by a few pictures."""
    return int8(parent, model_input(shipped.contract, digits[:100]))


def test_half_weights_halve_the_net_and_keep_the_contract(parent, shipped):
    half = half_weights(parent)
    assert read_contract(half) == shipped.contract
    halved = [tensor for tensor in half.graph.initializer if tensor.data_type == TensorProto.FLOAT16]
    saved = sum(2 * int(np.prod(tensor.dims)) for tensor in halved)
    assert len(half.SerializeToString()) < len(parent.SerializeToString()) - saved + 4096
    assert len(halved) == 10  # weights and biases of two convolutions and three fully connected layers


def test_integers_keep_contract_operator_set_and_what_the_file_says(small, parent, shipped):
    assert read_contract(small) == shipped.contract
    assert small.opset_import == parent.opset_import
    assert small.metadata_props == parent.metadata_props


def test_integer_weights_use_seven_bits(small):
    weights = [onnx.numpy_helper.to_array(t) for t in small.graph.initializer if t.data_type == TensorProto.INT8]
    assert len([array for array in weights if array.ndim > 1]) == 5
    assert all(np.abs(array.astype(int)).max() <= 64 for array in weights if array.ndim > 1)


def test_equal_pictures_make_equal_integer_files(parent, small, shipped, digits):
    again = int8(parent, model_input(shipped.contract, digits[:100]))
    assert again.SerializeToString(deterministic=True) == small.SerializeToString(deterministic=True)


def test_no_two_integer_logits_tie(exported, digits):
    model = int8(onnx.load(exported("convnet")[2]), as_net_input(digits[:100]))
    logits = np.sort(open_model(model.SerializeToString())(as_net_input(digits))["logits"], axis=1)
    assert (logits[:, -1] > logits[:, -2]).all()


def test_ort_format_answers_as_its_parent(parent, shipped, digits, tmp_path):
    (tmp_path / "model.ort").write_bytes(ort_format(parent))
    images = model_input(shipped.contract, digits[:20])
    scores = shipped.contract.scores
    here, there = open_model(tmp_path / "model.ort")(images), open_model(parent.SerializeToString())(images)
    np.testing.assert_allclose(here[scores], there[scores], atol=1e-4)


# name -> pictures, wrong after quantising (0 before), whether the gate lets it pass
COSTS = {
    "nothing": (10_000, 0, True),
    "all that is allowed": (10_000, 3, True),
    "one more": (10_000, 4, False),
    "one of a small set": (50, 1, True),
    "two of a small set": (50, 2, False),
}


@pytest.mark.parametrize(("pictures", "wrong", "passes"), COSTS.values(), ids=COSTS.keys())
def test_the_accuracy_gate(pictures, wrong, passes):
    truth = np.full(pictures, 7)
    after = truth.copy()
    after[5 : 5 + wrong] = 1
    loss = measure_loss(truth, after, truth)
    assert (loss.wrong_before, loss.wrong_after, len(loss.changed)) == (0, wrong, wrong)
    if passes:
        check_loss("set", loss)
    else:
        with pytest.raises(MismatchError, match="first changed: picture 5, a 7, from 7 to 1"):
            check_loss("set", loss)


def test_a_mended_picture_pays_for_a_lost_one():
    truth = np.arange(10)
    before, after = truth.copy(), truth.copy()
    before[0], after[1], after[2] = 9, 9, 9
    loss = measure_loss(before, after, truth)
    assert [change.picture for change in loss.changed] == [0, 1, 2]
    check_loss("set", loss)
