"""Proves a written file against the torch module that it was made from, rung by rung, and says so in a record."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import nn

from core.files import sha256
from core.net.recognizer import Recognizer
from export.contracts import NET, Contract, Shipped
from export.graph.inner_net import cut_net
from export.graph.signature import check_operators, check_signature, check_source
from export.proving.ladder import MismatchError, Rung, climb
from export.proving.layers import first_difference, fold_batch_norms, trace_file, trace_net
from export.proving.margin import margin
from export.proving.pictures import BATCHES, Case, Grey, cases
from export.proving.tolerance import SEEN, allowed, of_net
from export.runtimes.with_onnxruntime import open_model
from export.runtimes.with_torch import wrap

Log = Callable[[str], None]


@dataclass(frozen=True)
class Subject:
    """What a file is proved against.

    module:  the torch module, in evaluation mode.
    weights: the file that the module was read from.
    digits:  (M, 28, 28) uint8, ink 255; every one of them is compared.
    log:     is told each step before it is taken.
    others:  more pictures to compare, beside those that every ladder shows.
    ties:    whether labels may change between scores that are as good as equal, see `export.proving.ladder.climb`.
    """

    shipped: Shipped
    module: nn.Module
    weights: Path
    digits: Grey
    log: Log
    others: tuple[Case, ...] = ()
    ties: bool = False


def prove(subject: Subject, file: Path) -> dict[str, Any]:
    """Climb the whole ladder for one file; returns its entry in the record, MismatchError on the first difference."""
    model = onnx.load(file)
    contract = subject.shipped.contract
    check_signature(model, contract)
    check_operators(model)
    check_source({entry.key: entry.value for entry in model.metadata_props}, subject.weights)
    rungs = climb_whole(subject, model, file)
    proofs = {"margin": margin(rungs, contract.scores)}
    if isinstance(subject.module, Recognizer):
        proofs["margin_of_net"] = margin(climb_net(subject, subject.module, model), NET.scores)
    for name, proof in proofs.items():
        subject.log(f"{file.name}, {name.replace('_', ' ')}: {proof}")
    return {
        **identity(file, subject.weights),
        "opset": next(entry.version for entry in model.opset_import if not entry.domain),
        **outcome("torch", rungs, contract),
        **{name: asdict(proof) | {"holds": proof.holds, "sentence": str(proof)} for name, proof in proofs.items()},
    }


def identity(file: Path, weights: Path) -> dict[str, Any]:
    """Which file an entry of the record speaks of, and what it was made from."""
    return {
        "file": file.name,
        "sha256": sha256(file),
        "bytes": file.stat().st_size,
        "weights": weights.name,
        "weights_sha256": sha256(weights),
    }


def outcome(reference: str, rungs: list[Rung], contract: Contract) -> dict[str, Any]:
    """What climbing came to: pictures, largest difference of each output, changed labels, and every rung."""
    return {
        "reference": reference,
        "runtime": "onnxruntime",
        "pictures": max(rung.pictures for rung in rungs),
        "largest_difference": {
            port.name: max(rung.differences[port.name] for rung in rungs) for port in contract.outputs
        },
        "labels_changed": sum(rung.labels_changed for rung in rungs),
        "rungs": [asdict(rung) for rung in rungs],
    }


def climb_whole(subject: Subject, model: onnx.ModelProto, file: Path, batches: tuple[int, ...] = BATCHES) -> list[Rung]:
    """The file as its users call it, against the module; `model` is its graph, to search when they differ."""
    contract, module = subject.shipped.contract, subject.module
    more = (replace(case, batches=batches) for case in subject.others)
    steps = told(chain(cases(contract, subject.digits, batches), more), file.name, subject.log)
    try:
        limits = allowed(contract, module)
        return climb(wrap(module, contract), open_model(file), contract, steps, limits, ties=subject.ties)
    except MismatchError as mismatch:
        raise MismatchError(f"{mismatch}{where_it_starts(module, model, mismatch)}") from mismatch


def climb_net(subject: Subject, module: Recognizer, model: onnx.ModelProto) -> list[Rung]:
    """The net inside a recogniser's file, cut out of the graph, against the net inside the module."""
    cut = cut_net(model)
    steps = told(cases(NET, subject.digits), "the net inside", subject.log)
    run = open_model(cut.SerializeToString())
    try:
        return climb(wrap(module.net, NET), run, NET, steps, allowed(NET, module.net), ties=subject.ties)
    except MismatchError as mismatch:
        raise MismatchError(f"the net inside: {mismatch}{where_it_starts(module.net, cut, mismatch)}") from mismatch


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
