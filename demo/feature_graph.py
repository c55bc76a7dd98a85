"""A net's last linear layer reads its penultimate features; this makes them a further output of an ONNX file in memory.

An .onnx file is a protocol buffer, and buffers that follow one another merge: a few bytes behind the file's own declare
the output. The names are read with the wire format's own rules, so the page needs no further package.
source: protobuf.dev/programming-guides/encoding; field numbers from onnx/onnx.proto3.
"""

from collections.abc import Iterator
from dataclasses import dataclass

MODEL_GRAPH, GRAPH_NODE, GRAPH_OUTPUT, VALUE_NAME = 7, 1, 12, 1
NODE_INPUT, NODE_OUTPUT, NODE_KIND = 1, 2, 4
VARINT, FIXED_64, LENGTH, FIXED_32 = 0, 1, 2, 5  # wire types
ANSWERS = ("logits", "probabilities")
LINEAR = {"Gemm", "MatMul", "Conv"}


@dataclass(frozen=True)
class _Node:
    kind: str
    inputs: list[str]
    outputs: list[str]


def feature_name(model: bytes) -> str | None:
    """The tensor that the last linear layer before the answer reads; None for a graph without such a layer."""
    graph = next((value for number, value in _fields(memoryview(model)) if number == MODEL_GRAPH), memoryview(b""))
    nodes = [_node(value) for number, value in _fields(graph) if number == GRAPH_NODE]
    makers = {name: node for node in nodes for name in node.outputs}
    node = next((makers[name] for name in ANSWERS if name in makers), None)
    while node is not None and node.kind not in LINEAR:
        node = next((makers[name] for name in node.inputs if name in makers), None)  # softmax, temperature, bias
    return node.inputs[0] if node is not None else None


def with_output(model: bytes, name: str) -> bytes:
    """The same model with the tensor `name` as its last output; ONNX Runtime infers type and shape."""
    return model + _packed(MODEL_GRAPH, _packed(GRAPH_OUTPUT, _packed(VALUE_NAME, name.encode())))


def _node(content: memoryview) -> _Node:
    texts: dict[int, list[str]] = {NODE_INPUT: [], NODE_OUTPUT: [], NODE_KIND: []}
    for number, value in _fields(content):
        if number in texts:
            texts[number].append(bytes(value).decode())
    return _Node(texts[NODE_KIND][0] if texts[NODE_KIND] else "", texts[NODE_INPUT], texts[NODE_OUTPUT])


def _fields(content: memoryview) -> Iterator[tuple[int, memoryview]]:
    """(field number, its bytes) of every field of variable length; numbers are passed over."""
    place = 0
    while place < len(content):
        key, place = _varint(content, place)
        wire = key & 7
        if wire == LENGTH:
            length, place = _varint(content, place)
            yield key >> 3, content[place : place + length]
            place += length
        elif wire == VARINT:
            _, place = _varint(content, place)
        elif wire in (FIXED_32, FIXED_64):
            place += 4 if wire == FIXED_32 else 8
        else:
            raise ValueError(f"no protocol buffer: wire type {wire} at byte {place}")


def _varint(content: memoryview, place: int) -> tuple[int, int]:
    """(number, the place behind it): seven bits a byte, the lowest first, the eighth says that more follow."""
    number = shift = 0
    while True:
        byte = content[place]
        number |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return number, place


def _packed(field: int, content: bytes) -> bytes:
    return _number(field << 3 | LENGTH) + _number(len(content)) + content


def _number(value: int) -> bytes:
    seven_bits = bytearray()
    while value > 127:
        seven_bits.append(value & 127 | 128)
        value >>= 7
    return bytes(seven_bits) + bytes([value])
