"""Smaller files of the same model: half-precision weights, 8-bit integers, and ONNX Runtime's own format."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from export.graph.to_onnx import forget_origin
from export.proving.layers import inside, net_nodes
from export.runtimes.run import Array

LAYERS = ("Conv", "Gemm")  # what a weight belongs to, in every net here


def half_weights(model: ModelProto) -> ModelProto:
    """The model with its layers' weights stored as float16 and widened when it is loaded; what is in 8 bits stays so.

    It computes in float32, so every runtime gives the same answers as for a float32 model with rounded weights;
    arithmetic in float16 would save no time on a processor and give each of them answers of its own.
    """
    half = copy_of(model)
    weights = {name for node in half.graph.node if node.op_type in LAYERS for name in node.input[1:]}
    for tensor in half.graph.initializer:
        if tensor.name in weights:
            name = tensor.name
            narrow = numpy_helper.to_array(tensor).astype(np.float16)
            tensor.CopyFrom(numpy_helper.from_array(narrow, f"{name}.float16"))
            widen = helper.make_node("Cast", [f"{name}.float16"], [name], f"widen {name}", to=TensorProto.FLOAT)
            half.graph.node.insert(0, widen)
    return half


class Pictures(CalibrationDataReader):  # type: ignore[misc]
    """Hands the quantiser its calibration pictures, batch by batch."""

    def __init__(self, name: str, batches: Iterable[Array]) -> None:
        self.batches: Iterator[dict[str, Array]] = ({name: batch} for batch in batches)

    def get_next(self) -> dict[str, Array] | None:
        return next(self.batches, None)


@dataclass(frozen=True)
class Settings:
    """How a net becomes integers; the defaults are what `python -m export.choose_int8` found best on validation.

    per_channel:  a scale for each filter of a layer, not one for all.
    relu_first:   ReLU before the pool, so that no step of the grid is spent on numbers that ReLU makes 0.
    first_float:  the first layer stays in float32: fewer labels change, but its sums round as each processor adds them.
    percentile:   share of the numbers that the grid covers, in percent; None for all that the calibration shows.
    """

    per_channel: bool = True
    relu_first: bool = True
    first_float: bool = False
    percentile: float | None = None


def int8(model: ModelProto, calibration: Iterable[Array], settings: Settings = Settings()) -> ModelProto:
    """The model with the net's layers in 8-bit integers (static, quantise-dequantise pairs), the rest untouched.

    calibration: batches of pictures in the model's own input form; they set the range of every activation.

    Weights use 7 of their 8 bits: processors without VNNI add two products of 8 bits in 16 and would clip, and so
    answer differently from others. Fully connected layers keep a float output, so that no two logits tie on a grid.
    An ensemble's last layer stays as it is: one grid for the features of two nets would be coarse for one of them.
    """
    batches = [*calibration]
    logging.getLogger().setLevel(logging.ERROR)  # the quantiser reports its progress as warnings
    source_model = relu_before_pool(model) if settings.relu_first else model
    nodes = net_nodes(source_model)
    options: dict[str, Any] = {"OpTypesToExcludeOutputQuantization": ["Gemm"]}
    if settings.percentile is not None:
        options["CalibPercentile"] = settings.percentile
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "float32.onnx", Path(folder) / "int8.onnx"
        onnx.save(source_model, source)
        quant_pre_process(source, source, skip_optimization=True, skip_symbolic_shape=True)
        quantize_static(
            source,
            target,
            Pictures(model.graph.input[0].name, batches),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            reduce_range=True,
            per_channel=settings.per_channel,
            calibrate_method=CalibrationMethod.MinMax if settings.percentile is None else CalibrationMethod.Percentile,
            nodes_to_quantize=[node.name for node in nodes[settings.first_float :] if not joins(source_model, node)],
            extra_options=options,
        )
        quantised = onnx.load(target)
    quantised = tidy(quantised, like=model)
    correct_mean(quantised, model, batches)
    return quantised


def joins(model: ModelProto, layer: onnx.NodeProto) -> bool:
    """Whether a layer reads the features of several nets, one behind another."""
    return any(node.op_type == "Concat" and layer.input[0] in node.output for node in model.graph.node)


def correct_mean(quantised: ModelProto, model: ModelProto, calibration: list[Array]) -> None:
    """Add to the last layer's bias what rounding took from each mean logit; it pulled some classes before others.

    source: Nagel et al. 2019, Data-Free Quantization Through Weight Equalization and Bias Correction, section 4.2.
    """
    means = [mean_logits(it, calibration) for it in (model, quantised)]
    shift_logits(quantised, means[0] - means[1])


def shift_logits(quantised: ModelProto, shift: NDArray[np.float64]) -> None:
    """Add `shift` (10,) to the last layer's bias, in whole steps of it where it is an integer."""
    constants = {tensor.name: tensor for tensor in quantised.graph.initializer}
    name = net_nodes(quantised)[-1].input[2]
    if name in constants:
        bias = constants[name]
    else:
        widen = next(node for node in quantised.graph.node if name in node.output)
        bias = constants[widen.input[0]]
        shift = np.round(shift / numpy_helper.to_array(constants[widen.input[1]]))
    value = numpy_helper.to_array(bias)
    bias.CopyFrom(numpy_helper.from_array(value + shift.astype(value.dtype), bias.name))


