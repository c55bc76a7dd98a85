"""OpenVINO on the processor, in float32 (by itself it may choose bfloat16)."""

from pathlib import Path

from export.runtimes.run import Array, Outputs, Run, UnsupportedError

SETTINGS = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1}


def open_model(path: Path) -> Run:
    import openvino

    core = openvino.Core()
    try:
        compiled = core.compile_model(core.read_model(path), "CPU", SETTINGS)
    except RuntimeError as error:
        raise UnsupportedError(str(error).splitlines()[0]) from error

    def run(batch: Array) -> Outputs:
        result = compiled({compiled.inputs[0]: batch})
        return {output.any_name: result[output].copy() for output in compiled.outputs}

    return run
