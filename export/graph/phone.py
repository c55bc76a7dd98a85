"""A graph of one size in the operators that phones' accelerators have, so that one of them runs all of it.

Each operator that ONNX Runtime's lists for CoreML (MLProgram) or NNAPI lack is said with those that both have. Numbers
move by rounding alone, but for the mean of the largest: that is found to within 1/32768 of the largest.
"""

import numpy as np
from onnx import ModelProto, NodeProto
from onnx.helper import make_node

from export.graph.sheet import Replace, Sheet, attributes, rewritten
from export.runtimes.run import Array

STEEP = 1e9  # slope of a step: what lies nearer to it than 1e-9 is between 0 and 1
GRID, ROUNDS = 32, 3  # thresholds that are tried at once, and how often between two of the last ones


def for_phones(model: ModelProto) -> ModelProto:
    """The model, in place; it has one size, and its constants are folded. Of operator set 18 or later."""
    return rewritten(rewritten(model, CHOICES), OPERATORS)


def with_own_factors(model: ModelProto) -> ModelProto:
    """The model, in place, with a constant of its own for each matrix product: OpenCV 4 takes none that two share."""
    constants, met = {tensor.name: tensor for tensor in model.graph.initializer}, set[str]()
    for node in model.graph.node:
        for place, name in enumerate(node.input):
            if node.op_type == "MatMul" and name in constants and name in met:
                copied = model.graph.initializer.add()
                copied.CopyFrom(constants[name])
                copied.name = node.input[place] = f"{name}_of_{node.output[0]}"
            met.add(name)
    return model


def _step(sheet: Sheet, value: str, at_zero: float, output: str = "") -> str:
    """1 where a value is above 0, 0 below it."""
    return _ramp(sheet, value, STEEP, at_zero, output)


def _ramp(sheet: Sheet, value: str, alpha: float, beta: float, output: str = "") -> str:
    """A value times alpha and plus beta, held between 0 and 1."""
    risen = sheet.add("Mul", value, alpha)
    if beta:
        risen = sheet.add("Add", risen, beta)
    return sheet.add("Clip", risen, 0.0, 1.0, output=output)


def _greater(node: NodeProto, sheet: Sheet) -> None:
    difference = sheet.add("Sub", *node.input)
    sheet.truths.add(_step(sheet, difference, 1.0 if node.op_type == "GreaterOrEqual" else 0.0, node.output[0]))


def _cast(node: NodeProto, sheet: Sheet) -> None:
    """A truth is a number already: what makes one of it does nothing."""
    if node.input[0] in sheet.truths:
        sheet.add("Mul", node.input[0], 1.0, output=node.output[0])
    else:
        sheet.nodes.append(node)


def _where(node: NodeProto, sheet: Sheet) -> None:
    truth, yes, no = node.input
    if no in sheet.constants and not sheet.constants[no].any():
        sheet.add("Mul", truth, yes, output=node.output[0])
    else:
        sheet.add("Add", no, sheet.add("Mul", truth, sheet.add("Sub", yes, no)), output=node.output[0])


def _abs(node: NodeProto, sheet: Sheet) -> None:
    sheet.add("Max", node.input[0], sheet.add("Mul", node.input[0], -1.0), output=node.output[0])


def _negative(node: NodeProto, sheet: Sheet) -> None:
    sheet.add("Mul", node.input[0], -1.0, output=node.output[0])


def _smaller(node: NodeProto, sheet: Sheet) -> None:
    one, other = node.input
    beyond = sheet.add("Relu", sheet.add("Sub", other, one))
    sheet.add("Sub", other, beyond, output=node.output[0])


def _floor(node: NodeProto, sheet: Sheet) -> None:
    """Some whole numbers are rounded to the one below: what is built on it is continuous there."""
    sheet.add("Round", sheet.add("Sub", node.input[0], 0.5), output=node.output[0])


def _hard_sigmoid(node: NodeProto, sheet: Sheet) -> None:
    how = attributes(node)
    _ramp(sheet, node.input[0], how.get("alpha", 0.2), how.get("beta", 0.5), node.output[0])


