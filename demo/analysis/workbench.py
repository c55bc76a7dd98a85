"""What the views need, worked out in the background and kept while it is used: tables, measures, maps, curves."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from demo.analysis import area, attributes, corruptions, label_issues, slices, sources
from demo.analysis.address import Address, AddressError
from demo.analysis.counts import Rate
from demo.analysis.jobs import Jobs, Progress
from demo.analysis.projection import Projection, project
from demo.analysis.selection import Mask, selected
from demo.analysis.sources import Uploads
from demo.analysis.table import Table
from demo.mnist import Labelled
from demo.predictions import Predictions, predict, reads_any_picture
from demo.recognizer import Recognizer, open_session, score_threshold
from demo.settings import cache_folder

WAIT_S = 0.8  # for work to end before progress is shown instead
T = TypeVar("T")


class Waiting(Exception):  # noqa: N818 (it is no error)
    """Something is being worked out; `share` is done."""

    def __init__(self, share: float) -> None:
        super().__init__(share)
        self.share = share


class Workbench:
    """Works things out for addresses; each answers, or raises Waiting. Safe to ask from several threads."""

    def __init__(self, models: Path, wait_s: float = WAIT_S) -> None:
        self.uploads = Uploads()
        self.models = models
        self._wait_s = wait_s
        self._jobs = Jobs()

    def model(self, name: str) -> Path:
        """The file of that name; AddressError when it is none of the models here."""
        if name not in sources.models(self.models):
            raise AddressError(f"There is no model {name!r} here; choose one of the list.")
        return self.models / name

    def table(self, address: Address) -> Table:
        """The model's answers to the data of an address."""
        return self._table(address.data, address.model)

    def other(self, address: Address) -> Table | None:
        """The second model's answers to the same data; None where no second model is chosen."""
        return self._table(address.data, address.other) if address.other else None

    def indices(self, address: Address) -> NDArray[np.intp]:
        """The pictures that an address asks for, in its order."""
        table = self.table(address)
        return selected(table, address, self.other(address), self._condition(table, address))

    def attributes(self, address: Address) -> dict[str, NDArray[np.float64]]:
        """Name -> (N,) what can be measured on the pictures."""
        seen = self.table(address).predictions.seen
        return self._work(("attributes", address.data, address.model), lambda _: attributes.all_of(seen))

    def projection(self, address: Address) -> Projection | None:
        """The map; None for a model without features."""
        features = self.table(address).predictions.features
        return self._work(("map", address.data, address.model), lambda _: project(features))

    def corrupted(self, address: Address) -> list[Rate]:
        """The error at each strength of the address's change, on the first pictures of its data."""
        if address.change not in corruptions.CHANGES:
            raise AddressError(f"There is no change {address.change!r}; choose one in the section Robustness.")
        data, model = self.table(address).data, self.model(address.model)
        key = ("change", address.change, address.data, address.model)
        return self._work(key, lambda progress: corruptions.error_rates(model, data, address.change, progress))

    def drawing(self, address: Address, image: NDArray[np.uint8]) -> Predictions:
        """The model's answers to a drawing, (H, W) uint8, one row; a bare net gets what the recogniser saw of it."""
        path = self.model(address.model)
        if not reads_any_picture(path):
            image = (Recognizer(self.models / "recognizer.onnx")(image).seen * 255).round().astype(np.uint8)
        return predict(path, Labelled("your drawing", image[None], np.zeros(1, np.uint8)), None, lambda _: None)

    def _table(self, data_name: str, model: str) -> Table:
        path = self.model(model)

        def work(progress: Progress) -> Table:
            data = sources.load_data(data_name, self.uploads)
            cache = None if data_name.startswith(sources.UPLOADED) else cache_folder()
            threshold = score_threshold(open_session(path), self.models / "metrics.json")
            return Table(data, predict(path, data, cache, progress), threshold)

        return self._work((data_name, model, str(path.stat().st_mtime_ns)), work)

    def _condition(self, table: Table, address: Address) -> Mask:
        mask = np.ones(len(table), np.bool_)
        if address.only == "suspect":
            mask = np.isin(np.arange(len(table)), label_issues.find(table).indices)
        if address.slice:
            name, _, place = address.slice.rpartition(":")
            measured = self.attributes(address)
            if name not in measured or not place.isdecimal():
                raise AddressError(f"This address has slice={address.slice!r}; choose a part in the section Slices.")
            mask &= slices.parts_of(measured[name]) == int(place)
        projection = self.projection(address) if address.area else None
        if projection is not None:
            mask &= area.inside(projection.points, area.corners(address.area))
        return mask

    def _work(self, key: tuple[str, ...], work: Callable[[Progress], T]) -> T:
        result, share = self._jobs.ask(key, work, self._wait_s)
        if share < 1:
            raise Waiting(share)
        return result
