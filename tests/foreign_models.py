"""EdgeNet's own weights in the forms in which people publish MNIST models: same answers, other inputs and outputs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
from onnx import ModelProto, TensorProto, helper, numpy_helper

EDGE = Path(__file__).resolve().parents[1] / "models" / "edge.onnx"
FLOAT, IMAGE, LOGITS = TensorProto.FLOAT, "image", "logits"


def edge() -> ModelProto:
    """`image` float32 (N, 1, 28, 28) in [0, 1] -> `logits` (N, 10)."""
    return onnx.load(EDGE)


def fed_by(nodes, shape, kind=FLOAT, constants=None, name="conv2d_input") -> ModelProto:
    """EdgeNet behind nodes that make its `image` of an input of another name, shape and kind."""
    model = edge()
    del model.graph.input[:]
    model.graph.input.append(helper.make_tensor_value_info(name, kind, shape))
    for place, node in enumerate(nodes):
        model.graph.node.insert(place, node)
    for key, value in (constants or {}).items():
        model.graph.initializer.append(numpy_helper.from_array(np.array(value), key))
    return model


def node(kind, inputs, outputs, **attributes):
    """One operator; several inputs and outputs with blanks between them."""
    return helper.make_node(kind, inputs.split(), outputs.split(), **attributes)


def reshaped(shape, to=(-1, 1, 28, 28)) -> ModelProto:
    return fed_by([node("Reshape", "conv2d_input to", IMAGE)], shape, constants={"to": np.array(to, np.int64)})


def scaled(factor, shift) -> ModelProto:
    """What wants (x - mean) / std, or 0 to 255: it undoes that first."""
    nodes = [node("Mul", "conv2d_input factor", "larger"), node("Add", "larger shift", IMAGE)]
    return fed_by(nodes, ("N", 1, 28, 28), constants={"factor": np.float32(factor), "shift": np.float32(shift)})


def answering(nodes, outputs) -> ModelProto:
    """EdgeNet with nodes behind its logits, and their outputs instead."""
    model = edge()
    model.graph.node.extend(nodes)
    del model.graph.output[:]
    model.graph.output.extend(outputs)
    if any(one.domain for one in nodes):
        model.opset_import.append(helper.make_opsetid("ai.onnx.ml", 3))
    return model


def float_output(name, shape=("N", 10)):
    return helper.make_tensor_value_info(name, FLOAT, shape)


def with_classes() -> ModelProto:
    """As scikit-learn's converters write a classifier: the label first, then a number for each class's name."""
    numbers = helper.make_map_type_proto(TensorProto.INT64, helper.make_tensor_type_proto(FLOAT, ()))
    nodes = [
        node("Softmax", LOGITS, "shares"),
        node("ArgMax", LOGITS, "label", axis=1, keepdims=0),
        node("ZipMap", "shares", "output_probability", domain="ai.onnx.ml", classlabels_int64s=list(range(10))),
    ]
    sequence = helper.make_value_info("output_probability", helper.make_sequence_type_proto(numbers))
    return answering(nodes, [helper.make_tensor_value_info("label", TensorProto.INT64, ("N",)), sequence])


def fixed(count) -> ModelProto:
    """A graph that takes so many pictures, no more and no fewer."""
    return reshaped((count, 1, 28, 28), (count, 1, 28, 28))


def without_shape() -> ModelProto:
    model = edge()
    model.graph.input[0].type.tensor_type.ClearField("shape")
    return model


def with_an_axis_of_0() -> ModelProto:
    model = edge()
    for port in (*model.graph.input, *model.graph.output):
        port.type.tensor_type.shape.dim[0].dim_value = 0
    return model


def weights_among_inputs() -> ModelProto:
    model = edge()
    for tensor in model.graph.initializer:
        model.graph.input.append(helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims))
    return model


def cast(kind, divide_by=1) -> ModelProto:
    nodes = [node("Cast", "conv2d_input", "real", to=FLOAT), node("Div", "real by", IMAGE)]
    return fed_by(nodes, ("N", 1, 28, 28), kind, {"by": np.float32(divide_by)})


# what it is -> how it is made
SAME_ANSWERS: dict[str, Callable[[], ModelProto]] = {
    "another name": lambda: reshaped(("batch", 1, 28, 28)),
    "channels last": lambda: fed_by(
        [node("Transpose", "conv2d_input", IMAGE, perm=(0, 3, 1, 2))], ("unk__1", 28, 28, 1)
    ),
    "without channels": lambda: reshaped(("N", 28, 28)),
    "flat": lambda: reshaped(("N", 784)),
    "flat behind a channel": lambda: reshaped(("N", 1, 784)),
    "colours": lambda: fed_by(
        [node("ReduceMean", "conv2d_input axes", IMAGE)], ("N", 3, 28, 28), constants={"axes": np.array([1])}
    ),
    "framed to 32": lambda: fed_by(
        [node("Slice", "conv2d_input from to axes", IMAGE)],
        ("N", 1, 32, 32),
        constants={"from": np.array([2, 2]), "to": np.array([30, 30]), "axes": np.array([2, 3])},
    ),
    "one picture without a batch": lambda: reshaped((28, 28)),
    "one picture, channels last, without a batch": lambda: reshaped((28, 28, 1)),
    "a batch of 1": lambda: fixed(1),
    "a batch of 10": lambda: fixed(10),
    "a free batch with a fixed Reshape": lambda: reshaped(("N", 1, 28, 28), (1, 1, 28, 28)),
    "no axis stated": without_shape,
    "every axis free": lambda: reshaped(("N", "a", "b", "c"), (-1, 1, 28, 28)),
    "an axis of 0": with_an_axis_of_0,
    "weights among the inputs": weights_among_inputs,
    "double": lambda: cast(TensorProto.DOUBLE),
    "half": lambda: cast(TensorProto.FLOAT16),
    "whole numbers": lambda: cast(TensorProto.UINT8, 255),
    "softmax": lambda: answering([node("Softmax", LOGITS, "shares")], [float_output("shares")]),
    "log-softmax": lambda: answering([node("LogSoftmax", LOGITS, "logs")], [float_output("logs")]),
    "answers of several axes": lambda: answering(
        [node("Constant", "", "two", value_ints=[2, 3]), node("Unsqueeze", f"{LOGITS} two", "out")],
        [float_output("out", ("N", 10, 1, 1))],
    ),
    "ZipMap": with_classes,
}
OTHER_PREPARATION: dict[str, Callable[[], ModelProto]] = {
    "pixels 0 to 255": lambda: scaled(1 / 255, 0),
    "minus the mean, by the deviation": lambda: scaled(0.3081, 0.1307),
    "from -1 to 1": lambda: scaled(0.5, 0.5),
    "ink is 0": lambda: scaled(-1, 1),
    "ink is 0, pixels 0 to 255": lambda: scaled(-1 / 255, 1),
}


def written(model: ModelProto, path: Path) -> Path:
    """The model as a file."""
    onnx.save(model, path)
    return path
