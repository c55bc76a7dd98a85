"""What explains an answer of any model: two graphs without weights, proved against torch on pictures and on answers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.random import default_rng
from onnx.helper import set_model_props
from torch import nn

from core.catalogue import EXPLAIN
from core.files import sha256
from core.net.explain import LEAST_FALL, LEAST_SHARE, SWEEPS, Changes, Reasons
from export.contracts import Port
from export.graph.to_onnx import LICENCE, OLDEST_IR, OLDEST_OPSET, forget_origin, graph_of, write
from export.proving.ladder import MismatchError, check_shape
from export.proving.pictures import Grey, plain
from export.proving.prove import Log
from export.proving.tolerance import UNIT
from export.runtimes.run import Array, Outputs
from export.runtimes.with_onnxruntime import session

NAME = "explain"  # what `python -m export --only` calls both
DIGITS = 200  # pictures that are compared, beside those without a digit
ONE_GREY_LEVEL = 1.0  # where a sum falls between two, either is right


@dataclass(frozen=True)
class Graph:
    """One of the files: what makes it, what goes in and what comes out, as in `core.net.explain`."""

    file: str
    title: str
    module: nn.Module
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]


SEEN = Port("seen", "float32", (28, 28))
OCCLUDED, SWEPT = Port("occluded", "uint8", ("M", 28, 28)), Port("swept", "uint8", (53, 168, 168))
CHANGES = Graph(
    EXPLAIN[0], "Pictures to ask a model about, to explain its answer", Changes(), (SEEN,), (OCCLUDED, SWEPT)
)
REASONS = Graph(
    EXPLAIN[1],
    "What a model's answers to those pictures say",
    Reasons(),
    (
        SEEN,
        Port("probabilities", "float32", (10,)),
        Port("of_occluded", "float32", ("M", 10)),
        Port("of_swept", "float32", ("K", 10)),
    ),
    (Port("heat", "float32", (28, 28)), Port("shares", "float32", ("K",)), Port("digits", "int64", ("K",))),
)
GRAPHS = (CHANGES, REASONS)


def export_explain(folder: Path, digits: Grey, log: Log) -> dict[str, dict[str, Any]]:
    """Write both files into `folder` and prove them; their entries of the record. MismatchError where they differ.

    digits: (M, 28, 28) uint8, ink 255.
    """
    for graph in GRAPHS:
        write(to_model(graph), folder / graph.file)
    log(f"{' and '.join(EXPLAIN)}: proving them against torch")
    furthest, pictures = prove(folder, digits[:DIGITS])
    return {
        graph.file.removesuffix(".onnx"): {
            "file": graph.file,
            "sha256": sha256(folder / graph.file),
            "bytes": (folder / graph.file).stat().st_size,
            "opset": OLDEST_OPSET,
            "reference": "torch",
            "runtime": "onnxruntime",
            "pictures": pictures,
            "largest_difference": {port.name: furthest[port.name] for port in graph.outputs},
        }
        for graph in GRAPHS
    }


def to_model(graph: Graph) -> onnx.ModelProto:
    """The graph, with the contract's axes, what it is, and nothing that tells where it was made."""
    model = graph_of(graph.module.eval(), graph.inputs, graph.outputs, OLDEST_OPSET)
    model.ir_version = OLDEST_IR
    forget_origin(model)
    for value, port in zip(model.graph.output, graph.outputs, strict=True):
        for dimension, axis in zip(value.type.tensor_type.shape.dim, port.axes, strict=True):
            if isinstance(axis, str):
                dimension.dim_param = axis  # where the exporter writes how it is worked out
    set_model_props(model, {"title": graph.title, "licence": LICENCE} | sweeps(graph))
    return model


def sweeps(graph: Graph) -> dict[str, str]:
    """What the swept pictures are, told by the file that makes them: JSON of each sweep's name, unit and values."""
    if SWEPT not in graph.outputs:
        return {}
    return {"sweeps": json.dumps([{"name": one.name, "unit": one.unit, "values": one.values} for one in SWEEPS])}


