"""What the shipped files promise: their names, axes and kinds. One row here is one more model exported and proved."""

from dataclasses import dataclass

import numpy as np

Axes = tuple[str | int, ...]


@dataclass(frozen=True)
class Port:
    """One input or output: its name, numpy dtype and axes; a letter is an axis of any length >= 1."""

    name: str
    dtype: str
    axes: Axes

    @property
    def numpy_dtype(self) -> np.dtype[np.generic]:
        return np.dtype(self.dtype)

    def __str__(self) -> str:
        return f"{self.name} {self.dtype} ({', '.join(map(str, self.axes))})"


@dataclass(frozen=True)
class Contract:
    """What goes in and what comes out; the answer is the largest of the first output's ten columns."""

    image: Port
    outputs: tuple[Port, ...]

    @property
    def scores(self) -> str:
        """The output (N, 10) whose largest column is the answer."""
        return self.outputs[0].name


NET = Contract(
    image=Port("image", "float32", ("N", 1, 28, 28)),
    outputs=(Port("logits", "float32", ("N", 10)),),
)
RECOGNIZER = Contract(
    image=Port("image", "uint8", ("N", "H", "W")),
    outputs=(
        Port("probabilities", "float32", ("N", 10)),
        Port("seen", "float32", ("N", 28, 28)),
        Port("digit_score", "float32", ("N",)),
    ),
)


@dataclass(frozen=True)
class Shipped:
    """One model that is exported: the weights it comes from and the promise it keeps.

    calibration_seed: of the training pictures that set the ranges of its 8-bit file.
    """

    name: str
    title: str
    weights: str
    contract: Contract
    calibration_seed: int = 0

    @property
    def file(self) -> str:
        return f"{self.name}.onnx"


SHIPPED = {
    row.name: row
    for row in (
        Shipped("convnet", "MNIST digit classifier, LeNet-5 with dropout", "convnet.safetensors", NET),
        # with seed 0, two numbers tie so closely for a picture of noise that runtimes answer either of them
        Shipped("recognizer", "Digit recogniser, raw pixels in", "recognizer.safetensors", RECOGNIZER, 1),
        Shipped("reference", "The known design, trained as published", "reference.safetensors", NET),
        Shipped("edge", "MNIST digit classifier, under 20,000 parameters", "edge.safetensors", NET),
        Shipped("edge-recognizer", "Small digit recogniser, raw pixels in", "edge-recognizer.safetensors", RECOGNIZER),
    )
}
