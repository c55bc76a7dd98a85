"""An address -> what the tab shows for it, as named pieces of HTML."""

import base64
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from demo import canvas
from demo.analysis import (
    attributes,
    calibration_view,
    comparison_view,
    corruptions,
    drawing_view,
    gallery_view,
    label_issues,
    label_issues_view,
    map_view,
    markup,
    overview_view,
    picture_view,
    robustness_view,
    slices,
    slices_view,
    sources,
    takeaway,
)
from demo.analysis.address import SECTIONS, Address, AddressError, parse
from demo.analysis.counts import Rate, wilson
from demo.analysis.jobs import Jobs, Progress
from demo.analysis.projection import Projection, project
from demo.analysis.selection import Mask, selected
from demo.analysis.sources import Uploads
from demo.analysis.table import Table
from demo.mnist import DataError, Labelled
from demo.predictions import predict
from demo.recognizer import ModelError, Recognizer, open_session, score_threshold
from demo.records import RecordError, learning_curves
from demo.settings import MODELS, cache_folder
from demo.views import learning_curves as curves_view

WAIT_S = 0.8  # for work to end before progress is shown instead
ROBUSTNESS_PICTURES = 1000  # the first ones
Message = dict[str, Any]
T = TypeVar("T")


class Waiting(Exception):  # noqa: N818 (it is no error)
    """A table is being worked out; `share` is done."""

    def __init__(self, share: float) -> None:
        super().__init__(share)
        self.share = share


