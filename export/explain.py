"""What explains an answer of any model: two graphs without weights, proved against torch on pictures and on answers."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.random import default_rng
from numpy.typing import NDArray
from onnx.helper import set_model_props
from torch import nn

from core.catalogue import EXPLAIN
from core.files import sha256
from core.net.explain import INK, LEAST_FALL, LEAST_SHARE, SIDE_PX, SWEEPS, Changes, Reasons
from core.session import Session, open_session
from export.contracts import Port
from export.graph.to_onnx import LICENCE, OLDEST_IR, OLDEST_OPSET, forget_origin, graph_of, write
from export.proving.ladder import MismatchError, check_shape
from export.proving.pictures import Grey, plain
from export.proving.prove import Log
from export.proving.tolerance import UNIT
from export.runtimes.run import Outputs

Seen = NDArray[np.float32]
Shown = tuple[str, Seen]  # what it is, and (28, 28) in [0, 1]

NAME = "explain"  # what `python -m export --only` calls both
DIGITS = 200  # pictures that are compared, beside those without a digit
ONE_GREY_LEVEL = 1.0  # where a sum falls between two, either is right


@dataclass(frozen=True)
class Graph:
    """One of the files: what makes it, what goes in and what comes out, as in `core.net.explain`; says: metadata."""

    file: str
    title: str
    module: nn.Module
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    says: dict[str, str] = field(default_factory=dict)


SEEN = Port("seen", "float32", (28, 28))
CHANGED = sum(len(sweep.values) for sweep in SWEEPS)
CHANGES = Graph(
    EXPLAIN[0],
    "Pictures to ask a model about, to explain its answer",
    Changes(),
    (SEEN,),
    (Port("occluded", "uint8", ("M", 28, 28)), Port("swept", "uint8", (CHANGED, SIDE_PX, SIDE_PX))),
    {"sweeps": json.dumps([{"name": one.name, "unit": one.unit, "values": one.values} for one in SWEEPS])},
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
    pictures = [*shown(digits[:DIGITS])]
    furthest = prove(folder, pictures)
    return {Path(graph.file).stem: entry(folder / graph.file, len(pictures), furthest[graph.file]) for graph in GRAPHS}


def entry(file: Path, pictures: int, furthest: dict[str, float]) -> dict[str, Any]:
    """What the record says of a file. furthest: the largest difference of each output."""
    return {
        "file": file.name,
        "sha256": sha256(file),
        "bytes": file.stat().st_size,
        "opset": OLDEST_OPSET,
        "reference": "torch",
        "runtime": "onnxruntime",
        "pictures": pictures,
        "largest_difference": furthest,
    }


def to_model(graph: Graph) -> onnx.ModelProto:
    """The graph, with the stated axes, what it is, and nothing that tells where it was made."""
    model = graph_of(graph.module.eval(), graph.inputs, graph.outputs, OLDEST_OPSET)
    model.ir_version = OLDEST_IR
    forget_origin(model)
    for value, port in zip(model.graph.output, graph.outputs, strict=True):
        for dimension, axis in zip(value.type.tensor_type.shape.dim, port.axes, strict=True):
            if isinstance(axis, str):
                dimension.dim_param = axis  # where the exporter writes how it is worked out
    set_model_props(model, {"title": graph.title, "licence": LICENCE} | graph.says)
    return model


def prove(folder: Path, pictures: Iterable[Shown]) -> dict[str, dict[str, float]]:
    """The largest difference of each output of each file; MismatchError where one is larger than allowed.

    The answers are numbers drawn at random, sure and unsure ones: the graphs belong to no model.
    """
    files = {graph.file: open_session(folder / graph.file) for graph in GRAPHS}
    furthest: dict[str, dict[str, float]] = {file: {} for file in files}
    for seed, (where, seen) in enumerate(pictures):
        asked = {"seen": seen} | drawn(seen, seed)
        for graph in GRAPHS:
            so_far = furthest[graph.file]
            for name, difference in compare(where, graph, files[graph.file], asked).items():
                so_far[name] = max(so_far.get(name, 0.0), difference)
    return furthest


def shown(digits: Grey) -> Iterator[Shown]:
    """What a model may have looked at: no digit, and digits."""
    for name, grey in (*plain(1, 28, 28, 0), ("digit", digits)):
        yield from ((name, one.astype(np.float32) / np.float32(255)) for one in grey)


def drawn(seen: Seen, seed: int) -> Outputs:
    """Probabilities as a model might give them, by the names of the inputs that they are for."""
    random = default_rng(seed)
    of = {"probabilities": (), "of_occluded": (int((seen > INK).sum()) + 1,), "of_swept": (CHANGED,)}
    return {name: random.dirichlet(np.full(10, 0.2), shape).astype(np.float32) for name, shape in of.items()}


def compare(where: str, graph: Graph, session: Session, asked: Outputs) -> dict[str, float]:
    """The largest difference of each output; MismatchError for another shape, kind or value, or what is no number."""
    expected, found = in_torch(graph, asked), in_session(graph, session, asked)
    limits, differences = allowed(asked), {}
    for port in graph.outputs:
        a, b = expected[port.name], found[port.name]
        check_shape(where, port, len(a), expected, found)
        difference = float(np.abs(a.astype(np.float64) - b.astype(np.float64)).max(initial=0.0))
        if not difference <= limits[port.name]:
            raise MismatchError(
                f"{graph.file}: {where}: {port.name} differs by {difference:.3g}, allowed {limits[port.name]:.3g}"
            )
        differences[port.name] = difference
    return differences


def in_torch(graph: Graph, asked: Outputs) -> Outputs:
    with torch.inference_mode():
        found = graph.module(*(torch.from_numpy(asked[port.name]) for port in graph.inputs))
    return {port.name: one.numpy() for port, one in zip(graph.outputs, found, strict=True)}


def in_session(graph: Graph, session: Session, asked: Outputs) -> Outputs:
    names = [port.name for port in graph.outputs]
    return dict(zip(names, session.run(names, {port.name: asked[port.name] for port in graph.inputs}), strict=True))


def allowed(asked: Outputs) -> dict[str, float]:
    """The allowed difference of each output; of heat it follows from the answers.

    Either side rounds each of two logarithms by up to a unit in its last place, 2 x UNIT; the largest fall, which
    divides, carries the same. What is left is the division's own rounding.
    """
    shares = asked["of_occluded"][:, asked["probabilities"].argmax()].astype(np.float64)
    logs = np.log(np.maximum(shares, LEAST_SHARE))
    fall = max(float(np.abs(logs[-1] - logs).max()), LEAST_FALL)
    heat = (16 * float(np.abs(logs).max()) / fall + 4) * UNIT
    return {"occluded": 0.0, "swept": ONE_GREY_LEVEL, "heat": heat, "shares": 0.0, "digits": 0.0}
