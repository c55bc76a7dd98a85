"""Proves a written file against the torch module that it was made from, rung by rung, and says so in a record."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import nn

from core.checkpoint import sha256
from core.recognizer import Recognizer
from export.contracts import NET, Shipped
from export.inner_net import cut_net
from export.ladder import MismatchError, Rung, climb
from export.layers import first_difference, fold_batch_norms, trace_file, trace_net
from export.margin import margin
from export.pictures import Case, Grey, cases
from export.runtimes.with_onnxruntime import open_model
from export.runtimes.with_torch import wrap
from export.signature import check_operators, check_signature, check_source
from export.tolerance import SEEN, allowed, of_net

Log = Callable[[str], None]


def prove(shipped: Shipped, module: nn.Module, file: Path, weights: Path, digits: Grey, log: Log) -> dict[str, Any]:
    """Climb the whole ladder for one file; returns its entry in the record, MismatchError on the first difference.

    digits: (M, 28, 28) uint8, ink 255; every one of them is compared.
    """
    model = onnx.load(file)
    check_signature(model, shipped.contract)
    check_operators(model)
    check_source(model, weights)
    rungs = climb_whole(shipped, module, model, file, digits, log)
    proofs = {"margin": margin(rungs, shipped.contract.scores)}
    if isinstance(module, Recognizer):
        proofs["margin_of_net"] = margin(climb_net(module, model, digits, log), NET.scores)
    for name, proof in proofs.items():
        log(f"{shipped.name}, {name.replace('_', ' ')}: {proof}")
    return {
        "file": file.name,
        "sha256": sha256(file),
        "bytes": file.stat().st_size,
        "weights": weights.name,
        "weights_sha256": sha256(weights),
        "opset": next(entry.version for entry in model.opset_import if not entry.domain),
        "reference": "torch",
        "runtime": "onnxruntime",
        "pictures": max(rung.pictures for rung in rungs),
        "largest_difference": {
            port.name: max(rung.differences[port.name] for rung in rungs) for port in shipped.contract.outputs
        },
        "labels_changed": sum(rung.labels_changed for rung in rungs),
        **{name: asdict(proof) | {"holds": proof.holds, "sentence": str(proof)} for name, proof in proofs.items()},
        "rungs": [asdict(rung) for rung in rungs],
    }


def climb_whole(
    shipped: Shipped, module: nn.Module, model: onnx.ModelProto, file: Path, digits: Grey, log: Log
) -> list[Rung]:
    """The file as its users call it, against the module."""
    steps = told(cases(shipped.contract, digits), shipped.name, log)
    reference = wrap(module, shipped.contract)
    try:
        return climb(reference, open_model(file), shipped.contract, steps, allowed(shipped.contract, module))
    except MismatchError as mismatch:
        raise MismatchError(f"{mismatch}{where_it_starts(module, model, mismatch)}") from mismatch


def climb_net(module: Recognizer, model: onnx.ModelProto, digits: Grey, log: Log) -> list[Rung]:
    """The net inside a recogniser's file, cut out of the graph, against the net inside the module."""
    net = cut_net(model)
    steps = told(cases(NET, digits), "the net inside", log)
    try:
        return climb(wrap(module.net, NET), open_model(net.SerializeToString()), NET, steps, allowed(NET, module.net))
    except MismatchError as mismatch:
        raise MismatchError(f"the net inside: {mismatch}{where_it_starts(module.net, net, mismatch)}") from mismatch


def told(steps: Iterable[Case], name: str, log: Log) -> Iterator[Case]:
    """Pass the cases on, saying each before it is climbed."""
    for case in steps:
        log(f"{name}: {case.name}, {len(case.images)} pictures in batches of {', '.join(map(str, case.batches))}")
        yield case


def where_it_starts(module: nn.Module, model: onnx.ModelProto, mismatch: MismatchError) -> str:
    """The first layer that differs on the picture of a mismatch, as the rest of a sentence.

    A recogniser's net is judged on the `seen` that the file made, so that an earlier fault is not blamed on it.
    """
    if mismatch.image is None:
        return ""
    net, image = module, mismatch.image
    if isinstance(module, Recognizer):
        net, image = module.net, open_model(model.SerializeToString())(image)["seen"][:, None]
        with torch.inference_mode():
            seen = module.preprocess(torch.from_numpy(mismatch.image))[0][:, None].numpy()
        if not np.abs(image - seen).max() <= SEEN:
            return "\nfirst the preprocessing: `seen` differs before any layer of the net"
    found = trace_file(model, mismatch.image)
    sentence = first_difference(fold_batch_norms(trace_net(net, image), found), found, of_net(net))
    return f"\nfirst {sentence}" if sentence else "\nevery layer of the net agrees on this picture"
