"""Ramps as one operator each: runtimes spend as long on the number of a recogniser's operators as on its pixels.

torch writes `((x - start) / width).clamp(0, 1)` and `(1 - x.abs()).relu()` as two or three nodes, having no name for
what ONNX calls HardSigmoid: alpha * x + beta, held between 0 and 1.
"""

from collections.abc import Callable
from typing import Protocol

import onnx_ir as ir
from onnx_ir.convenience import get_const_tensor
from onnxscript.rewriter import pattern, rewrite


class Operators(Protocol):
    """ONNX's operators by name, as the rewriter hands them over."""

    def __getattr__(self, name: str) -> Callable[..., ir.Value]: ...


def one_node_each(model: ir.Model) -> ir.Model:
    """The model with HardSigmoid in place of every ramp and triangle."""
    return rewrite(
        model, [pattern.RewriteRule(ramp, short_ramp, of_numbers), pattern.RewriteRule(triangle, short_triangle)]
    )


def ramp(op: Operators, x: ir.Value, start: ir.Value, width: ir.Value) -> ir.Value:
    return op.Clip(op.Div(op.Sub(x, start), width), 0.0, 1.0)


def of_numbers(_: object, start: ir.Value, width: ir.Value, **_others: ir.Value) -> bool:
    return all((constant := get_const_tensor(value)) is not None and constant.size == 1 for value in (start, width))


def short_ramp(op: Operators, x: ir.Value, start: ir.Value, width: ir.Value) -> ir.Value:
    rise = 1 / number(width)
    return op.HardSigmoid(x, alpha=rise, beta=-rise * number(start))


def number(constant: ir.Value) -> float:
    tensor = get_const_tensor(constant)
    assert tensor is not None
    return float(tensor.numpy().item())


def triangle(op: Operators, x: ir.Value) -> ir.Value:
    return op.Relu(op.Sub(1.0, op.Abs(x)))


def short_triangle(op: Operators, x: ir.Value) -> ir.Value:
    return op.HardSigmoid(op.Abs(x), alpha=-1.0, beta=1.0)