def _reduced(node: NodeProto, sheet: Sheet) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The shape of what a reduction takes, and its axes from 0."""
    shape = sheet.shapes[node.input[0]]
    named = sheet.constants[node.input[1]].ravel().tolist() if len(node.input) > 1 else range(len(shape))
    return shape, tuple(sorted(axis % len(shape) for axis in named))


def _sum(node: NodeProto, sheet: Sheet) -> None:
    shape, axes = _reduced(node, sheet)
    mean = sheet.add("ReduceMean", *node.input, keepdims=attributes(node).get("keepdims", 1))
    sheet.add("Mul", mean, float(np.prod([shape[axis] for axis in axes])), output=node.output[0])


def _largest(node: NodeProto, sheet: Sheet) -> None:
    """A largest value along the last axes, by a pool; of a picture (N, H, W) or (N, C, H, W)."""
    shape, axes = _reduced(node, sheet)
    if axes == (1,) and len(shape) == 4:
        parts = [f"{node.output[0]}_{place}" for place in range(shape[1])]
        sheet.nodes.append(_split(node.input[0], parts, axis=1))
        sheet.add("Max", *parts, output=node.output[0])
        return
    kernel = [shape[axis] if axis in axes else 1 for axis in (len(shape) - 2, len(shape) - 1)]
    four = node.input[0] if len(shape) == 4 else sheet.add("Unsqueeze", node.input[0], sheet.constant(np.array([1])))
    keeps = attributes(node).get("keepdims", 1)
    pooled = sheet.add("MaxPool", four, kernel_shape=kernel, output=node.output[0] if keeps and len(shape) == 4 else "")
    if not (keeps and len(shape) == 4):
        left = [length for axis, length in enumerate(shape) if axis not in axes or keeps]
        sheet.add("Reshape", pooled, sheet.constant(np.array(left, np.int64)), output=node.output[0])


def _split(name: str, parts: list[str], axis: int) -> NodeProto:
    return make_node("Split", [name], parts, axis=axis, num_outputs=len(parts))


def _pad(node: NodeProto, sheet: Sheet) -> None:
    """Cells around the last two axes, of 0 or of the edge again, by matrices that pick them."""
    shape, mode = sheet.shapes[node.input[0]], attributes(node).get("mode", b"constant")
    pads = sheet.constants[node.input[1]].tolist()
    before, after = pads[: len(shape)][-2:], pads[len(shape) :][-2:]
    value = sheet.constants[node.input[2]].item() if len(node.input) > 2 and node.input[2] else 0
    taken = node.input[0] if not value else sheet.add("Sub", node.input[0], value)
    rows, columns = (
        _picks(length, first, last, mode == b"edge")
        for length, first, last in zip(shape[-2:], before, after, strict=True)
    )
    wider = sheet.add("MatMul", taken, sheet.constant(columns.T.copy()))
    padded = sheet.add("MatMul", sheet.constant(rows), wider, output="" if value else node.output[0])
    if value:
        sheet.add("Add", padded, value, output=node.output[0])


def _picks(length: int, before: int, after: int, edge: bool) -> Array:
    """(before + length + after, length) float32: a 1 in each row at the cell that it picks; none beyond the edge."""
    place = np.arange(-before, length + after)
    picks = np.eye(length, dtype=np.float32)[place.clip(0, length - 1)]
    inside = (place >= 0) & (place < length)
    return picks if edge else picks * inside[:, None].astype(np.float32)


def _sigmoid(node: NodeProto, sheet: Sheet) -> None:
    """Of a logarithm of a sum of exponentials: what softmax leaves to the others of one more class with logit 0."""
    before = next((one for one in sheet.nodes if one.output[0] == node.input[0]), None)
    if before is None or before.op_type != "ReduceLogSumExp":
        sheet.nodes.append(node)
        return
    logits = before.input[0]
    pictures, classes = sheet.shapes[logits]
    zero = sheet.constant(np.zeros((pictures, 1), np.float32))
    shares = sheet.add("Softmax", sheet.add("Concat", logits, zero, axis=1), axis=1)
    ends = [sheet.constant(np.array([value])) for value in (classes, classes + 1, 1)]
    left = sheet.add("Slice", shares, *ends)
    flat = sheet.add("Reshape", left, sheet.constant(np.array(sheet.shapes[node.output[0]], np.int64)))
    sheet.add("Sub", 1.0, flat, output=node.output[0])


def _mean_of_largest(node: NodeProto, sheet: Sheet) -> None:
    """The mean of the K largest: t + sum(relu(x - t)) / K for the K-th largest, t, which is looked for from above.

    source: Rockafellar and Uryasev 2000, Optimization of Conditional Value-at-Risk (the sum).
    """
    before = next((one for one in sheet.nodes if one.output[0] == node.input[0]), None)
    if before is None or before.op_type != "TopK":
        sheet.nodes.append(node)
        return
    values, count = before.input[0], int(sheet.constants[before.input[1]].item())
    cells = sheet.shapes[values][-1]
    most = sheet.add("MaxPool", values, kernel_shape=[1, cells])
    above = _just_above(sheet, values, most, count / cells, cells)
    beyond = sheet.add("ReduceMean", sheet.add("Relu", sheet.add("Sub", values, above)), sheet.constant(np.array([3])))
    sheet.add("Add", above, sheet.add("Mul", beyond, cells / count), output=node.output[0])


def _just_above(sheet: Sheet, values: str, most: str, share: float, cells: int) -> str:
    """The lowest threshold that fewer than a share of the cells exceed, to within 1 / GRID**ROUNDS of the largest."""
    above = most
    for done in range(ROUNDS):
        step = GRID ** -(done + 1)
        below = (np.arange(1, GRID + 1, dtype=np.float32) * np.float32(step)).reshape(1, 1, GRID, 1)
        tried = sheet.add("Sub", above, sheet.add("Mul", most, sheet.constant(below)))
        over = _step(sheet, sheet.add("Sub", values, tried), 0.0)
        met = sheet.add("ReduceMean", over, sheet.constant(np.array([3])))
        enough = _ramp(sheet, met, 4.0 * cells, 2.5 - 4 * share * cells)
        found = sheet.add("ReduceMean", enough, sheet.constant(np.array([2])))
        down = sheet.add("Mul", sheet.add("Sub", 1.0, found), step * GRID)
        above = sheet.add("Sub", above, sheet.add("Mul", most, down))
    return above


# first what looks back at the node before it, or makes what the others say again
CHOICES: dict[str, Replace] = {
    "Sigmoid": _sigmoid,
    "ReduceMean": _mean_of_largest,
    "Greater": _greater,
    "GreaterOrEqual": _greater,
    "Cast": _cast,
    "Where": _where,
}
OPERATORS: dict[str, Replace] = {
    "Abs": _abs,
    "Neg": _negative,
    "Min": _smaller,
    "Floor": _floor,
    "HardSigmoid": _hard_sigmoid,
    "ReduceSum": _sum,
    "ReduceMax": _largest,
    "Pad": _pad,
}
