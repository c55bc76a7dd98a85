"""ncnn, Tencent's engine for phones, after its converter pnnx; with its float16 arithmetic off and on."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx

from export.contracts import NET
from export.graph.signature import read_contract
from export.runtimes.run import Array, Outputs, Run, UnsupportedError


def open_float32(path: Path) -> Run:
    return open_model(path, half=False)


def open_float16(path: Path) -> Run:
    return open_model(path, half=True)


def open_model(path: Path, *, half: bool) -> Run:
    """One picture at a time: ncnn has no batches."""
    import ncnn

    net = ncnn.Net()
    net.opt.num_threads = 1
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = half
    with TemporaryDirectory() as folder:
        param, weights = convert(path, Path(folder), half)
        if net.load_param(str(param)) or net.load_model(str(weights)):
            raise UnsupportedError("ncnn does not load what pnnx made of it")

    def one(picture: Array) -> Array:
        extractor = net.create_extractor()
        extractor.input("in0", ncnn.Mat(np.ascontiguousarray(picture)))
        return np.array(extractor.extract("out0")[1])

    def run(batch: Array) -> Outputs:
        return {NET.scores: np.stack([one(picture) for picture in batch])}

    run.net = net  # type: ignore[attr-defined]  # ncnn's extractors do not keep their net alive
    return run


def convert(path: Path, folder: Path, half: bool) -> tuple[Path, Path]:
    source = folder / "model.onnx"
    source.write_bytes(path.read_bytes())  # pnnx writes beside its source
    axes = read_contract(onnx.load(path)).image.axes
    shape = ",".join("1" if isinstance(axis, str) else str(axis) for axis in axes)
    tool = Path(sys.executable).with_name("pnnx")
    done = subprocess.run([tool, source, f"inputshape=[{shape}]", f"fp16={int(half)}"], capture_output=True, text=True)
    param, weights = folder / "model.ncnn.param", folder / "model.ncnn.bin"
    if not param.is_file() or not param.read_text().strip():
        raise UnsupportedError(f"pnnx: {(done.stderr or done.stdout).strip().splitlines()[-1]}")
    return param, weights
