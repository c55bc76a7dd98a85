"""The machine's floor: how fast one thread multiplies two square float32 matrices, which no net can outrun."""

from collections.abc import Callable

import numpy as np
import torch
from onnx import TensorProto, helper

from export.runtimes.with_onnxruntime import session

SIDE = 512
MATRIX_FLOP = 2 * SIDE**3  # of one product: a multiplication and an addition for each term


def products() -> dict[str, Callable[[], object]]:
    """The same product in torch, on as many threads as it is set to, and in ONNX Runtime on one thread."""
    a, b = np.random.default_rng(0).random((2, SIDE, SIDE), dtype=np.float32)
    left, right = torch.from_numpy(a), torch.from_numpy(b)
    opened = session(_graph())
    return {
        "product in torch": lambda: left @ right,
        "product in onnxruntime": lambda: opened.run(None, {"a": a, "b": b})[0],
    }


def _graph() -> bytes:
    a, b, product = (helper.make_tensor_value_info(name, TensorProto.FLOAT, (SIDE, SIDE)) for name in ("a", "b", "ab"))
    graph = helper.make_graph([helper.make_node("MatMul", ["a", "b"], ["ab"])], "product", [a, b], [product])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    content: bytes = model.SerializeToString()
    return content
