"""A graph that is written anew, node by node: what a node is replaced by takes its outputs' names."""

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, numpy_helper
from onnx.helper import get_attribute_value, make_node
from onnx.shape_inference import infer_shapes

from export.runtimes.run import Array

Constants = dict[str, Array]


class Sheet:
    """The nodes that have been written, with the model's constants and the shapes of all that is not replaced."""

    def __init__(self, model: ModelProto) -> None:
        self.nodes: list[NodeProto] = []
        self.truths: set[str] = set()  # numbers, 0 or 1, in the place of what was true or false
        self._taken = {name for node in model.graph.node for name in node.output}
        self.constants: Constants = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
        known = infer_shapes(model, data_prop=True).graph
        self.shapes = {
            value.name: tuple(axis.dim_value for axis in value.type.tensor_type.shape.dim)
            for value in (*known.input, *known.value_info, *known.output)
        } | {name: value.shape for name, value in self.constants.items()}
        self._taken |= {*self.constants}

    def constant(self, value: object) -> str:
        """The name of a constant, of float32 unless it is an array; equal ones are one."""
        array = value if isinstance(value, np.ndarray) else np.array(value, np.float32)
        for name, known in self.constants.items():
            if name.startswith("plain_") and known.dtype == array.dtype and np.array_equal(known, array):
                return name
        name = self._free("plain")
        self.constants[name] = array
        return name

    def _free(self, kind: str) -> str:
        """A name that nothing has yet."""
        name = next(name for place in count(1) if (name := f"{kind}_{place}") not in self._taken)
        self._taken.add(name)
        return name

    def add(self, operator: str, *inputs: str | float, output: str = "", **attributes: int | list[int]) -> str:
        """Write one node; returns the name of its output. Numbers among the inputs become constants."""
        names = [one if isinstance(one, str) else self.constant(one) for one in inputs]
        output = output or self._free("step")
        self.nodes.append(make_node(operator, names, [output], **attributes))
        return output


Replace = Callable[[NodeProto, Sheet], None]


def rewritten(model: ModelProto, replace: dict[str, Replace]) -> ModelProto:
    """The model, in place, with what `replace` writes for each node whose operator it names."""
    sheet = Sheet(model)
    for node in model.graph.node:
        if node.op_type in replace:
            replace[node.op_type](node, sheet)
        else:
            sheet.nodes.append(node)
    return with_nodes(model, sheet.nodes, sheet.constants)


def with_nodes(model: ModelProto, nodes: list[NodeProto], constants: Constants) -> ModelProto:
    """The model, in place, with those of the nodes that its outputs need, and the constants that those read."""
    wanted, kept = {output.name for output in model.graph.output}, []
    for node in reversed([*nodes]):
        if wanted & {*node.output}:
            kept.append(node)
            wanted |= {*node.input}
    del model.graph.node[:]
    model.graph.node.extend(reversed(kept))
    del model.graph.initializer[:]
    model.graph.initializer.extend(
        numpy_helper.from_array(np.asarray(value, order="C"), name)
        for name, value in constants.items()
        if name in wanted
    )
    return model


def attributes(node: NodeProto) -> dict[str, Any]:
    """A node's attributes by name."""
    return {one.name: get_attribute_value(one) for one in node.attribute}
