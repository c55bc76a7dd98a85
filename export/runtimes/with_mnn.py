"""MNN, Alibaba's engine for phones, after its own converter."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx

from export.runtimes.run import Array, Outputs, Run, UnsupportedError


def open_model(path: Path) -> Run:
    import MNN.expr as expr
    import MNN.nn as nn

    graph = onnx.load(path).graph
    names = [output.name for output in graph.output]
    if graph.input[0].type.tensor_type.elem_type != onnx.TensorProto.FLOAT:
        raise UnsupportedError("MNN's Python interface takes no uint8 pictures")
    with TemporaryDirectory() as folder:
        target = Path(folder) / "model.mnn"
        convert(path, target)
        module = nn.load_module_from_file(str(target), [graph.input[0].name], names)

    def run(batch: Array) -> Outputs:
        results = module.onForward([expr.const(batch, list(batch.shape), expr.NCHW)])
        return {name: np.array(expr.convert(v, expr.NCHW).read()) for name, v in zip(names, results, strict=True)}

    return run


def convert(source: Path, target: Path) -> None:
    tool = Path(sys.executable).with_name("mnnconvert")
    command: list[str | Path] = [
        tool,
        "-f",
        "ONNX",
        "--modelFile",
        source.resolve(),
        "--MNNModel",
        target,
        "--bizCode",
        "MNN",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=target.parent)  # it leaves a file where it runs
    if not target.is_file():
        raise UnsupportedError(f"mnnconvert: {(done.stderr or done.stdout).strip().splitlines()[-1]}")
