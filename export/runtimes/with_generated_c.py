"""C without any library, generated from a model by emx-onnx-cgen: on this processor, a 64-bit ARM and a Cortex-M7."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx

from export.contracts import NET
from export.graph.signature import read_contract
from export.runtimes.npm import program
from export.runtimes.run import Array, Outputs, Run, UnsupportedError, need

SOURCES = Path(__file__).parent / "c"
LIMIT_S = 300
MICROCONTROLLER = (
    "-mcpu=cortex-m7",
    "-mfpu=fpv5-sp-d16",
    "-mfloat-abi=hard",
    "-nostartfiles",
    "--specs=rdimon.specs",
    f"-T{SOURCES / 'cortex_m7.ld'}",
)
SEMIHOSTING = ("-M", "mps2-an500", "-nographic", "-semihosting-config", "enable=on,target=native", "-kernel")


@dataclass(frozen=True)
class Target:
    """A compiler, what it compiles beside the program, and what runs its programs."""

    compiler: str
    flags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    emulator: tuple[str, ...] = ()

    def version(self) -> str:
        """The generator's version and the compiler's; MissingError when something is not there."""
        generator = need("emx-onnx-cgen")
        for name in (self.compiler, *self.emulator[:1]):
            program(name)
        compiler = subprocess.run([self.compiler, "-dumpversion"], capture_output=True, text=True, check=True)
        return f"emx-onnx-cgen {generator}, {self.compiler} {compiler.stdout.strip()}"

    def open(self, path: Path) -> Run:
        """A function that runs the compiled model; it is generated and compiled once, now."""
        home = TemporaryDirectory()
        binary = self.compile(path, Path(home.name))

        def run(image: Array) -> Outputs:
            return self.run(binary, image)

        run.close = home.cleanup  # type: ignore[attr-defined]  # the program is there until then
        return run

    def compile(self, path: Path, folder: Path) -> Path:
        generate(path, folder / "digits.c")
        binary = folder / "digits"
        main, size = main_for(path)
        sources = [folder / "digits.c", SOURCES / main, *(SOURCES / name for name in self.sources)]
        call([self.compiler, "-O2", "-w", *size, *self.flags, *sources, "-o", binary, "-lm"], folder)
        return binary

    def run(self, binary: Path, image: Array) -> Outputs:
        folder = binary.parent
        (folder / "image.bin").write_bytes(np.ascontiguousarray(image).tobytes())
        call([*self.emulator, binary], folder)
        if image.shape[1:] == NET.image.axes[1:] and (folder / "logits.bin").is_file():
            return {NET.scores: np.fromfile(folder / "logits.bin", np.float32).reshape(len(image), -1)}
        answers = np.fromfile(folder / "answers.bin", np.float32).reshape(len(image), -1)
        probabilities, seen, score = np.split(answers, [10, 10 + 28 * 28], axis=1)
        return {"probabilities": probabilities, "seen": seen.reshape(-1, 28, 28), "digit_score": score[:, 0]}


def main_for(path: Path) -> tuple[str, list[str]]:
    """The program around a model's function, and what the compiler is told of its size."""
    contract = read_contract(onnx.load(path))
    if [port.name for port in contract.outputs] == [port.name for port in NET.outputs]:
        return "main.c", []
    axes = contract.image.axes
    if contract.image.dtype != "float32" or len(axes) != 4 or not all(isinstance(axis, int) for axis in axes):
        raise UnsupportedError(f"the program takes float32 (1, 1, height, width), the model {contract.image}")
    return "recognizer.c", [f"-DHEIGHT={axes[2]}", f"-DWIDTH={axes[3]}"]


def generate(model: Path, target: Path) -> None:
    """One C file with one function, digits(image, logits), its weights as constants and no heap."""
    tool = Path(sys.executable).with_name("emx-onnx-cgen")
    free = [axis for axis in read_contract(onnx.load(model)).image.axes if isinstance(axis, str)]
    fixed = [word for axis in free for word in ("--input-dim", f"{axis}=1")]
    options = [*fixed, "--model-name", "digits", "--large-weight-threshold", "0"]
    call([tool, "compile", model, target, *options, "--large-temp-threshold", "0"], target.parent)


def call(command: Sequence[str | Path], folder: Path) -> str:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LIMIT_S)
    except subprocess.TimeoutExpired as error:
        raise UnsupportedError(f"{Path(command[0]).name}: no answer within {LIMIT_S} s") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or [f"exit status {done.returncode}"]
        raise UnsupportedError(f"{Path(command[0]).name}: {said[-1]}")
    return done.stdout


HERE = Target("gcc")
AARCH64 = Target("aarch64-linux-gnu-gcc", flags=("-static",), emulator=("qemu-aarch64-static",))
CORTEX_M7 = Target(
    "arm-none-eabi-gcc",
    flags=MICROCONTROLLER,
    sources=("cortex_m7.c",),
    emulator=("qemu-system-arm", *SEMIHOSTING),
)


def microcontroller_bytes(path: Path, image: Array) -> dict[str, int]:
    """What a model costs on a Cortex-M7: flash, static RAM and the deepest stack of one answer, in bytes."""
    with TemporaryDirectory() as name:
        binary = CORTEX_M7.compile(path, Path(name))
        CORTEX_M7.run(binary, image)
        text, data, bss = call(["arm-none-eabi-size", binary], Path(name)).splitlines()[1].split()[:3]
        stack = int((Path(name) / "stack.txt").read_text())
    return {"flash": int(text) + int(data), "static_ram": int(data) + int(bss), "stack": stack}