def prove(folder: Path, digits: Grey) -> tuple[dict[str, float], int]:
    """The largest difference of each output, and of how many pictures; MismatchError where one is larger than allowed.

    The answers are numbers drawn at random, sure and unsure ones: the graphs belong to no model.
    """
    files = {graph.file: session(folder / graph.file) for graph in GRAPHS}
    furthest: dict[str, float] = {}
    pictures = [*shown(digits)]
    for at, (where, seen) in enumerate(pictures):
        asked = {"seen": seen}
        for graph in GRAPHS:
            expected, found = in_torch(graph, asked), in_session(files[graph.file], graph, asked)
            for name, difference in compare(where, graph, expected, found, allowed(asked)).items():
                furthest[name] = max(furthest.get(name, 0.0), difference)
            asked = asked if graph is REASONS else asked | drawn(len(expected["occluded"]), len(expected["swept"]), at)
    return furthest, len(pictures)


def shown(digits: Grey) -> Iterator[tuple[str, Array]]:
    """What a model may have looked at, (28, 28) float32 in [0, 1]: no digit, and digits."""
    for name, grey in (*plain(1, 28, 28, 0), ("digit", digits)):
        yield from ((name, one.astype(np.float32) / np.float32(255)) for one in grey)


def drawn(occluded: int, swept: int, seed: int) -> Outputs:
    """Probabilities as a model might give them, by the names of the inputs that they are for."""
    random = default_rng(seed)
    of = {"probabilities": (), "of_occluded": (occluded,), "of_swept": (swept,)}
    return {name: random.dirichlet(np.full(10, 0.2), shape).astype(np.float32) for name, shape in of.items()}


def in_torch(graph: Graph, asked: Outputs) -> Outputs:
    with torch.inference_mode():
        found = graph.module(*(torch.from_numpy(asked[port.name]) for port in graph.inputs))
    return {port.name: one.numpy() for port, one in zip(graph.outputs, found, strict=True)}


def in_session(opened: Any, graph: Graph, asked: Outputs) -> Outputs:  # noqa: ANN401 (onnxruntime has no types)
    names = [port.name for port in graph.outputs]
    return dict(zip(names, opened.run(names, {port.name: asked[port.name] for port in graph.inputs}), strict=True))


def allowed(asked: Outputs) -> dict[str, float]:
    """The allowed difference of each output; of heat it follows from the answers.

    Either side rounds each of two logarithms by up to a unit in its last place, 2 x UNIT; the largest fall, which
    divides, carries the same. What is left is the division's own rounding.
    """
    limits = {"occluded": 0.0, "swept": ONE_GREY_LEVEL, "shares": 0.0, "digits": 0.0}
    if "of_occluded" not in asked:
        return limits
    shares = asked["of_occluded"][:, asked["probabilities"].argmax()].astype(np.float64)
    logs = np.log(np.maximum(shares, LEAST_SHARE))
    fall = max(float(np.abs(logs[-1] - logs).max()), LEAST_FALL)
    return limits | {"heat": (16 * float(np.abs(logs).max()) / fall + 4) * UNIT}


def compare(where: str, graph: Graph, expected: Outputs, found: Outputs, limits: dict[str, float]) -> dict[str, float]:
    """The largest difference of each output; MismatchError for another shape, kind or value, or what is no number."""
    differences = {}
    for port in graph.outputs:
        a, b = expected[port.name], found[port.name]
        check_shape(where, port, len(a), expected, found)
        differences[port.name] = float(np.abs(a.astype(np.float64) - b.astype(np.float64)).max(initial=0.0))
        if not differences[port.name] <= limits[port.name]:
            raise MismatchError(
                f"{graph.file}: {where}: {port.name} differs by {differences[port.name]:.3g}, "
                f"allowed {limits[port.name]:.3g}"
            )
    return differences
