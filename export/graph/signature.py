"""The first rung: a file's names, kinds and axes against its contract, and its weights against their source."""

from collections.abc import Mapping
from pathlib import Path

import onnx
from onnx import TensorProto, ValueInfoProto
from onnx.helper import tensor_dtype_to_np_dtype

from core.files import sha256
from core.wording import counted
from export.contracts import UNSTATED, Axes, Contract, Port
from export.proving.ladder import MismatchError


def read_port(value: ValueInfoProto) -> Port:
    """An input or output of a graph as a Port; an axis without name or length, or one of 0, is called '?'.

    What is no tensor, such as the classes' numbers that ZipMap makes, has the kind of what it holds and unstated axes.
    """
    if not value.type.HasField("tensor_type"):
        return Port(value.name, value.type.WhichOneof("value") or "?", UNSTATED)
    tensor = value.type.tensor_type
    axes = tuple(dim.dim_value if dim.dim_value > 0 else dim.dim_param or "?" for dim in tensor.shape.dim)
    kind = str(tensor_dtype_to_np_dtype(tensor.elem_type)) if tensor.elem_type != TensorProto.UNDEFINED else "?"
    return Port(value.name, kind, axes if tensor.HasField("shape") else UNSTATED)


def read_contract(model: onnx.ModelProto) -> Contract:
    """What a model's graph promises; MismatchError when it takes other than one input or answers nothing."""
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [read_port(value) for value in model.graph.input if value.name not in weights]
    if len(inputs) != 1 or not model.graph.output:
        raise MismatchError(
            f"the model has {counted(len(inputs), 'input')} and {counted(len(model.graph.output), 'output')}; "
            "expected 1 and some"
        )
    return Contract(inputs[0], tuple(read_port(value) for value in model.graph.output))


def check_signature(model: onnx.ModelProto, contract: Contract) -> None:
    """MismatchError when names, kinds or axes are not the contract's, in its order."""
    found = read_contract(model)
    for is_, should in zip((found.image, *found.outputs), (contract.image, *contract.outputs), strict=False):
        if is_ != should:
            raise MismatchError(f"names and axes: found {is_}, expected {should}")
    if len(found.outputs) != len(contract.outputs):
        raise MismatchError(f"names and axes: {len(found.outputs)} outputs, expected {len(contract.outputs)}")


def check_alike(a: Contract, b: Contract) -> None:
    """MismatchError when two models cannot be compared: other names, kinds or fixed axes; a free axis fits any.

    How many pictures they take at once, the first axis, may differ: each is given as many as it takes.
    """
    if len(a.outputs) != len(b.outputs):
        raise MismatchError(f"A has {counted(len(a.outputs), 'output')}, B has {len(b.outputs)}")
    for one, other in zip((a.image, *a.outputs), (b.image, *b.outputs), strict=True):
        if (one.name, one.dtype) != (other.name, other.dtype) or not fit(one.axes, other.axes):
            raise MismatchError(f"A has {one}, B has {other}; expected the same name, kind and fixed axes")


def fit(a: Axes, b: Axes) -> bool:
    """Whether there are arrays that have both; the first axis, of pictures, may be of any length."""
    if UNSTATED in (a, b):
        return True
    lengths = list(zip(a, b, strict=False))[len(a) > 1 :]
    return len(a) == len(b) and all(isinstance(x, str) or isinstance(y, str) or x == y for x, y in lengths)


def check_operators(model: onnx.ModelProto) -> None:
    """MismatchError when the file holds Dropout: some runtimes ignore it, others drop numbers at random."""
    left_on = [node.name for node in model.graph.node if node.op_type == "Dropout"]
    if left_on:
        raise MismatchError(
            f"operators: Dropout was left on in {', '.join(left_on)}; export the net in evaluation mode"
        )


def check_source(says: Mapping[str, str], weights: Path) -> None:
    """MismatchError when the file that says so was not made from these weights: it is stale, or another model."""
    expected = sha256(weights)
    if says.get("source_weights_sha256") != expected:
        raise MismatchError(
            f"source: the file was made from weights {says.get('source_weights_sha256', 'it does not name')}, "
            f"but {weights.name} is {expected}; export it again"
        )
