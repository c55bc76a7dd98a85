"""Smaller files of the same model: half-precision weights, 8-bit integers, and ONNX Runtime's own format."""

import logging
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import onnxruntime as ort
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from export.layers import net_nodes
from export.runtimes.run import Array
from export.to_onnx import forget_origin

CALIBRATION_PICTURES = 1000
CALIBRATION_BATCH = 100


def half_weights(model: ModelProto) -> ModelProto:
    """The model with its net's weights stored as float16 and widened when it is loaded.

    It computes in float32, so every runtime gives the same answers as for a float32 model with rounded weights;
    arithmetic in float16 would save no time on a processor and give each of them answers of its own.
    """
    half = copy_of(model)
    weights = {name for node in net_nodes(half) for name in node.input[1:]}
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

    def __init__(self, name: str, images: Array) -> None:
        self.batches: Iterator[dict[str, Array]] = (
            {name: images[start : start + CALIBRATION_BATCH]} for start in range(0, len(images), CALIBRATION_BATCH)
        )

    def get_next(self) -> dict[str, Array] | None:
        return next(self.batches, None)


def int8(model: ModelProto, calibration: Array) -> ModelProto:
    """The model with the net's layers in 8-bit integers (static, quantise-dequantise pairs), the rest untouched.

    calibration: pictures in the model's own input form; their extremes set the range of every activation.

    Weights use 7 of their 8 bits: processors without VNNI add two products of 8 bits in 16 and would clip, and so
    answer differently from others. Fully connected layers keep a float output, so that no two logits tie on a grid.
    """
    logging.getLogger().setLevel(logging.ERROR)  # the quantiser reports its progress as warnings
    names = [node.name for node in net_nodes(model)]
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "float32.onnx", Path(folder) / "int8.onnx"
        onnx.save(model, source)
        quant_pre_process(source, source, skip_optimization=True, skip_symbolic_shape=True)
        quantize_static(
            source,
            target,
            Pictures(model.graph.input[0].name, calibration),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            reduce_range=True,
            nodes_to_quantize=names,
            extra_options={"OpTypesToExcludeOutputQuantization": ["Gemm"]},
        )
        quantised = onnx.load(target)
    return tidy(quantised, like=model)


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
