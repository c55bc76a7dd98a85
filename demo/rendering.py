"""The HTML and SVG that Python writes: the templates of templates/, which escape whatever they are given."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from core.wording import counted
from demo.answers.message import data_url

TEMPLATES = Path(__file__).resolve().parent / "templates"
# A template's line breaks: between tags they are layout, within text a space.
LAYOUT = re.compile(r"(?<=>)\s*\n\s*(?=<|$)|^\s*\n\s*(?=<|$)")
WRAPPED = re.compile(r"\s*\n\s*")


class _Lines(Extension):
    """Takes a template's own line breaks out; those of what it is given stay."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type == "data":
                token = Token(token.lineno, "data", WRAPPED.sub(" ", LAYOUT.sub("", token.value)))
            yield token


class Interval(Protocol):
    """What has two ends in [0, 1], such as a rate or a bin."""

    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


class Rate(Interval, Protocol):
    """A share with its interval."""

    @property
    def share(self) -> float: ...


def render(template: str, **values: object) -> str:
    """The template of that name, filled with values; a name that it asks for and is not given is an error."""
    return ENVIRONMENT.get_template(f"{template}.html").render(values)


def sentence(text: str) -> str:
    """A paragraph of plain text."""
    return render("sentence", sentence=text)


def percent(share: float, places: int = 2) -> str:
    """A share in [0, 1] as people write it."""
    return f"{share * 100:.{places}f}%"


def file_size(path: Path) -> str:
    """The size of a file as people write it: "3.4 MB", or "28 kB" for what would come out as 0.0 MB."""
    size = path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.0f} kB"


def interval(ends: Interval, places: int = 2) -> str:
    """Two shares as people write a range."""
    return f"{percent(ends.low, places)} to {percent(ends.high, places)}"


def quarters(highest: float, places: int = 2) -> list[str]:
    """The labels of an axis from 0 to a share."""
    return [percent(highest * step / 4, places) for step in range(5)]


def against(rate: Rate, widest: float) -> list[float]:
    """A share and its interval in hundredths of the share `widest`, at most 100."""
    return [100 * min(value / max(widest, 1e-9), 1.0) for value in (rate.share, rate.low, rate.high)]


ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    extensions=[_Lines],
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
ENVIRONMENT.filters |= {
    "against": against,
    "counted": counted,
    "data_url": data_url,
    "fixed": lambda value, places=1: f"{value:.{places}f}",
    "interval": interval,
    "percent": percent,
    "quarters": quarters,
    "significant": lambda value, digits=3: f"{value:.{digits}g}",
    "thousands": "{:,}".format,
}
