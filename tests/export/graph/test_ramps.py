"""Ramps and triangles become one node with the same answers; what only looks like one stays as it is."""

import numpy as np
import onnx
import onnx_ir as ir
import pytest
from onnx import parser

from export.graph.ramps import one_node_each
from export.runtimes.with_onnxruntime import open_model

GRAPHS = {
    "ramp": "a = Sub(x, start) b = Div(a, width) y = Clip(b, zero, one)",
    "triangle": "a = Abs(x) b = Sub(one, a) y = Relu(b)",
}
LOOKALIKES = {
    "held elsewhere": "a = Sub(x, start) b = Div(a, width) y = Clip(b, zero, width)",
    "width of each pixel": "a = Sub(x, start) b = Div(a, x) y = Clip(b, zero, one)",
    "without the absolute value": "b = Sub(one, x) y = Relu(b)",
}
NUMBERS = "<float start = {0.25}, float width = {0.5}, float zero = {0}, float one = {1}>"


def model(nodes):
    return parser.parse_model(
        f'<ir_version: 9, opset_import: ["" : 20]> g (float[N] x) => (float[N] y) {NUMBERS} {{{nodes}}}'
    )


def shortened(nodes):
    return ir.to_proto(one_node_each(ir.from_proto(model(nodes))))


@pytest.mark.parametrize("nodes", GRAPHS.values(), ids=GRAPHS.keys())
def test_ramps_and_triangles_answer_as_before_in_fewer_nodes(nodes):
    short, x = shortened(nodes), np.linspace(-2, 2, 101, dtype=np.float32)
    onnx.checker.check_model(short, full_check=True)
    assert [node.op_type for node in short.graph.node if node.op_type != "Abs"] == ["HardSigmoid"]
    run, expected = open_model(short.SerializeToString()), open_model(model(nodes).SerializeToString())
    np.testing.assert_allclose(run(x)["y"], expected(x)["y"], atol=1e-6)


@pytest.mark.parametrize("nodes", LOOKALIKES.values(), ids=LOOKALIKES.keys())
def test_what_only_looks_like_one_stays(nodes):
    assert [n.op_type for n in shortened(nodes).graph.node] == [n.op_type for n in model(nodes).graph.node]
