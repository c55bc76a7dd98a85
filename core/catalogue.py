"""The models that ship: one row a model, and no other list of them anywhere."""

from dataclasses import dataclass
from typing import Literal, TypeVar

Row = TypeVar("Row")
Kind = Literal["net", "recognizer", "reader"]
FORMS = {".onnx": "float32", ".fp16.onnx": "float16 weights", ".int8.onnx": "int8", ".ort": "ONNX Runtime's own"}


@dataclass(frozen=True)
class Model:
    """One model of models/: its files are its name with the endings of its forms.

    title:            as its files say it.
    weights:          the file that it is made from.
    kind:             the contract that it keeps, see export/contracts.py: a bare net reads MNIST's own 28x28, a
                      recogniser any picture of one digit, a reader any picture.
    place:            in tables, from 0.
    download:         its place in the about tab, from 0; the first are shown at once, see SHOWN_AT_ONCE.
    forms:            endings, of those in FORMS.
    calibration_seed: of the training pictures that set the ranges of its 8-bit file.
    choice:           what the page's choice among recognisers calls it; empty where it is not among them.
    analysed:         what the error analysis calls it; empty where sets of single digits do not measure it.
    space:            the folder of the static Space that runs it; empty for none.
    to_compare:       whether it ships to compare others with: measured on request, in no installation.
    """

    name: str
    title: str
    weights: str
    kind: Kind
    place: int
    download: int
    forms: tuple[str, ...] = tuple(FORMS)
    calibration_seed: int = 0
    choice: str = ""
    analysed: str = ""
    space: str = ""
    to_compare: bool = False

    @property
    def file(self) -> str:
        """The file with its float32 weights."""
        return f"{self.name}.onnx"


@dataclass(frozen=True)
class Build:
    """A way to write a model's file on request; what is not asked for is as it ships. ValueError for what cannot be.

    opset: the operator set, of OPSETS; None for the one in which the model ships.
    """

    opset: int | None = None

    def __post_init__(self) -> None:
        if self.opset is not None and self.opset not in OPSETS:
            raise ValueError(f"--opset must be from {OPSETS[0]} to {OPSETS[-1]}, got {self.opset}")

    @property
    def ending(self) -> str:
        """What its files end in, behind the model's name."""
        return "".join([*([f".opset{self.opset}"] if self.opset else []), ".onnx"])

    @property
    def options(self) -> str:
        """The words of a command line that ask for it, each after a space."""
        return f" --opset {self.opset}" if self.opset else ""


AS_IT_SHIPS = Build()


# In the order in which they are exported.
CATALOGUE = {
    model.name: model
    for model in (
        Model(
            "convnet",
            "MNIST digit classifier, LeNet-5 with dropout",
            "convnet.safetensors",
            "net",
            place=1,
            download=3,
            analysed="The bare net (MNIST's own 28×28)",
        ),
        Model(
            "recognizer",
            "Digit recogniser, raw pixels in",
            "recognizer.safetensors",
            "recognizer",
            place=2,
            download=1,
            # with seed 0, two numbers tie so closely for a picture of noise that runtimes answer either of them
            calibration_seed=1,
            choice="Full net",
            analysed="The recogniser (raw pixels in)",
        ),
        Model(
            "reference",
            "The known design, trained as published",
            "reference.safetensors",
            "net",
            place=6,
            download=5,
            analysed="The reference recipe's bare net (MNIST's own 28×28)",
            to_compare=True,
        ),
        Model(
            "edge",
            "MNIST digit classifier, under 20,000 parameters",
            "edge.safetensors",
            "net",
            place=4,
            download=4,
            analysed="EdgeNet, the compact bare net (MNIST's own 28×28)",
        ),
        Model(
            "edge-recognizer",
            "Small digit recogniser, raw pixels in",
            "edge-recognizer.safetensors",
            "recognizer",
            place=5,
            download=2,
            choice="EdgeNet",
            analysed="EdgeNet, the compact recogniser (raw pixels in)",
        ),
        Model(
            "reader",
            "Reader of digits and numbers",
            "recognizer.safetensors",
            "reader",
            place=0,
            download=0,
            forms=(".onnx", ".ort"),
            space="space-static",
        ),
        Model(
            "edge-reader",
            "Small reader of digits and numbers",
            "edge-recognizer.safetensors",
            "reader",
            place=3,
            download=6,
            forms=(".onnx", ".ort"),
            space="space-static-light",
        ),
    )
}
OPSETS = range(13, 28)  # operator sets that a file is written in on request
OF_THE_PAGE = ("reader", "recognizer")  # what the page opens when it starts
SHOWN_AT_ONCE = 3  # downloads that most people want; the others are one click away
IN_TABLES = tuple(sorted(CATALOGUE, key=lambda name: CATALOGUE[name].place))
DOWNLOADS = tuple(sorted(CATALOGUE, key=lambda name: CATALOGUE[name].download))


def place(file: str, names: tuple[str, ...] = IN_TABLES) -> tuple[int, int, str]:
    """The key to sort files, or models, by their names: models, then forms; what is unknown comes last."""
    name, _, kind = file.partition(".")
    return _index(names, name), _index(tuple(FORMS), f".{kind or 'onnx'}"), file


def in_order(rows: dict[str, Row]) -> list[tuple[str, Row]]:
    """The items of a record whose keys are names of files or of models."""
    return sorted(rows.items(), key=lambda item: place(item[0]))


def _index(known: tuple[str, ...], one: str) -> int:
    return known.index(one) if one in known else len(known)
