"""A file for pictures of one size: every shape is a number, and what follows from the size alone is worked out here."""

from dataclasses import replace

import numpy as np
import onnx
import torch
from onnx import ModelProto, NodeProto, numpy_helper
from onnx.helper import make_graph, make_model, make_tensor_value_info
from onnx.reference import ReferenceEvaluator
from onnx.shape_inference import infer_shapes
from torch import Tensor, nn

from core.catalogue import Build
from core.net.cut_outs import cut_outs
from core.net.finder import split
from core.net.parts import find_parts, reading_order
from core.net.reader import Reader
from export.contracts import Contract, Port
from export.graph.phone import for_phones, with_own_factors
from export.graph.sheet import Constants, with_nodes
from export.runtimes.run import Array


class OfOneForm(nn.Module):
    """A recogniser or a reader behind the input that a build asks for.

    image:   what `fixed_contract` says.
    returns: what the module does.
    """

    def __init__(self, module: nn.Module, one_channel: bool) -> None:
        super().__init__()
        self.module = module
        self.one_channel = one_channel

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        return self.module(image.flatten(1, 2) if self.one_channel else image)


class ReaderOfAllParts(Reader):
    """A reader that looks at all its 32 places for parts, empty ones too, so that no shape hangs on what is written."""

    def cut(self, level: Tensor, inside: Tensor) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        found = split(self.finder(level, inside))
        parts = find_parts(found, inside)
        order = reading_order(parts)
        which = torch.arange(order["there"].numel())
        cut = cut_outs(level, inside, found, parts, order, which)
        there = order["there"].view(-1, 1, 1)
        cut["seen"] = torch.where(there, cut["seen"], 0.0)  # an empty place is no digit, however surely
        return order | {"more": parts["more"]}, cut | {"which": which}


def of_one_form(module: nn.Module, build: Build) -> OfOneForm:
    """The module to trace for a build with a size."""
    if isinstance(module, Reader):
        module = ReaderOfAllParts(module.finder, module.net, module.calibration).eval()
    return OfOneForm(module, build.one_channel).eval()


def fixed_contract(contract: Contract, build: Build) -> Contract:
    """The contract of a file with a size: its numbers in place of the letters N, H and W."""
    assert build.size is not None
    axes = (build.batch, *([1] if build.one_channel else []), *build.size)
    image = Port(contract.image.name, "float32" if build.float_input else contract.image.dtype, axes)
    return Contract(image, tuple(replace(port, axes=(build.batch, *port.axes[1:])) for port in contract.outputs))


def arranged(pictures: Array, build: Build) -> Array:
    """Pictures (N, H, W) uint8 as a file with a size takes them."""
    taken = pictures[:, None] if build.one_channel else pictures
    return taken.astype(np.float32) if build.float_input else taken


def of_one_size(model: ModelProto, build: Build) -> ModelProto:
    """What was traced at one size, in place, without what the size decides; in phones' operators where asked for."""
    model = folded(model)
    return with_own_factors(folded(for_phones(model))) if build.phone else model


def free_shapes(model: ModelProto) -> list[str]:
    """What in a graph hangs on shapes that are not numbers, operators and values; none in a file of one size."""
    known = infer_shapes(model, strict_mode=True, data_prop=True).graph.value_info
    lengths = {value.name: value.type.tensor_type.shape.dim for value in known}
    asked = [node.op_type for node in model.graph.node if node.op_type in ("Shape", "Size", "Range", "NonZero")]
    return asked + [name for name, axes in lengths.items() if not all(axis.HasField("dim_value") for axis in axes)]


def folded(model: ModelProto) -> ModelProto:
    """The model, in place, with the result of each node that depends on constants alone as a constant."""
    constants: Constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    kept = []
    for node in model.graph.node:
        if all(name in constants for name in node.input if name):
            constants |= _worked_out(node, constants, model)
        else:
            kept.append(node)
    return with_nodes(model, kept, constants)


def _worked_out(node: NodeProto, constants: Constants, model: ModelProto) -> Constants:
    """The outputs of one node whose inputs are constants, in numpy."""
    inputs = [numpy_helper.from_array(constants[name], name) for name in dict.fromkeys(node.input) if name]
    outputs = [make_tensor_value_info(name, onnx.TensorProto.UNDEFINED, None) for name in node.output]
    alone = make_model(make_graph([node], "one", [], outputs, inputs), opset_imports=model.opset_import)
    found = ReferenceEvaluator(alone).run(None, {})
    return dict(zip(node.output, map(np.asarray, found), strict=True))
