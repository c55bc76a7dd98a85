"""The smaller files beside each model, each proved against what it should be equal to."""

import copy
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import nn

from core.files import DATA, write_atomic
from export.calibration import calibration_batches
from export.contracts import READER, Shipped
from export.graph.quantize import half_weights, int8, ort_format
from export.graph.signature import check_operators, check_signature
from export.graph.to_onnx import write
from export.proving.accuracy import Loss, check_losses, measure_loss
from export.proving.ladder import MismatchError
from export.proving.pictures import BATCHES
from export.proving.prove import Subject, climb_whole, identity, outcome
from export.proving.sets import Labelled, answers, sets_for
from export.runtimes.with_onnxruntime import open_model

Entry = dict[str, Any]
ROUNDED = "torch, weights rounded to float16"
LARGEST = BATCHES[-1:]  # the parent was climbed in every batch size; its variants are in one


def write_variants(subject: Subject, parent: Path) -> dict[str, Entry]:
    """Write and prove every smaller file beside `parent`; returns their entries in the record by file name's stem."""
    sets = sets_for(subject.shipped.contract, DATA)
    entries = [write_half(subject, parent), write_ort(subject, parent), write_int8(subject, parent, sets)]
    return {entry["file"].removesuffix(".onnx"): entry for entry in entries}


def write_half(subject: Subject, parent: Path) -> Entry:
    """Half-precision weights; proved on the float32 ladder against the module with its weights rounded alike."""
    model = half_weights(onnx.load(parent))
    file = parent.with_name(f"{subject.shipped.name}.fp16.onnx")
    write(model, file)
    check_signature(model, subject.shipped.contract)
    rungs = climb_whole(replace(subject, module=rounded(subject.module)), model, file, LARGEST)
    entry = outcome(ROUNDED, rungs, subject.shipped.contract)
    return identity(file, subject.weights) | entry


def rounded(module: nn.Module) -> nn.Module:
    """A copy of a module whose layers have their weights and biases rounded to float16."""
    half = copy.deepcopy(module)
    layers = [layer for layer in half.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    with torch.no_grad():
        for parameter in (one for layer in layers for one in layer.parameters()):
            parameter.copy_(parameter.half().float())
    return half


def write_ort(subject: Subject, parent: Path) -> Entry:
    """ONNX Runtime's own format; proved on the float32 ladder against the module."""
    model = onnx.load(parent)
    file = parent.with_name(f"{subject.shipped.name}.ort")
    write_atomic(file, ort_format(model))
    rungs = climb_whole(subject, model, file, LARGEST)
    return identity(file, subject.weights) | outcome("torch", rungs, subject.shipped.contract)


def write_int8(subject: Subject, parent: Path, sets: dict[str, Labelled]) -> Entry:
    """8-bit integers; held to its parent's accuracy, and to the same labels with and without optimisation.

    sets: name -> labelled pictures.
    """
    shipped = subject.shipped
    calibration = calibration_batches(shipped.contract, shipped.calibration_seed)
    model = int8(onnx.load(parent), calibration)
    if shipped.contract == READER:
        model = half_weights(model)  # of the finder, which finds digits elsewhere in 8 bits
    file = parent.with_name(f"{shipped.name}.int8.onnx")
    write(model, file)
    check_signature(model, shipped.contract)
    check_operators(model)
    losses = {}
    for name, labelled in sets.items():
        losses[name] = loss_on(shipped, parent, file, labelled)
        subject.log(f"{file.name}: {name}, {losses[name]}")
    check_losses(file.name, losses)
    return identity(file, subject.weights) | {
        "reference": parent.name,
        "runtime": "onnxruntime",
        "calibration_pictures": sum(map(len, calibration)),
        "pictures": sum(loss.pictures for loss in losses.values()),
        "labels_changed": sum(len(loss.changed) for loss in losses.values()),
        "accuracy": {name: asdict(loss) for name, loss in losses.items()},
    }


def loss_on(shipped: Shipped, parent: Path, file: Path, labelled: Labelled) -> Loss:
    """What quantising cost on one set; MismatchError when labels depend on optimisation."""
    before = answers(open_model(parent), shipped.contract, labelled)
    after = answers(open_model(file), shipped.contract, labelled)
    plain = answers(open_model(file, level="disabled"), shipped.contract, labelled)
    if moved := int((plain != after).sum()):
        raise MismatchError(f"{file.name}: {moved} labels depend on whether ONNX Runtime optimises the file")
    return measure_loss(before, after, labelled.truth)
