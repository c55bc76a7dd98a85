"""What the shipped files promise: their names, axes and kinds."""

from dataclasses import dataclass

import numpy as np

from core.catalogue import CATALOGUE, Kind

Axes = tuple[str | int, ...]
UNSTATED: Axes = ("...",)  # of a foreign file that does not say how many axes there are


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
        """The output whose largest column is the answer: the first of ten columns, or else the first."""
        return next((port for port in self.outputs if port.axes[-1:] == (10,)), self.outputs[0]).name


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
PARTS = 32  # of a picture that a reader answers for
READER = Contract(
    image=Port("image", "uint8", ("N", "H", "W")),
    outputs=(
        Port("digits", "int64", ("N", PARTS)),
        Port("probabilities", "float32", ("N", PARTS, 10)),
        Port("digit_score", "float32", ("N", PARTS)),
        Port("boxes", "float32", ("N", PARTS, 4)),
        Port("line", "int64", ("N", PARTS)),
        Port("seen", "float32", ("N", PARTS, 28, 28)),
        Port("more", "int64", ("N",)),
    ),
)


CONTRACTS: dict[Kind, Contract] = {"net": NET, "recognizer": RECOGNIZER, "reader": READER}


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


ALL = {
    row.name: Shipped(row.name, row.title, row.weights, CONTRACTS[row.kind], row.calibration_seed)
    for row in CATALOGUE.values()
}
READERS = {name: row for name, row in ALL.items() if row.contract == READER}
SHIPPED = {name: row for name, row in ALL.items() if name not in READERS}  # what answers for one digit
FINDER = "finder.safetensors"  # weights of what looks, in every reader