def mean_logits(model: ModelProto, pictures: list[Array]) -> NDArray[np.float64]:
    """The mean (10,) of what a model's last layer answers over batches of pictures."""
    name = net_nodes(model)[-1].output[0]
    run = inside(model, [name])
    logits = np.concatenate([run(batch)[name] for batch in pictures])
    mean: NDArray[np.float64] = logits.mean(0, dtype=np.float64)
    return mean


def relu_before_pool(model: ModelProto) -> ModelProto:
    """A copy with ReLU before MaxPool wherever the net has them the other way round; its answers are the same."""
    copy = copy_of(model)
    nodes = net_nodes(copy)
    for pool, relu in pairwise(nodes):
        if (pool.op_type, relu.op_type) == ("MaxPool", "Relu") and relu.input[0] == pool.output[0]:
            before, after = list(pool.input), list(relu.output)
            first, second = onnx.NodeProto(), onnx.NodeProto()
            first.CopyFrom(relu)
            second.CopyFrom(pool)
            first.input[:], second.output[:] = before, after
            first.output[:] = second.input[:] = pool.output
            pool.CopyFrom(first)
            relu.CopyFrom(second)
    return copy


def tidy(quantised: ModelProto, like: ModelProto) -> ModelProto:
    """Take away what the quantiser leaves behind: inferred shapes, notes to itself, operator sets that nothing uses."""
    forget_origin(quantised)
    give_scales_their_zero_points_shape(quantised)
    for field in ("opset_import", "metadata_props"):
        quantised.ClearField(field)
        getattr(quantised, field).extend(getattr(like, field))
    quantised.producer_name, quantised.producer_version = like.producer_name, like.producer_version
    return quantised


def give_scales_their_zero_points_shape(model: ModelProto) -> None:
    """One number as () beside one number as (1,) is legal, but OpenCV refuses it."""
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "DequantizeLinear" and node.input[1] in constants and node.input[2] in constants:
            scale, zero_point = constants[node.input[1]], constants[node.input[2]]
            if list(scale.dims) == [1] and not zero_point.dims:
                scale.ClearField("dims")


def ort_format(model: ModelProto) -> bytes:
    """The model as ONNX Runtime's flatbuffer, for its builds on phones; optimised for any processor alike."""
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.add_session_config_entry("session.save_model_format", "ORT")
    with TemporaryDirectory() as folder:
        target = Path(folder) / "model.ort"
        options.optimized_model_filepath = str(target)
        ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return target.read_bytes()


def copy_of(model: ModelProto) -> ModelProto:
    copy = ModelProto()
    copy.CopyFrom(model)
    return copy
