"""Every runtime that a file is tried in: one row is one more."""

from functools import partial
from importlib.metadata import version
from pathlib import Path

from export.runtimes import (
    with_browser,
    with_emulated_x86,
    with_mnn,
    with_ncnn,
    with_node,
    with_onnxruntime,
    with_opencv,
    with_openvino,
    with_reference,
    with_tract,
)
from export.runtimes.run import Run, Runtime, need
from export.runtimes.with_generated_c import AARCH64, CORTEX_M7, HERE, microcontroller_bytes

ALL_AT_ONCE = 10_000  # for runtimes outside Python, which batch on their own side
EMULATED = 200  # pictures of each kind for a whole runtime under an emulator, or for numpy's own arithmetic
BOTH = (".onnx", ".ort")


def _onnxruntime(level: with_onnxruntime.Level, threads: int) -> Runtime:
    def open_model(path: Path) -> Run:
        return with_onnxruntime.open_model(path, level, threads)

    name = f"onnxruntime, {level}, {threads} thread{'s'[: threads - 1]}"
    return Runtime(name, partial(version, "onnxruntime"), open_model, formats=BOTH)


RUNTIMES = {
    runtime.name: runtime
    for runtime in (
        *(_onnxruntime(level, threads) for level in with_onnxruntime.LEVELS for threads in (1, 2)),
        Runtime("onnx reference", partial(version, "onnx"), with_reference.open_model, raw=EMULATED),
        Runtime("OpenVINO", partial(need, "openvino"), with_openvino.open_model),
        Runtime("OpenCV dnn", partial(need, "opencv-python-headless"), with_opencv.open_model),
        Runtime("tract", partial(need, "tract"), with_tract.open_model),
        Runtime("MNN", partial(need, "MNN"), with_mnn.open_model),
        Runtime("ncnn", partial(need, "ncnn"), with_ncnn.open_float32),
        Runtime("ncnn, float16", partial(need, "ncnn"), with_ncnn.open_float16, half=True),
        Runtime("onnxruntime-node", with_node.version, with_node.open_model, ALL_AT_ONCE, timed=False, formats=BOTH),
        Runtime(
            "onnxruntime-web", with_browser.version, with_browser.open_model, ALL_AT_ONCE, timed=False, formats=BOTH
        ),
        Runtime(
            "onnxruntime on aarch64",
            with_node.aarch64_version,
            with_node.open_on_aarch64,
            ALL_AT_ONCE,
            EMULATED,
            timed=False,
            formats=BOTH,
        ),
        Runtime(
            "onnxruntime without VNNI",
            with_emulated_x86.version,
            with_emulated_x86.open_model,
            ALL_AT_ONCE,
            EMULATED,
            timed=False,
            formats=BOTH,
        ),
        Runtime("generated C", HERE.version, HERE.open, ALL_AT_ONCE, timed=False),
        Runtime("generated C on aarch64", AARCH64.version, AARCH64.open, ALL_AT_ONCE, 200, timed=False),
        Runtime(
            "generated C on Cortex-M7",
            CORTEX_M7.version,
            CORTEX_M7.open,
            ALL_AT_ONCE,
            8,
            timed=False,
            cost=microcontroller_bytes,
        ),
    )
}