class Screen:
    """Answers addresses; keeps the newest tables in memory. Safe to ask from several threads."""

    def __init__(self, models: Path = MODELS, wait_s: float = WAIT_S) -> None:
        self.uploads = Uploads()
        self._models = models
        self._wait_s = wait_s
        self._jobs = Jobs()

    def view(self, hash_part: object) -> Message:
        """What an address shows: {"parts": name -> HTML}, {"share": done} while it is worked out, or {"problem"}."""
        try:
            address = parse(hash_part if isinstance(hash_part, str) else "")
            return {"parts": self._parts(address)}
        except Waiting as waiting:
            return {"share": waiting.share}
        except (AddressError, DataError, ModelError, RecordError) as error:
            return {"problem": str(error)}

    def from_drawing(self, hash_part: object, picture: object) -> Message:
        """Mistakes like a drawing, a data URL: {"html"}, or {"problem"}."""
        try:
            address = parse(hash_part if isinstance(hash_part, str) else "")
            table = self.table(address, address.model)
            image = canvas.read(picture if isinstance(picture, str) else "")
            answer = Recognizer(self._models / "recognizer.onnx")(image)
        except Waiting:
            return {"problem": "The pictures are still being read; please try again in a moment."}
        except (AddressError, DataError, ModelError, canvas.PictureError) as error:
            return {"problem": str(error)}
        return {"html": drawing_view.section(table, answer, address)}

    def take_away(self, hash_part: object, kind: object) -> Message:
        """The gallery of an address as {"url", "name"} of a file, CSV or zip, or {"problem"}."""
        try:
            address = parse(hash_part if isinstance(hash_part, str) else "")
            table = self.table(address, address.model)
            indices = self._indices(table, address)
        except Waiting:
            return {"problem": "The pictures are still being read; please try again in a moment."}
        except (AddressError, DataError, ModelError) as error:
            return {"problem": str(error)}
        if kind == "zip":
            return _file(f"{address.data}.zip", "application/zip", takeaway.zip_bytes(table, indices))
        return _file(f"{address.data}.csv", "text/csv", takeaway.csv_text(table, indices).encode())

    def table(self, address: Address, model: str) -> Table:
        """One model's answers to an address's data; Waiting while they are worked out."""

        def work(progress: Progress) -> Table:
            path = self._model(model)
            data = sources.load_data(address.data, self.uploads)
            cache = None if address.data.startswith(sources.UPLOADED) else cache_folder()
            threshold = score_threshold(open_session(path), self._models / "metrics.json")
            return Table(data, predict(path, data, cache, progress), threshold)

        path = self._model(model)
        result, share = self._jobs.ask((address.data, model, path.stat().st_mtime_ns), work, self._wait_s)
        if result is None:
            raise Waiting(share)
        return result

    def _model(self, name: str) -> Path:
        if name not in sources.models(self._models):
            raise AddressError(f"There is no model {name!r} here; choose one of the list.")
        return self._models / name

    def _parts(self, address: Address) -> dict[str, str]:
        table = self.table(address, address.model)
        other = self.table(address, address.other) if address.other else None
        indices = self._indices(table, address)
        return {
            "choices": _choices(address, sources.models(self._models)),
            "finding": overview_view.headline(table),
            "sections": _sections(address),
            "section": self._section(table, other, address),
            "gallery": gallery_view.gallery(table, indices, address),
            "picture": "" if address.picture is None else self._picture(table, address, other),
        }

    def _indices(self, table: Table, address: Address) -> NDArray[np.intp]:
        other = self.table(address, address.other) if address.other else None
        return selected(table, address, other, self._condition(table, address))

    def _condition(self, table: Table, address: Address) -> Mask:
        mask = np.ones(len(table), np.bool_)
        if address.only == "suspect":
            mask = np.isin(np.arange(len(table)), label_issues.find(table).indices)
        if address.slice:
            name, _, place = address.slice.rpartition(":")
            measured = self._attributes(table, address)
            if name not in measured or not place.isdecimal():
                raise AddressError(f"This address has slice={address.slice!r}; choose a part in the section Slices.")
            mask &= slices.parts_of(measured[name]) == int(place)
        return mask

    def _projection(self, table: Table, address: Address) -> Projection:
        return self._work(("map", address.data, address.model), lambda _: project(table.predictions.seen))

    def _corrupted(self, table: Table, address: Address) -> list[Rate]:
        if address.change not in corruptions.CHANGES:
            raise AddressError(f"There is no change {address.change!r}; choose one in the section Robustness.")

        def work(progress: Progress) -> list[Rate]:
            rates = []
            few = Labelled(
                table.data.name, table.data.images[:ROBUSTNESS_PICTURES], table.data.labels[:ROBUSTNESS_PICTURES]
            )
            for strength in (0, *corruptions.STRENGTHS):
                images = corruptions.corrupt(few.images, address.change, strength, seed=0)
                changed = Labelled(few.name, images, few.labels)
                answers = predict(self._model(address.model), changed, None, lambda _: None).answers
                rates.append(wilson(int((answers != few.labels).sum()), len(answers)))
                progress((strength + 1) / 6)
            return rates

        return self._work(("change", address.change, address.data, address.model), work)

    def _work(self, key: tuple[str, ...], work: Callable[[Progress], T]) -> T:
        result, share = self._jobs.ask(key, work, self._wait_s)
        if result is None:
            raise Waiting(share)
        return result

    def _attributes(self, table: Table, address: Address) -> dict[str, NDArray[np.float64]]:
        def work(_: Progress) -> dict[str, NDArray[np.float64]]:
            seen = table.predictions.seen
            measured = attributes.measure(seen)
            training = sources.training_sample()
            return measured if training is None else measured | {"novelty": attributes.novelty(seen, training)}

        return self._work(("attributes", address.data, address.model), work)

    def _section(self, table: Table, other: Table | None, address: Address) -> str:
        if address.show == "calibration":
            return calibration_view.section(table, address)
        if address.show == "slices":
            return slices_view.section(slices.rank(self._attributes(table, address), table.wrong), address)
        if address.show == "compare":
            return comparison_view.section(table, other, address)
        if address.show == "labels":
            return label_issues_view.section(table, label_issues.find(table), other, address)
        if address.show == "map":
            return map_view.section(table, self._projection(table, address), address)
        if address.show == "robustness":
            return robustness_view.section(self._corrupted(table, address) if address.change else [], address)
        if address.show == "learning":
            return f"<h2>How it learned</h2>{curves_view(learning_curves(self._models / 'metrics.json'))}"
        return overview_view.overview(table, address)

    def _picture(self, table: Table, address: Address, other: Table | None) -> str:
        index = address.picture
        if index is None or index >= len(table):
            raise AddressError(f"{table.data.name} has no picture {index}; the last one is {len(table) - 1}.")
        path = self._models / address.model
        names = {node.name for node in open_session(path).get_outputs()}
        return picture_view.picture(table, index, address, Recognizer(path) if "seen" in names else None, other)


def _file(name: str, kind: str, content: bytes) -> Message:
    return {"name": name, "url": f"data:{kind};base64,{base64.b64encode(content).decode()}"}


def _choices(address: Address, models: dict[str, str]) -> str:
    data = sources.data_sets()
    if address.data not in data:
        data = {address.data: "Your pictures"} | data
    others = {"": "none"} | {name: title for name, title in models.items() if name != address.model}
    return (
        _select("data", "Pictures", data, address.data)
        + _select("model", "Model", models, address.model)
        + _select("other", "Second model", others, address.other)
    )


def _select(name: str, label: str, options: dict[str, str], chosen: str) -> str:
    listed = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(title)}</option>'
        for value, title in options.items()
    )
    return f'<label>{label} <select name="{name}">{listed}</select></label>'


def _sections(address: Address) -> str:
    return markup.choices(
        "View",
        [(title, address.to(show=name, page=address.page), name == address.show) for name, title in SECTIONS.items()],
    )
