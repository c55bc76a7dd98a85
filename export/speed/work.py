"""How much a net has to compute for one picture, counted from its graph: the least that any runtime must do."""

import numpy as np
from onnx import ModelProto, numpy_helper

from export.proving.layers import inside
from export.runtimes.run import Array

WITH_WEIGHTS = ("Conv", "Gemm", "MatMul")


def multiply_adds(model: ModelProto, image: Array) -> int:
    """Multiplications with a weight that one picture (1, ...) takes in the graph's convolutions and matrix products.

    Every weight of a layer meets every place of its output once, so it is weights x places. Quantised weights count
    as those that they stand for; products of two activations do not count.
    """
    sizes = constant_sizes(model)
    layers = [node for node in model.graph.node if node.op_type in WITH_WEIGHTS and node.input[1] in sizes]
    outputs = inside(model, [node.output[0] for node in layers])(image)
    return sum(sizes[node.input[1]] * int(np.prod(outputs[node.output[0]].shape[2:])) for node in layers)


def constant_sizes(model: ModelProto) -> dict[str, int]:
    """Number of elements of each tensor that is a constant, or made from constants alone."""
    sizes = {tensor.name: numpy_helper.to_array(tensor).size for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type in ("DequantizeLinear", "Cast", "Reshape") and node.input[0] in sizes:
            sizes[node.output[0]] = sizes[node.input[0]]
    return sizes
