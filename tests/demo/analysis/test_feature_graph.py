"""The penultimate features as a further output, against ONNX's own reader and against the net computed by hand."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from demo.analysis.feature_graph import feature_name, output_names, with_output
from demo.analysis.sources import models
from demo.mnist import load
from demo.settings import MODELS

SHIPPED = sorted(models())
RANDOM = np.random.default_rng(0)
WEIGHTS = {name: RANDOM.normal(size=shape).astype(np.float32) for name, shape in {"a": (6, 4), "b": (4, 10)}.items()}


def two_layers(answer="probabilities"):
    """A net of two linear layers, a rectifier between them, a temperature and a softmax behind them."""
    nodes = [
        helper.make_node("MatMul", ["image", "a"], ["first"]),
        helper.make_node("Relu", ["first"], ["hidden"]),
        helper.make_node("MatMul", ["hidden", "b"], ["second"]),
        helper.make_node("Div", ["second", "temperature"], ["cooler"]),
        helper.make_node("Softmax", ["cooler"], [answer]),
    ]
    constants = [numpy_helper.from_array(value, name) for name, value in WEIGHTS.items()]
    constants.append(numpy_helper.from_array(np.float32(1.5), "temperature"))
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 6])
    output = helper.make_tensor_value_info(answer, TensorProto.FLOAT, ["N", 10])
    graph = helper.make_graph(nodes, "two layers", [image], [output], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10).SerializeToString()


def ran(model, optimised=False, **pictures):
    """Outputs by name. As it is written a graph gives the same bits whatever else it is asked for, on any processor."""
    options = onnxruntime.SessionOptions()
    level = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = level.ORT_ENABLE_ALL if optimised else level.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return dict(zip([node.name for node in session.get_outputs()], session.run(None, pictures), strict=True))


def test_the_further_output_is_what_the_last_linear_layer_reads():
    model, image = two_layers(), RANDOM.normal(size=(5, 6)).astype(np.float32)
    assert feature_name(model) == "hidden"
    found = ran(with_output(model, "hidden"), image=image)
    np.testing.assert_allclose(found["hidden"], np.maximum(image @ WEIGHTS["a"], 0), rtol=1e-5)
    np.testing.assert_array_equal(found["probabilities"], ran(model, image=image)["probabilities"])


def test_a_graph_of_another_answer_has_no_features():
    assert feature_name(two_layers("something")) is None


def test_what_is_no_protocol_buffer_is_said():
    with pytest.raises(ValueError, match="no protocol buffer"):
        feature_name(b"\x0f\x0f")


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_still_reads_as_before_and_gives_its_features(name):
    content = (MODELS / name).read_bytes()
    feature = feature_name(content)
    extended = onnx.load_from_string(with_output(content, feature))
    assert [output.name for output in extended.graph.output][-1] == feature
    assert extended.graph.node == onnx.load_from_string(content).graph.node
    whole = load("test").images[:3]
    pictures = whole if "recognizer" in name else whole[:, None].astype(np.float32) / 255
    before, after = ran(content, image=pictures), ran(extended.SerializeToString(), image=pictures)
    for output, values in before.items():
        np.testing.assert_array_equal(after[output], values)
    faster = ran(extended.SerializeToString(), optimised=True, image=pictures)
    answer = next(iter(before))
    np.testing.assert_array_equal(faster[answer].argmax(1), before[answer].argmax(1))
    assert after[feature].shape[0] == 3
    assert after[feature].std() > 0


@pytest.mark.parametrize("name", SHIPPED)
def test_outputs_are_named_as_onnx_names_them(name):
    content = (MODELS / name).read_bytes()
    assert output_names(content) == [output.name for output in onnx.load_from_string(content).graph.output]
