"""ONNX Runtime on this machine's processor, at every optimisation level and number of threads."""

from pathlib import Path

import onnx
import onnxruntime as ort
from google.protobuf.message import DecodeError

from core.session import LEVELS, Level, ModelError, not_run, open_session, picture_port
from export.runtimes.run import Array, Outputs, Run

__all__ = ["LEVELS", "Level", "ModelError", "open_model", "properties", "read_model", "session"]


def read_model(path: Path) -> onnx.ModelProto:
    """A model's graph, its external data left where it is; ModelError when the file is missing or damaged."""
    if not path.is_file():
        raise ModelError(f"{path}: no such file; expected an .onnx model")
    try:
        model = onnx.load(path, format="protobuf", load_external_data=False)
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
    return open_session(model, level=level, threads=threads, profile=profile)


def properties(path: Path) -> dict[str, str]:
    """What a file of either format says about itself."""
    says: dict[str, str] = session(path, "disabled").get_modelmeta().custom_metadata_map
    return says


def open_model(model: Path | bytes, level: Level = "all", threads: int = 1) -> Run:
    """A function that runs `model` on one batch."""
    opened = session(model, level, threads)
    name = str(model) if isinstance(model, Path) else "the model"
    image, outputs = picture_port(opened, name).name, [output.name for output in opened.get_outputs()]

    def run(batch: Array) -> Outputs:  # benchmarks time it, so it does no more than it must
        try:
            return dict(zip(outputs, opened.run(outputs, {image: batch}), strict=True))
        except Exception as error:  # ONNX Runtime's own exceptions share no public base
            raise not_run(error, batch, name) from error

    return run
