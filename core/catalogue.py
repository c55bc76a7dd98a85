"""The models that ship: one row a model, and no other list of them anywhere."""

from dataclasses import dataclass
from typing import Literal, TypeVar

Row = TypeVar("Row")
Kind = Literal["net", "recognizer", "reader"]
FORMS = {".onnx": "float32", ".fp16.onnx": "float16 weights", ".int8.onnx": "int8", ".ort": "ONNX Runtime's own"}
OPSETS = range(13, 28)  # operator sets that a file is written in on request
LARGEST_PX, LARGEST_BATCH = 4096, 256  # of a file with a size: beyond them its constants alone take gigabytes


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

    @property
    def smallest(self) -> str:
        """The one of its .onnx files that is the least to download."""
        return self.name + [form for form in self.forms if form.endswith(".onnx")][-1]


@dataclass(frozen=True)
class Build:
    """A way to write a model's file on request; what is not asked for is as it ships. ValueError for what cannot be.

    opset:       the operator set, of OPSETS; None for the one in which the model ships, or with a size the oldest.
    size:        height and width of every picture, px; None for any.
    batch:       pictures in a call of a file with a size.
    float_input: takes float32, 0 to 255, where it would take uint8.
    one_channel: takes (batch, 1, height, width), where it would take (batch, height, width).
    phone:       holds only operators that phones' accelerators have: more of them, each simpler.
    """

    opset: int | None = None
    size: tuple[int, int] | None = None
    batch: int = 1
    float_input: bool = False
    one_channel: bool = False
    phone: bool = False

    def __post_init__(self) -> None:
        if self.opset is not None and self.opset not in OPSETS:
            raise ValueError(f"--opset must be from {OPSETS[0]} to {OPSETS[-1]}, got {self.opset}")
        if self.size and not all(1 <= side <= LARGEST_PX for side in self.size):
            raise ValueError(f"--size must be from 1x1 to {LARGEST_PX}x{LARGEST_PX}, got {self.size[0]}x{self.size[1]}")
        if not 1 <= self.batch <= LARGEST_BATCH:
            raise ValueError(f"--batch must be from 1 to {LARGEST_BATCH}, got {self.batch}")
        if not self.size and (self.batch > 1 or self.float_input or self.one_channel or self.phone):
            raise ValueError("--batch, --float-input, --one-channel and --phone are for files of one --size; name it")

    def fits(self, model: Model) -> bool:
        """Whether a model can be written so: nets have one size already, and phones sort no parts of a reader."""
        return not self.size or model.kind == "recognizer" or (model.kind == "reader" and not self.phone)

    @property
    def operators(self) -> int | None:
        """The operator set to write; None for the one in which a model ships."""
        return self.opset or (OPSETS[0] if self.size else None)

    @property
    def ending(self) -> str:
        """What its files end in, behind the model's name, such as ".96x96.float.onnx"."""
        size = [f"{self.batch}x" * (self.batch > 1) + "{}x{}".format(*self.size)] if self.size else []
        more = ["float"] * self.float_input + ["channel"] * self.one_channel + ["phone"] * self.phone
        opset = [f"opset{self.opset}"] if self.opset else []
        return "".join(f".{part}" for part in (*size, *more, *opset, "onnx"))

    @property
    def options(self) -> str:
        """The words of a command line that ask for it, each after a space."""
        size = ["--size {}x{}".format(*self.size)] + [f"--batch {self.batch}"] * (self.batch > 1) if self.size else []
        more = ["--float-input"] * self.float_input + ["--one-channel"] * self.one_channel + ["--phone"] * self.phone
        opset = [f"--opset {self.opset}"] if self.opset else []
        return "".join(f" {part}" for part in (*size, *more, *opset))


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
            calibration_seed=1,
            space="space-static",
        ),
        Model(
            "edge-reader",
            "Small reader of digits and numbers",
            "edge-recognizer.safetensors",
            "reader",
            place=3,
            download=6,
            forms=(".onnx", ".fp16.onnx", ".ort"),  # its net is small: 8 bits would save 14 kB more
            space="space-static-light",
        ),
    )
}
OF_THE_PAGE = ("reader", "recognizer")  # what the page opens when it starts
# Graphs without weights, which explain an answer of any of them: the pictures to ask about, and what its answers say.
EXPLAIN = ("explain.onnx", "explained.onnx")
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
