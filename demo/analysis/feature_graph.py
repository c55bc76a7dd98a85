"""A net's last linear layer reads its penultimate features; this makes them a further output of an ONNX file in memory.

An .onnx file is a protocol buffer, and buffers that follow one another merge: a few bytes behind the file's own declare
the output. The names are read with the wire format's own rules, so the page needs no further package.
source: protobuf.dev/programming-guides/encoding; field numbers from onnx/onnx.proto3.
"""

from dataclasses import dataclass

from core.wire import fields, messages, packed

MODEL_GRAPH, GRAPH_NODE, GRAPH_OUTPUT, VALUE_NAME = 7, 1, 12, 1
NODE_INPUT, NODE_OUTPUT, NODE_KIND = 1, 2, 4
ANSWERS = ("logits", "probabilities")
LINEAR = {"Gemm", "MatMul", "Conv"}


@dataclass(frozen=True)
class _Node:
    kind: str
    inputs: list[str]
    outputs: list[str]


def feature_name(model: bytes) -> str | None:
    """The tensor that the last linear layer before the answer reads; None for a graph without such a layer."""
    nodes = [_node(value) for value in messages(_graph(model), GRAPH_NODE)]
    makers = {name: node for node in nodes for name in node.outputs}
    node = next((makers[name] for name in ANSWERS if name in makers), None)
    while node is not None and node.kind not in LINEAR:
        node = next((makers[name] for name in node.inputs if name in makers), None)  # softmax, temperature, bias
    return node.inputs[0] if node is not None else None


def output_names(model: bytes) -> list[str]:
    """The names of a model's outputs, read without opening it."""
    outputs = messages(_graph(model), GRAPH_OUTPUT)
    return [bytes(name).decode() for output in outputs for name in messages(output, VALUE_NAME)]


def with_output(model: bytes, name: str) -> bytes:
    """The same model with the tensor `name` as its last output; ONNX Runtime infers type and shape."""
    return model + packed(MODEL_GRAPH, packed(GRAPH_OUTPUT, packed(VALUE_NAME, name.encode())))


def _graph(model: bytes) -> memoryview:
    return next(messages(memoryview(model), MODEL_GRAPH), memoryview(b""))


def _node(content: memoryview) -> _Node:
    texts: dict[int, list[str]] = {NODE_INPUT: [], NODE_OUTPUT: [], NODE_KIND: []}
    for number, value in fields(content):
        if number in texts and isinstance(value, memoryview):
            texts[number].append(bytes(value).decode())
    return _Node(texts[NODE_KIND][0] if texts[NODE_KIND] else "", texts[NODE_INPUT], texts[NODE_OUTPUT])
