"""An address -> what the tab shows for it, as named pieces of HTML."""

import base64
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.mnist import DataError
from demo.analysis import (
    calibration_view,
    chooser_view,
    comparison_view,
    curves_view,
    drawing_view,
    gallery_view,
    label_issues,
    label_issues_view,
    map_view,
    overview_view,
    picture_view,
    robustness_view,
    slices,
    slices_view,
    sources,
    takeaway,
    uploads,
)
from demo.analysis.address import Address, AddressError, parse
from demo.analysis.bare_net import BareNet
from demo.analysis.predictions import reads_any_picture
from demo.analysis.robustness import ROBUSTNESS, robustness
from demo.analysis.table import Table
from demo.analysis.workbench import WAIT_S, Waiting, Workbench
from demo.answers import canvas
from demo.answers.recognizer import ModelError, Recognizer
from demo.answers.shelf import Shelved
from demo.answers.understand import Reader
from demo.corrections.store import CorrectionError, Corrections
from demo.records import RecordError, learning_curves, test_readings
from demo.settings import MODELS, RECORDS

Message = dict[str, Any]
NOT_HERE = "pictures that are not here"
START_OVER = '<a href="#analysis">Start over</a>'
PIECES = ("choices", "finding", "sections", "section", "gallery", "picture")
PROBLEMS = (AddressError, CorrectionError, DataError, ModelError, RecordError, canvas.PictureError)


class Screen:
    """Answers addresses. Safe to ask from several threads."""

    def __init__(
        self,
        models: Path = MODELS,
        wait_s: float = WAIT_S,
        corrections: Corrections | None = None,
        shelf: Sequence[Shelved] = (),
    ) -> None:
        self.bench = Workbench(models, wait_s, shelf)
        self._corrections = corrections

    def view(self, hash_part: object) -> Message:
        """What an address shows: {"parts": name -> HTML}, or {"share": done} while it is worked out.

        Where it cannot be shown, {"problem"} with parts that have no numbers, and lists that say what was asked for.
        """
        told = _answer(hash_part, lambda address: {"parts": self._parts(address)})
        return told | {"parts": self._instead(hash_part)} if "problem" in told else told

    def from_drawing(self, hash_part: object, picture: object) -> Message:
        """Mistakes like a drawing, a data URL: {"html"}, {"share"} or {"problem"}."""
        return _answer(hash_part, lambda address: {"html": self._drawing(address, picture)})

    def take_away(self, hash_part: object, kind: object) -> Message:
        """The gallery of an address as {"url", "name"} of a file, CSV or zip; {"share"} or {"problem"}."""

        def pack(address: Address) -> Message:
            table, indices = self.bench.table(address), self.bench.indices(address)
            if kind == "zip":
                return _file(f"{address.data}.zip", "application/zip", takeaway.zip_bytes(table, indices))
            return _file(f"{address.data}.csv", "text/csv", takeaway.csv_text(table, indices).encode())

        return _answer(hash_part, pack)

    def own_corrections(self, visitor: object) -> Message:
        """A visitor's own corrections as a data set: {"name"} for addresses, or {"problem"}."""

        def keep(_: Address) -> Message:
            if self._corrections is None:
                raise CorrectionError("No corrections are kept on this server.")
            data = uploads.from_corrections("Your corrections", self._corrections.of(str(visitor)))
            return {"name": self.bench.uploads.keep(data)}

        return _answer("", keep)

    def piece(self, name: str, address: Address) -> str:
        """One of PIECES of what an address shows; Waiting while it is worked out, one of PROBLEMS if it cannot be."""
        table = self.bench.table(address)
        pieces: dict[str, Callable[[], str]] = {
            "choices": lambda: self._choices(address, table.data.name),
            "finding": lambda: overview_view.headline(table),
            "sections": lambda: chooser_view.sections(address),
            "section": lambda: self._section(table, address),
            "gallery": lambda: gallery_view.gallery(table, self.bench.indices(address), address),
            "picture": lambda: "" if address.picture is None else self._picture(table, address.picture, address),
        }
        return pieces[name]()

    def _parts(self, address: Address) -> dict[str, str]:
        return {name: self.piece(name, address) for name in PIECES}

    def _instead(self, hash_part: object) -> dict[str, str]:
        """In the place of what cannot be shown: nothing that another address showed, and what can be chosen."""
        nothing = dict.fromkeys(PIECES, "")
        try:
            return nothing | {"choices": self._choices(parse(str(hash_part)), NOT_HERE)}
        except PROBLEMS:
            return nothing | {"choices": START_OVER}

    def _choices(self, address: Address, name: str) -> str:
        own = {chooser_view.CORRECTIONS: "Your own corrections"} if self._corrections else {}
        models, unfit = self.bench.titles(address), self.bench.unfit(address)
        if address.data.startswith(sources.UPLOADED) and name == NOT_HERE and self.bench.size(address.data):
            name = self.bench.uploads.get(address.data).name
        return chooser_view.choices(address, sources.data_sets() | own, models, name, unfit)

    def _section(self, table: Table, address: Address) -> str:
        bench = self.bench
        sections: dict[str, Callable[[], str]] = {
            "overview": lambda: overview_view.overview(table, address),
            "calibration": lambda: calibration_view.section(table, address),
            "slices": lambda: slices_view.section(slices.rank(bench.attributes(address), table.wrong), address),
            "compare": lambda: comparison_view.section(table, bench.other(address), address),
            "labels": lambda: label_issues_view.section(table, label_issues.find(table), bench.other(address), address),
            "map": lambda: map_view.section(table, bench.projection(address), address),
            "robustness": lambda: robustness_view.section(
                robustness(RECORDS / ROBUSTNESS),
                bench.corrupted(address) if address.change else [],
                address if address.served else None,
            ),
            "learning": self._learning,
        }
        return sections[address.show]()

    def _learning(self) -> str:
        metrics = self.bench.models / "metrics.json"
        return curves_view.learning_curves(learning_curves(metrics), test_readings(metrics))

    def _drawing(self, address: Address, picture: object) -> str:
        table, projection = self.bench.table(address), self.bench.projection(address)
        told = self.bench.drawing(address, canvas.read(picture if isinstance(picture, str) else ""))
        return drawing_view.section(table, told, projection, address)

    def _picture(self, table: Table, index: int, address: Address) -> str:
        if index >= len(table):
            raise AddressError(f"{table.data.name} has no picture {index}; the last one is {len(table) - 1}.")
        (explained,) = picture_view.explain(table, [index], self.reader(address))
        return picture_view.picture(table, index, address, explained, self.bench.other(address))

    def reader(self, address: Address) -> Reader:
        """The model of an address, for what many answers explain."""
        model = self.bench.model(address.model)
        return _opened(model, model.stat().st_mtime_ns) if isinstance(model, Path) else BareNet(model)


def _answer(hash_part: object, work: Callable[[Address], Message]) -> Message:
    """What `work` says to an address; {"share": done} while it waits, {"problem": sentence} where it cannot."""
    try:
        return work(parse(hash_part if isinstance(hash_part, str) else ""))
    except Waiting as waiting:
        return {"share": waiting.share}
    except PROBLEMS as error:
        return {"problem": str(error)}


@lru_cache(maxsize=2)
def _opened(path: Path, version_ns: int) -> Reader:  # noqa: ARG001 (it tells versions apart)
    """Kept, since who opens one picture opens the next."""
    return Recognizer(path) if reads_any_picture(path) else BareNet(path)


def _file(name: str, kind: str, content: bytes) -> Message:
    return {"name": name, "url": f"data:{kind};base64,{base64.b64encode(content).decode()}"}
