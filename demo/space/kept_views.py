"""What the static page keeps of the error analysis: which views there are, and each piece of them once."""

import itertools
from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeVar

import numpy as np

from core.catalogue import CATALOGUE
from demo.analysis import chooser_view, label_issues, picture_view, sources
from demo.analysis.address import COLOURS, SECTIONS, SORTS
from demo.analysis.attributes import UNITS
from demo.analysis.screen import Screen
from demo.analysis.selection import page_count
from demo.analysis.slices import PARTS
from demo.analysis.table import Table
from demo.analysis.workbench import Waiting
from demo.space.bundle import Bundle
from demo.space.kept_address import COMPARING, KeptAddress

ANALYSED = {model.file: model for model in CATALOGUE.values() if model.analysed}
MNISTS_ALONE = "here on MNIST's pictures alone"  # what a bare net is for, and whatever else it reads, it misreads
# Piece, for a section its name -> the parts of an address on which it depends, beside data and model.
DEPENDS: dict[str, tuple[str, ...]] = {
    "choices": ("data", "model", "other"),
    "finding": (),
    "sections": ("show",),
    "overview": ("truth", "answer"),
    "calibration": (),
    "slices": ("slice",),
    "compare": ("other",),
    "labels": ("other",),
    "map": ("colour",),
    "robustness": (),
    "learning": (),
    "gallery": ("only", "sort", "truth", "answer", "slice", "page", "other"),
    "picture": ("picture", "other"),
}
ALIKE = ("sections", "robustness", "learning")  # for all data and models
T = TypeVar("T")
ANY = "any"  # second model: a list that does not compare depends on whether there is one


def fits(data: str, model: str) -> bool:
    """Whether the model is analysed on that data set."""
    return data.startswith("mnist-") or ANALYSED[model].kind != "net"


def key(piece: str, address: KeptAddress) -> str:
    """Under which a piece lies in its bundle; addresses.mjs asks so too."""
    values = {part: getattr(address, part) for part in DEPENDS[piece]}
    if piece == "gallery" and address.only not in COMPARING:
        values["other"] = address.other and ANY
    return "|".join([piece, *("" if value is None else str(value) for value in values.values())])


def shared(data: list[str], models: list[str]) -> bytes:
    """The bundle of what can be chosen, and of the pieces that are alike everywhere."""
    bundle, first = Bundle(), KeptAddress(data=data[0], model=models[0])
    for show in SECTIONS:
        _add(bundle, "sections", first.at(show=show))
    for show in ("robustness", "learning"):
        bundle.add(key(show, first), _piece("section", first.at(show=show)))
    titles = {name: title for name, title in sources.data_sets().items() if name in data}
    for one, model, other in itertools.product(data, models, ["", *models]):
        address = KeptAddress(data=one, model=model, other=other)
        unfit = {name: MNISTS_ALONE for name in models if not fits(one, name)}
        listed = {name: ANALYSED[name].analysed for name in models}
        bundle.add(key("choices", address), chooser_view.choices(address, titles, listed, one, unfit))
    return bundle.packed()


def views(data: str, model: str, models: list[str]) -> bytes:
    """The bundle of a model's answers to a data set: all but opened pictures. models: those to compare with, too."""
    bundle, first = Bundle(), KeptAddress(data=data, model=model)
    _add(bundle, "finding", first)
    for address in _sections(first, _others(data, model, models)):
        bundle.add(key(address.show, address), _piece("section", address))
    for address in _lists(first, _others(data, model, models)):
        for page in range(_pages(address)):
            _add(bundle, "gallery", address.at(page=page))
    return bundle.packed()


def opened(data: str, model: str, models: list[str]) -> bytes:
    """The bundle of the pictures that can be opened: those of every list that is kept."""
    bundle, first, indices = Bundle(), KeptAddress(data=data, model=model), pictures(data, models)
    whole, others = table(data, model), {name: table(data, name) for name in _others(data, model, models)}
    explained = picture_view.explain(whole, indices, _screen().reader(first))
    for index, told in zip(indices, explained, strict=True):
        for name, other in ({"": None} | others).items():
            address = first.at(picture=index, other=name)
            bundle.add(key("picture", address), picture_view.picture(whole, index, address, told, other))
    return bundle.packed()


def table(data: str, model: str) -> Table:
    """A model's answers to a data set."""
    return _patiently(lambda screen: screen.bench.table(KeptAddress(data=data, model=model)))


def pictures(data: str, models: list[str]) -> list[int]:
    """The pictures that a model misreads or takes for doubtfully labelled, in their order."""
    tables = [table(data, model) for model in models if fits(data, model)]
    found = [part for one in tables for part in (np.flatnonzero(one.wrong), label_issues.find(one).indices)]
    return np.unique(np.concatenate(found)).tolist()


def _others(data: str, model: str, models: list[str]) -> list[str]:
    return [other for other in models if other != model and fits(data, other)]


def _sections(first: KeptAddress, others: list[str]) -> Iterator[KeptAddress]:
    yield from (first.at(truth=truth) for truth in (None, *range(10)))
    for truth, answer in itertools.permutations(range(10), 2):
        yield first.at(truth=truth, answer=answer)
    yield first.at(show="calibration")
    yield from (first.at(show="slices", slice=one) for one in ["", *_slices()])
    yield from (first.at(show=show, other=other) for show in ("compare", "labels") for other in ["", *others])
    yield from (first.at(show="map", colour=colour) for colour in COLOURS)


def _lists(first: KeptAddress, others: list[str]) -> Iterator[KeptAddress]:
    for sort in SORTS:
        for other in ["", *others[:1]]:  # which one it is changes nothing
            sorted_ = first.at(sort=sort, other=other)
            yield from (sorted_.at(only=only) for only in ("wrong", "suspect"))
            yield from (sorted_.at(truth=digit) for digit in range(10))
            yield from (sorted_.at(slice=one) for one in _slices())
            for truth, answer in itertools.permutations(range(10), 2):
                yield sorted_.at(only="all", truth=truth, answer=answer)
        yield from (first.at(sort=sort, other=other, only=only) for other in others for only in COMPARING)


def _pages(address: KeptAddress) -> int:
    return page_count(_patiently(lambda screen: screen.bench.indices(address)))


def _slices() -> list[str]:
    return [f"{name}:{part}" for name in UNITS for part in range(PARTS)]


def _add(bundle: Bundle, piece: str, address: KeptAddress) -> None:
    bundle.add(key(piece, address), _piece(piece, address))


def _piece(piece: str, address: KeptAddress) -> str:
    return _patiently(lambda screen: screen.piece(piece, address))


def _patiently(ask: Callable[[Screen], T]) -> T:
    """The answer, however long it takes; who stops asking is given up."""
    while True:
        try:
            return ask(_screen())
        except Waiting:
            continue


@cache
def _screen() -> Screen:
    return Screen()
