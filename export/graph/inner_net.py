"""Cuts the net out of a recogniser's file, so that its logits can be proved as closely as the net's own file is.

Probabilities hide a wrong weight: on a clear digit they are 1 and 0 whatever the logits are.
"""

import onnx
from onnx import ModelProto, NodeProto
from onnx.helper import make_graph, make_model, make_tensor_value_info, np_dtype_to_tensor_dtype

from export.contracts import NET, Port
from export.proving.layers import net_nodes


def cut_net(model: ModelProto) -> ModelProto:
    """The part of a recogniser between `seen` and the logits, as a model with the net's contract."""
    layers = net_nodes(model)
    image, logits = layers[0].input[0], layers[-1].output[0]
    nodes = between(list(model.graph.node), image, logits)
    names = {name for node in nodes for name in node.input}
    constants = [tensor for tensor in model.graph.initializer if tensor.name in names]
    renamed = [rename(node, {image: NET.image.name, logits: NET.scores}) for node in nodes]
    graph = make_graph(renamed, "net", [value_info(NET.image)], [value_info(NET.outputs[0])], constants)
    return make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)


def between(nodes: list[NodeProto], start: str, end: str) -> list[NodeProto]:
    """The nodes that `end` is computed from, back to the tensor `start`, in the graph's order."""
    wanted, chosen = {end}, []
    for node in reversed(nodes):
        if wanted & set(node.output):
            chosen.append(node)
            wanted |= set(node.input) - {start}
    return chosen[::-1]


def rename(node: NodeProto, names: dict[str, str]) -> NodeProto:
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    copy.input[:] = [names.get(name, name) for name in node.input]
    copy.output[:] = [names.get(name, name) for name in node.output]
    return copy


def value_info(port: Port) -> onnx.ValueInfoProto:
    return make_tensor_value_info(port.name, np_dtype_to_tensor_dtype(port.numpy_dtype), list(port.axes))
