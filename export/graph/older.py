"""A graph in an older operator set: what operators said in another way then, and a sentence where they could not."""

from collections.abc import Callable, Iterator

import numpy as np
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, defs, numpy_helper
from onnx.helper import find_min_ir_version_for, get_attribute_value, make_attribute, make_node, make_opsetid

from core.refusals import RefusalError

NATIVE = 18  # the oldest operator set that torch's exporter writes
AXES_SINCE_18 = ("ReduceMax", "ReduceMin", "ReduceMean", "ReduceLogSumExp", "ReduceProd")


class OperatorError(RefusalError):
    """An operator that an older operator set cannot say; the message names it."""


Constants = dict[str, TensorProto]


def lowered(model: ModelProto, opset: int) -> ModelProto:
    """A copy of a model of operator set 18 in an older one, 13 to 17, in the oldest file format that has it.

    errors: OperatorError with the operator that stands in the way, and the lowest operator set that works.
    """
    try:
        return _lowered(model, opset)
    except OperatorError as error:
        raise OperatorError(f"{error}; the lowest operator set that works is {_lowest(model, opset + 1)}") from error


def with_oldest_format(model: ModelProto, opset: int) -> ModelProto:
    """The model, in place, with the oldest IR version that may hold an operator set: old runtimes refuse newer ones."""
    model.ir_version = find_min_ir_version_for([make_opsetid("", opset)])
    return model


def _lowest(model: ModelProto, opset: int) -> int:
    for works in range(opset, NATIVE):
        try:
            _lowered(model, works)
        except OperatorError:
            continue
        return works
    return NATIVE


def _lowered(model: ModelProto, opset: int) -> ModelProto:
    copy = ModelProto()
    copy.CopyFrom(model)
    constants = {tensor.name: tensor for tensor in copy.graph.initializer}
    nodes = [older for node in copy.graph.node for older in _older(node, opset, constants)]
    del copy.graph.node[:]
    copy.graph.node.extend(nodes)
    _only_used(copy.graph, constants)
    del copy.opset_import[:]
    copy.opset_import.append(make_opsetid("", opset))
    return with_oldest_format(copy, opset)


def _only_used(graph: GraphProto, constants: Constants) -> None:
    """The constants that nodes read, those that were added too, in the order in which they were made."""
    used = {name for node in graph.node for name in node.input} | {output.name for output in graph.output}
    del graph.initializer[:]
    graph.initializer.extend(tensor for name, tensor in constants.items() if name in used)


def _older(node: NodeProto, opset: int, constants: Constants) -> Iterator[NodeProto]:
    """The nodes that say the same in an older operator set."""
    since, change = CHANGES.get(node.op_type, (0, None))
    for one in change(node, constants) if change and opset < since else [node]:
        _check(one, opset, constants)
        yield one


def _check(node: NodeProto, opset: int, constants: Constants) -> None:
    """Drop attributes that mean nothing there; OperatorError for an operator, input or attribute that is too new."""
    try:
        schema = defs.get_schema(node.op_type, opset, "")
    except defs.SchemaError as error:
        raise OperatorError(f"operator set {opset} has no {node.op_type}") from error
    if len(node.input) > schema.max_input:
        raise OperatorError(f"{node.op_type} takes {schema.max_input} inputs in operator set {opset}")
    for attribute in [one for one in node.attribute if one.name not in schema.attributes]:
        if not _means_nothing(node, attribute, constants):
            raise OperatorError(f"{node.op_type} has no {attribute.name} in operator set {opset}")
        node.attribute.remove(attribute)


def _means_nothing(node: NodeProto, attribute: AttributeProto, constants: Constants) -> bool:
    """Whether a node says the same without an attribute: older operators do what is the newer one's default."""
    if (node.op_type, attribute.name) == ("Split", "num_outputs"):  # as many as it has outputs, of one length
        return True
    if (node.op_type, attribute.name) == ("Reshape", "allowzero"):
        shape = constants.get(node.input[1])
        return shape is not None and 0 not in numpy_helper.to_array(shape)
    default = defs.get_schema(node.op_type, NATIVE, "").attributes[attribute.name].default_value
    return bool(get_attribute_value(attribute) == get_attribute_value(default))


def _axes_as_attribute(node: NodeProto, constants: Constants) -> list[NodeProto]:
    """A reduction whose axes are an input, with axes of its own."""
    if len(node.input) > 1 and node.input[1]:
        if node.input[1] not in constants:
            raise OperatorError(f"{node.op_type} needs axes that are known before it runs")
        axes = numpy_helper.to_array(constants[node.input[1]]).ravel().tolist()
        node.attribute.append(make_attribute("axes", axes))
    del node.input[1:]
    return [node]


def _shape_and_slice(node: NodeProto, constants: Constants) -> list[NodeProto]:
    """A part of a shape as all of it, then a slice."""
    ends = {one.name: get_attribute_value(one) for one in node.attribute}
    if not ends:
        return [node]
    whole = f"{node.output[0]}_whole"
    places = []
    for name, value in (("start", ends.get("start", 0)), ("end", ends.get("end", np.iinfo(np.int64).max))):
        places.append(f"{whole}_{name}")
        constants[places[-1]] = numpy_helper.from_array(np.array([value], np.int64), places[-1])
    return [make_node("Shape", [node.input[0]], [whole]), make_node("Slice", [whole, *places], [*node.output])]


Change = Callable[[NodeProto, Constants], list[NodeProto]]
# operator -> the operator set since which it speaks as the exporter writes it, and what it was written as before
CHANGES: dict[str, tuple[int, Change]] = dict.fromkeys(AXES_SINCE_18, (18, _axes_as_attribute))
CHANGES["Shape"] = (15, _shape_and_slice)
