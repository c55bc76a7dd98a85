"""tract, an inference engine in Rust."""

from pathlib import Path

import onnx

from export.runtimes.run import Array, Outputs, Run, UnsupportedError


def open_model(path: Path) -> Run:
    import tract

    try:
        runnable = tract.onnx().load(str(path)).into_model().into_runnable()
    except tract.TractError as error:
        raise UnsupportedError(str(error).split("Stack backtrace")[0].replace("\n", " ").strip()) from error
    names = [output.name for output in onnx.load(path).graph.output]

    def run(batch: Array) -> Outputs:
        return {name: tensor.to_numpy() for name, tensor in zip(names, runnable.run([batch]), strict=True)}

    return run
