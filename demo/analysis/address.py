"""What a visitor looks at, as the part of the page's address behind `#`: a finding can be shared, Back goes back."""

from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from core.refusals import RefusalError

PREFIX = "#analysis"
SECTIONS = {
    "overview": "Overview",
    "calibration": "Calibration",
    "slices": "Slices",
    "compare": "Compare",
    "labels": "Labels",
    "map": "Map",
    "robustness": "Robustness",
    "learning": "Learning",
}
KINDS = {
    "wrong": "misread",
    "all": "all pictures",
    "right": "read right",
    "fixed": "fixed by the second model",
    "broken": "broken by the second model",
    "suspect": "label in doubt",
}
SORTS = {"confidence": "most confident first", "loss": "largest loss first", "margin": "closest call first"}
COLOURS = {"answer": "by answer", "truth": "by truth", "error": "by error"}
PICTURE_CHANGES = {"page": 0, "picture": None}  # what another filter makes meaningless


class AddressError(RefusalError, ValueError):
    """An address that names nothing; the message is a sentence for the person who opened it."""


@dataclass(frozen=True)
class Address:
    """One view of the analysis.

    data, model, other: names of a data set, a model, and a second model ("" for none).
    show:               the section, a key of SECTIONS.
    truth, answer:      digits that the gallery is narrowed to; None for every digit.
    only, sort:         keys of KINDS and SORTS.
    slice:              "attribute:bin", such as "slant:3"; "" for none.
    page, picture:      gallery page from 0; index of the opened picture, or None.
    change:             a corruption's name; "" for none.
    mark:               confidence of the visitor's drawing in [0, 1], to be marked on curves; None for none.
    colour:             what colours the map, a key of COLOURS.
    area:               corners of an area of the map, "x,y;x,y;..." in map units; "" for the whole map.
    spot:               where the visitor's drawing lies on the map, "x,y" in map units; "" for none.
    served:             whether a server answers, so that anything can be asked.
    """

    served: ClassVar[bool] = True
    data: str = "mnist-test"
    model: str = "recognizer.onnx"
    other: str = ""
    show: str = "overview"
    truth: int | None = None
    answer: int | None = None
    only: str = "wrong"
    sort: str = "confidence"
    slice: str = ""
    page: int = 0
    picture: int | None = None
    change: str = ""
    mark: float | None = None
    colour: str = "answer"
    area: str = ""
    spot: str = ""

    def __post_init__(self) -> None:
        """AddressError for values that no view has."""
        _one_of("show", self.show, SECTIONS)
        _one_of("only", self.only, KINDS)
        _one_of("sort", self.sort, SORTS)
        _within("truth", self.truth, 0, 9)
        _within("answer", self.answer, 0, 9)
        _within("page", self.page, 0, 10**9)
        _within("picture", self.picture, 0, 10**9)
        _within("mark", self.mark, 0, 1)
        _one_of("colour", self.colour, COLOURS)
        if self.spot:
            for axis, place in zip("xy", self.spot_at, strict=True):
                _within(f"spot {axis}", place, 0, 1)

    def to(self, **changes: str | float | None) -> "Address":
        """The address of a neighbouring view; page and opened picture start anew unless they are given."""
        return replace(self, **{**PICTURE_CHANGES, **changes})  # type: ignore[arg-type]

    @property
    def spot_at(self) -> tuple[float, float]:
        """The two numbers of `spot`; AddressError for anything else."""
        x, _, y = self.spot.partition(",")
        return float(_convert("spot", x, "float")), float(_convert("spot", y, "float"))

    @property
    def href(self) -> str:
        """`#analysis?...` with what differs from the first view; "" in a subclass whose address leads nowhere."""
        differing = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if getattr(self, field.name) not in (field.default, None)
        }
        return f"{PREFIX}?{urlencode(differing)}" if differing else PREFIX


def parse(text: str) -> Address:
    """The view that an address's part behind `#` names; the first view for "". AddressError with a sentence."""
    query = text.removeprefix(PREFIX).removeprefix("?")
    known = {field.name: str(field.type) for field in fields(Address)}
    values: dict[str, Any] = {}
    for name, value in parse_qsl(query):
        if name not in known:
            raise AddressError(f"This address asks for {name!r}, which no view has. Open the tab anew to start over.")
        values[name] = _convert(name, value, known[name])
    return Address(**values)


def _convert(name: str, value: str, kind: str) -> str | int | float:
    try:
        if "int" in kind:
            return int(value)
        return float(value) if "float" in kind else value
    except ValueError as error:
        raise AddressError(f"This address has {name}={value!r}; expected a number there.") from error


def _one_of(name: str, value: str, accepted: dict[str, str]) -> None:
    if value not in accepted:
        raise AddressError(f"This address has {name}={value!r}; expected one of {', '.join(accepted)}.")


def _within(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:
        raise AddressError(f"This address has {name}={value:g}; expected {low:g} to {high:g}.")
