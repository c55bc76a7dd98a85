"""A graph is traced once, whichever tests ask for it: torch's exporter takes up to twenty seconds for a recogniser."""

import hashlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import onnx
from torch import nn

from export.contracts import Contract

Traced = Callable[[nn.Module, Contract, int], onnx.ModelProto]
ROOM = "core.net."  # whose code is traced


def traced_once(traced: Traced) -> Traced:
    """`export.graph.to_onnx.traced` that remembers: it keeps the bytes, so that each caller has a graph of its own."""
    kept: dict[str, bytes] = {}

    def once(module: nn.Module, contract: Contract, opset: int) -> onnx.ModelProto:
        asked = fingerprint(module, contract, opset)
        if asked not in kept:
            kept[asked] = traced(module, contract, opset).SerializeToString()
        return onnx.ModelProto.FromString(kept[asked])

    return once


def fingerprint(module: nn.Module, *asked: object) -> str:
    """Of everything that a graph hangs on: classes, settings, modes, weights, and the constants of the traced code."""
    digest = hashlib.sha256(repr((asked, *settings(module), *constants())).encode())
    for name, tensor in (*module.named_parameters(), *module.named_buffers()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().numpy().tobytes())
    return digest.hexdigest()


def settings(module: nn.Module) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Of each part its name, its class, and its attributes, of which the mode is one."""
    for name, part in module.named_modules():
        own = {key: value for key, value in vars(part).items() if not key.startswith("_")}
        yield name, f"{type(part).__module__}.{type(part).__qualname__}", own


def constants() -> Iterator[tuple[str, str, object]]:
    """The constants of the modules that were imported of the room, numbers that a test may have changed among them."""
    for name in sorted(sys.modules):
        if name.startswith(ROOM):
            yield from ((name, key, value) for key, value in sorted(vars(sys.modules[name]).items()) if key.isupper())
