"""The search after a mismatch: which layer of the net is the first whose output differs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import onnx
import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from export.proving.tolerance import extent
from export.runtimes.run import Array, Run
from export.runtimes.with_onnxruntime import open_model

OPERATORS: dict[type[nn.Module], str] = {
    nn.Conv2d: "Conv",
    nn.BatchNorm2d: "BatchNormalization",
    nn.ReLU: "Relu",
    nn.MaxPool2d: "MaxPool",
    nn.AdaptiveAvgPool2d: "GlobalAveragePool",
    nn.Linear: "Gemm",
}
INNER = "net."  # begins the names of the net's weights in a recogniser and in a reader


@dataclass(frozen=True)
class Layer:
    """One layer's name, ONNX operator and output for one picture."""

    name: str
    operator: str
    output: Array


def first_difference(reference: list[Layer], candidate: list[Layer], share: float) -> str | None:
    """A sentence on the first layer that differs by more than `share` of its extent; None when all agree."""
    for place, (a, b) in enumerate(zip(reference, candidate, strict=False), start=1):
        if a.operator != b.operator:
            return f"layer {place}: the file has {b.operator} {b.name!r} where the net has {a.operator} {a.name!r}"
        if a.output.shape != b.output.shape:
            return f"layer {place}, {a.name}: its output is {b.output.shape}, the net's is {a.output.shape}"
        difference = np.abs(a.output.astype(np.float64) - b.output.astype(np.float64))
        at = np.unravel_index(int(difference.argmax()), difference.shape)
        if not difference[at] <= share * extent(a.output):
            return (
                f"layer {place}, {a.name} ({a.operator}): value {list(map(int, at))} is {b.output[at]:.9g}, "
                f"the net's is {a.output[at]:.9g}; {np.count_nonzero(difference)} of {difference.size} values differ"
            )
    if len(reference) != len(candidate):
        return f"the file has {len(candidate)} layers, the net has {len(reference)}"
    return None


def trace_net(net: nn.Module, image: Array) -> list[Layer]:
    """Every layer's output in torch, in the order of the call.

    image: (1, 1, 28, 28) float32.
    """
    layers: list[Layer] = []
    with recording(net, layers), torch.inference_mode():
        net(torch.from_numpy(image))
    return layers


@contextmanager
def recording(net: nn.Module, layers: list[Layer]) -> Iterator[None]:
    hooks: list[RemovableHandle] = []
    for name, module in net.named_modules():
        if type(module) not in OPERATORS:
            continue

        def record(layer: nn.Module, _: object, output: Tensor, name: str = name) -> None:
            layers.append(Layer(name, OPERATORS[type(layer)], output.numpy().copy()))

        hooks.append(module.register_forward_hook(record))
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def trace_file(model: onnx.ModelProto, image: Array) -> list[Layer]:
    """Every layer's output in ONNX Runtime without optimisation, in the order of the graph."""
    chosen = net_nodes(model)
    outputs = inside(model, [node.output[0] for node in chosen])(image)
    return [Layer(node.name, node.op_type, outputs[node.output[0]]) for node in chosen]


def inside(model: onnx.ModelProto, names: list[str]) -> Run:
    """A function that runs a graph as it is written and also answers what is at some places inside it."""
    opened = onnx.ModelProto()
    opened.CopyFrom(model)
    have = {output.name for output in opened.graph.output}
    opened.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names if name not in have)
    return open_model(opened.SerializeToString(), level="disabled")


def net_nodes(model: onnx.ModelProto) -> list[onnx.NodeProto]:
    """The nodes of a file that are layers of its net; of a recogniser or reader, from its first weight to its last."""
    layers = [node for node in model.graph.node if node.op_type in OPERATORS.values()]
    own = [place for place, node in enumerate(layers) if any(name.startswith(INNER) for name in node.input)]
    return layers[own[0] : own[-1] + 1] if own else layers


def fold_batch_norms(reference: list[Layer], candidate: list[Layer]) -> list[Layer]:
    """The net's layers as an exporter leaves them: batch norms folded into the convolutions before them."""
    if any(layer.operator == "BatchNormalization" for layer in candidate):
        return reference
    folded: list[Layer] = []
    for layer in reference:
        if layer.operator == "BatchNormalization" and folded and folded[-1].operator == "Conv":
            folded[-1] = Layer(folded[-1].name, "Conv", layer.output)
        else:
            folded.append(layer)
    return folded
