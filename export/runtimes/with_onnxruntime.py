"""ONNX Runtime on this machine's processor, at every optimisation level and number of threads."""

from pathlib import Path
from typing import Literal

import onnx
import onnxruntime as ort
from google.protobuf.message import DecodeError
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf, NoSuchFile

from export.runtimes.run import Array, Outputs, Run

Level = Literal["disabled", "basic", "extended", "all"]
LEVELS: dict[Level, ort.GraphOptimizationLevel] = {
    "disabled": ort.GraphOptimizationLevel.ORT_DISABLE_ALL,
    "basic": ort.GraphOptimizationLevel.ORT_ENABLE_BASIC,
    "extended": ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
    "all": ort.GraphOptimizationLevel.ORT_ENABLE_ALL,
}


class ModelError(Exception):
    """A file that is no usable model; the message names the file and what was found."""


def read_model(path: Path) -> onnx.ModelProto:
    """A model's graph, its external data left where it is; ModelError when the file is missing or damaged."""
    if not path.is_file():
        raise ModelError(f"{path}: no such file; expected an .onnx model")
    try:
        model = onnx.load(path, load_external_data=False)
    except DecodeError as error:
        raise ModelError(f"{path}: not a whole .onnx file ({error})") from error
    if not model.graph.node:
        raise ModelError(f"{path}: not a whole .onnx file (it holds no operators)")
    return model


def session(
    model: Path | bytes, level: Level = "all", threads: int = 1, profile: Path | None = None
) -> ort.InferenceSession:
    """Open a model; ModelError when the file is missing, damaged or has its weights elsewhere.

    profile: where a profile of every call begins its file's name; None for no profile.
    """
    options = ort.SessionOptions()
    options.graph_optimization_level = LEVELS[level]
    options.intra_op_num_threads = threads
    options.log_severity_level = 3  # a refused model is an exception with a sentence, not also a line on stderr
    if profile is not None:
        options.enable_profiling, options.profile_file_prefix = True, str(profile)
    name = model if isinstance(model, Path) else "the model"
    try:
        return ort.InferenceSession(
            str(model) if isinstance(model, Path) else model, options, providers=["CPUExecutionProvider"]
        )
    except NoSuchFile as error:
        raise ModelError(f"{name}: no such file; expected a model in ONNX or ORT format") from error
    except (InvalidProtobuf, InvalidGraph, Fail) as error:
        raise ModelError(f"{name}: not a usable model: {first_line(error)}") from error


def properties(path: Path) -> dict[str, str]:
    """What a file of either format says about itself."""
    says: dict[str, str] = session(path, "disabled").get_modelmeta().custom_metadata_map
    return says


def open_model(model: Path | bytes, level: Level = "all", threads: int = 1) -> Run:
    """A function that runs `model` on one batch."""
    opened = session(model, level, threads)
    image = opened.get_inputs()[0].name
    outputs = [output.name for output in opened.get_outputs()]

    def run(batch: Array) -> Outputs:
        return dict(zip(outputs, opened.run(outputs, {image: batch}), strict=True))

    return run


def first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
