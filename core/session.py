"""The one place that opens an .onnx file. It needs numpy and ONNX Runtime alone, so every room may use it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.refusals import RefusalError

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when onnxruntime is imported

import onnxruntime

from core.free_axes import freed

Session: TypeAlias = onnxruntime.InferenceSession
Array = NDArray[Any]
Outputs = dict[str, Array]  # output name -> array, in the model's order
Level = Literal["disabled", "basic", "extended", "all"]

LEVELS: dict[Level, onnxruntime.GraphOptimizationLevel] = {
    "disabled": onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL,
    "basic": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC,
    "extended": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
    "all": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL,
}
FATAL = 4  # what goes wrong is an exception with a sentence, not also lines on stderr
KINDS = {"float": "float32", "double": "float64"}  # ONNX Runtime's names of types that numpy calls otherwise


class ModelError(RefusalError):
    """A model that cannot be used; the message names it, what was found and what is accepted."""


@dataclass(frozen=True)
class Port:
    """One input of a model.

    dtype: numpy's name of its type, or ONNX Runtime's own where it is no tensor.
    axes:  the length of each axis, None for a free one; None where the file does not even say how many there are.
    """

    name: str
    dtype: str
    axes: tuple[int | None, ...] | None

    def __str__(self) -> str:
        axes = "?" if self.axes is None else ", ".join("?" if axis is None else str(axis) for axis in self.axes)
        return f"{self.name} {self.dtype} ({axes})"


def open_session(
    model: Path | bytes,
    name: str = "",
    *,
    level: Level = "all",
    threads: int = 1,
    arena: bool = True,
    profile: Path | None = None,
) -> Session:
    """A session for a file, or for the bytes of one; ModelError when it is missing or ONNX Runtime refuses it.

    name:    what the sentences call it; the path by default.
    threads: one by default, since callers run side by side.
    arena:   keep the room of the largest batch for the next call.
    profile: where a profile of every call begins its file's name; None for no profile.
    """
    name = name or (str(model) if isinstance(model, Path) else "the model")
    if isinstance(model, Path) and not model.is_file():
        raise ModelError(f"{name}: no such file; expected a model in ONNX or ORT format")
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = LEVELS[level]
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    options.enable_cpu_mem_arena = arena
    options.log_severity_level = FATAL
    if profile is not None:
        options.enable_profiling, options.profile_file_prefix = True, str(profile)
    session = _opened(str(model) if isinstance(model, Path) else model, options, name)
    if any(0 in port.shape for port in session.get_inputs()):
        return _opened(freed(model.read_bytes() if isinstance(model, Path) else model), options, name)
    return session


def _opened(content: str | bytes, options: onnxruntime.SessionOptions, name: str) -> Session:
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's own exceptions share no public base
        raise ModelError(f"{name}: not a usable model: ONNX Runtime cannot open it ({first_line(error)})") from error


def picture_port(session: Session, name: str) -> Port:
    """The only input of a model, weights that are listed among its inputs left aside; ModelError for several."""
    inputs = session.get_inputs()
    if len(inputs) != 1:
        listed = ", ".join(port.name for port in inputs) or "none"
        raise ModelError(f"{name}: has {len(inputs)} inputs ({listed}); expected one, for pictures")
    (port,) = inputs
    inner = port.type.removeprefix("tensor(").removesuffix(")")
    axes = tuple(axis if isinstance(axis, int) and axis > 0 else None for axis in port.shape)
    return Port(port.name, KINDS.get(inner, inner), axes or None)  # it says () of a shape that is not stated


def run(session: Session, batch: Array, name: str) -> Outputs:
    """Every output for one batch, as arrays; ModelError with ONNX Runtime's reason when the model does not take it."""
    try:
        found = session.run(None, {session.get_inputs()[0].name: batch})
    except Exception as error:  # as above
        raise not_run(error, batch, name) from error
    return {port.name: as_array(value, name) for port, value in zip(session.get_outputs(), found, strict=True)}


def not_run(error: Exception, batch: Array, name: str) -> ModelError:
    """The sentence for what ONNX Runtime raised while a model ran."""
    return ModelError(f"{name}: does not run on {batch.dtype} {batch.shape} ({first_line(error)})")


def as_array(value: object, name: str) -> Array:
    """An output of any kind as one array: a class's number for each picture (ZipMap) becomes (N, classes), by class.

    errors: ModelError for an output that is no array and cannot be made one.
    """
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, Sequence) and value:
        if all(isinstance(row, dict) for row in value):
            classes = sorted(value[0], key=_by_number)
            if all(row.keys() == set(classes) for row in value):
                return np.array([[row[one] for one in classes] for row in value], np.float32)
        if len({np.shape(row) for row in value}) == 1 and all(isinstance(row, np.ndarray) for row in value):
            return np.stack(value)
    raise ModelError(f"{name}: gives {type(value).__name__}, of which no array can be made; expected arrays")


def _by_number(name: object) -> tuple[bool, float, str]:
    """An order of class names: "10" comes behind "9"."""
    text = str(name)
    return (False, float(text), "") if text.isdecimal() else (True, 0.0, text)


def first_line(error: Exception) -> str:
    """What an exception of ONNX Runtime says, without the place in its sources."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].removeprefix("[ONNXRuntimeError] : ").strip()
