"""Writes the graphs: one self-contained file each, the same bytes wherever and whenever it is written."""

import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any

import onnx
import onnx_ir as ir
import torch
from onnx.helper import set_model_props
from torch import Tensor, nn
from torch.export import Dim

from core.catalogue import AS_IT_SHIPS, Build
from core.files import sha256, write_atomic
from core.net.checkpoint import load_net
from core.net.model import CLASSES
from core.net.reader import Reader, load_reader
from core.net.recognizer import Recognizer, load_recognizer
from core.refusals import RefusalError
from export.contracts import FINDER, READER, RECOGNIZER, Contract, Port, Shipped
from export.graph.fixed import fixed_contract, of_one_form, of_one_size
from export.graph.older import NATIVE, lowered, with_oldest_format
from export.graph.ramps import one_node_each

OPSET, IR = 20, 10  # what torch's exporter writes without converting; onnx's reference evaluator needs 19 for 8 bits
OLDEST_OPSET, OLDEST_IR = 18, 8  # of readers: what ONNX Runtime knows since 1.14
LICENCE = "MIT"


class ExportError(RefusalError):
    """A model that cannot be exported as promised; the message says what was found and what is expected."""


def load_module(shipped: Shipped, weights: Path) -> tuple[nn.Module, dict[str, Any]]:
    """The torch module behind a shipped model, in evaluation mode, with its weights' history."""
    net, history = load_net(weights)
    if shipped.contract == READER:
        return load_reader(weights.with_name(FINDER), weights), history
    if shipped.contract != RECOGNIZER:
        return net, history
    if "calibration" not in history:
        raise ExportError(
            f"{weights.name}: its history holds no calibration; `digits export RUN` calibrates a run and exports it, "
            "`digits publish NAME RUN` ships it"
        )
    return load_recognizer(weights), history


def properties(shipped: Shipped, module: nn.Module, weights: Path, history: dict[str, Any]) -> dict[str, str]:
    """What the file says about itself: title, classes, licence, source weights, test result and calibration."""
    says = {
        "title": shipped.title,
        "classes": ",".join(map(str, range(CLASSES))),
        "licence": LICENCE,
        "source_weights_sha256": sha256(weights),
    }
    if (test := history.get("test")) and not isinstance(module, Reader):
        says["test_error"] = f"{test['wrong']} wrong of {test['n']}"
    if isinstance(module, Reader):
        says["finder_weights_sha256"] = sha256(weights.with_name(FINDER))
    if isinstance(module, Recognizer | Reader):
        says |= {name: str(value) for name, value in asdict(module.calibration).items()}
    return says


def to_model(
    module: nn.Module, contract: Contract, says: dict[str, str], build: Build = AS_IT_SHIPS
) -> onnx.ModelProto:
    """Trace `module` into a graph with the contract's names and axes, and nothing that tells where it was made."""
    opset, ir_version = (OLDEST_OPSET, OLDEST_IR) if contract == READER else (OPSET, IR)
    if build.size:
        module, contract = of_one_form(module, build), fixed_contract(contract, build)
    model = traced(module, contract, max(build.operators or opset, NATIVE))
    model.ir_version = ir_version
    forget_origin(model)
    set_model_props(model, says)
    if build.size:
        model = of_one_size(model, build)
    return in_operator_set(model, build.operators) if build.operators else model


def in_operator_set(model: onnx.ModelProto, opset: int) -> onnx.ModelProto:
    """The model in the operator set that was asked for, in the oldest file format that has it."""
    return lowered(model, opset) if opset < NATIVE else with_oldest_format(model, opset)


def traced(module: nn.Module, contract: Contract, opset: int) -> onnx.ModelProto:
    """The graph of a module that takes one input."""
    return graph_of(module, (contract.image,), contract.outputs, opset)


def graph_of(module: nn.Module, inputs: tuple[Port, ...], outputs: tuple[Port, ...], opset: int) -> onnx.ModelProto:
    """What torch's exporter makes of a module, with few operators."""
    program = torch.onnx.export(
        module,
        tuple(map(example, inputs)),
        dynamo=True,
        external_data=False,
        opset_version=opset,
        input_names=[port.name for port in inputs],
        output_names=[port.name for port in outputs],
        dynamic_shapes=tuple(
            {i: Dim(axis) for i, axis in enumerate(port.axes) if isinstance(axis, str)} for port in inputs
        ),
        verbose=False,
    )
    assert program is not None
    return ir.to_proto(one_node_each(program.model))


def example(port: Port) -> Tensor:
    """A blank input; its free axes differ and exceed 1, so that the tracer ties none of them to a number."""
    free = iter((3, 37, 41))
    shape = [next(free) if isinstance(axis, str) else axis for axis in port.axes]
    return torch.zeros(shape, dtype=getattr(torch, port.dtype))


def forget_origin(model: onnx.ModelProto) -> None:
    """Clear stack traces, tracer names and inferred shapes: they hold local paths and change between runs."""
    graph = model.graph
    del graph.value_info[:]
    del graph.metadata_props[:]
    for part in (*graph.node, *graph.input, *graph.output, *graph.initializer):
        del part.metadata_props[:]
        part.ClearField("doc_string")


def write(model: onnx.ModelProto, path: Path, build: Build = AS_IT_SHIPS) -> None:
    """Check and write a model as one file, atomically; ExportError when the written file is not of one operator set."""
    accepted = (build.operators,) if build.operators else (OPSET, OLDEST_OPSET)
    onnx.checker.check_model(model, full_check=True)
    write_atomic(path, model.SerializeToString(deterministic=True))
    written = onnx.load(path, load_external_data=False)
    opsets = {entry.domain: entry.version for entry in written.opset_import}
    if opsets.keys() != {""} or opsets[""] not in accepted:
        raise ExportError(
            f"{path.name}: written with operator sets {opsets}, "
            f"expected only {' or '.join(map(str, accepted))} of the default domain"
        )
    outside = [tensor.name for tensor in written.graph.initializer if tensor.external_data]
    if outside:
        raise ExportError(f"{path.name}: tensors {outside} lie in another file; expected one self-contained file")


def export(shipped: Shipped, weights_dir: Path, out: Path, build: Build = AS_IT_SHIPS) -> tuple[nn.Module, Path]:
    """Write one shipped model; returns the torch module that it must agree with, and the file."""
    weights = weights_dir / shipped.weights
    module, history = load_module(shipped, weights)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning)  # torch's exporter about its own internals
        model = to_model(module, shipped.contract, properties(shipped, module, weights, history), build)
    path = out / f"{shipped.name}{build.ending}"
    write(model, path, build)
    return module, path
