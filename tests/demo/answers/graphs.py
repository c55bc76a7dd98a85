"""Model files that give constants, whatever picture they are given."""

import onnx
from onnx import TensorProto, helper, numpy_helper

PICTURE = ("image", TensorProto.UINT8, ["N", "H", "W"])


def constant(path, inputs, outputs, metadata=None):
    """Write a graph with these inputs, (name, type, shape) each, and outputs, name -> array; returns the path."""
    tensors = [numpy_helper.from_array(values, name) for name, values in outputs.items()]
    graph = helper.make_graph(
        [helper.make_node("Constant", [], [tensor.name], value=tensor) for tensor in tensors],
        "constant",
        [helper.make_tensor_value_info(name, kind, shape) for name, kind, shape in inputs],
        [helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims) for tensor in tensors],
    )
    built = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    helper.set_model_props(built, metadata or {})
    onnx.save(built, path)
    return path
