"""What the views need, worked out in the background and kept while it is used: tables, measures, maps, curves."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from core.mnist import DataError
from demo.analysis import area, attributes, corruptions, label_issues, slices, sources
from demo.analysis.address import Address, AddressError
from demo.analysis.counts import Rate
from demo.analysis.feature_graph import output_names
from demo.analysis.jobs import Jobs, Progress
from demo.analysis.own_models import OWN, OwnModel, OwnModels
from demo.analysis.predictions import RECOGNISER, Predictions, predict, reads_any_picture
from demo.analysis.projection import Projection, project
from demo.analysis.selection import Mask, selected
from demo.analysis.sources import Uploads
from demo.analysis.table import Table
from demo.answers.opened import open_session
from demo.answers.recognizer import Recognizer, score_threshold
from demo.answers.shelf import Shelved
from demo.mnist import Labelled
from demo.settings import cache_folder

WAIT_S = 0.8  # for work to end before progress is shown instead
MNIST_SIZE = (28, 28)  # which every model reads
T = TypeVar("T")


class Waiting(Exception):  # noqa: N818 (it is no error)
    """Something is being worked out; `share` is done."""

    def __init__(self, share: float) -> None:
        super().__init__(share)
        self.share = share


class Workbench:
    """Works things out for addresses; each answers, or raises Waiting. Safe to ask from several threads."""

    def __init__(self, models: Path, wait_s: float = WAIT_S, shelf: Sequence[Shelved] = ()) -> None:
        """Work with the models of a folder, and with those of a shelf, which were opened already."""
        self.uploads = Uploads()
        self.own_models = OwnModels()
        self.models = models
        self._shelf = {one.name: one for one in shelf}
        self._wait_s = wait_s
        self._jobs = Jobs()
        self._sets: WeakValueDictionary[str, Labelled] = WeakValueDictionary()
        self._sizes: dict[str, tuple[int, int]] = {}
        self._any: dict[tuple[Path, int], bool] = {}  # whether each version of a model reads pictures of any size

    def model(self, name: str) -> Path | OwnModel:
        """The file of that name, or what a visitor sent; AddressError when it is none of the models here."""
        if name.startswith(OWN):
            return self.own_models.get(name)
        if name in self._shelf:
            return self._shelf[name].analyse
        if name not in sources.models(self.models):
            raise AddressError(f"There is no model {name!r} here; choose one of the list.")
        return self.models / name

    def size(self, data_name: str) -> tuple[int, int] | None:
        """Height and width of the pictures of a data set, in px; None where there is no such set."""
        if data_name not in self._sizes:
            try:
                height, width = self._data(data_name).images.shape[1:]
            except DataError:
                return None
            self._sizes[data_name] = (height, width)
        return self._sizes[data_name]

    def unfit(self, address: Address) -> dict[str, str]:
        """The models that cannot read the pictures of an address's data, each with the reason."""
        size = self.size(address.data)
        if size in (None, MNIST_SIZE):
            return {}
        why = f"reads 28×28 only, these are {size[0]}×{size[1]}"
        bare = {name: why for name in sources.models(self.models) if not self._reads_any(self.models / name)}
        shelved = {name: one.analyse for name, one in self._shelf.items() if isinstance(one.analyse, OwnModel)}
        own = shelved | self._own(address)
        return bare | {name: why for name, model in own.items() if not model.takes(*size)}

    def _reads_any(self, path: Path) -> bool:
        version = (path, path.stat().st_mtime_ns)
        if version not in self._any:
            self._any[version] = set(output_names(path.read_bytes())) >= RECOGNISER
        return self._any[version]

    def titles(self, address: Address) -> dict[str, str]:
        """Name -> title of every model that can be chosen: those here, and of visitors' own ones the address's."""
        sent = {name: f"Your own: {own.name}" for name, own in self._own(address).items()}
        return sources.models(self.models) | {name: one.title for name, one in self._shelf.items()} | sent

    def _own(self, address: Address) -> dict[str, OwnModel]:
        return {name: self.own_models.get(name) for name in (address.model, address.other) if name.startswith(OWN)}

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

    def _data(self, name: str) -> Labelled:
        """The data set of that name: the tables that are kept of it share one copy."""
        data = self._sets.get(name)
        if data is None:
            data = self._sets[name] = sources.load_data(name, self.uploads)
        return data

    def _table(self, data_name: str, model: str) -> Table:
        chosen = self.model(model)
        if isinstance(chosen, OwnModel):
            return self._work((data_name, model), lambda progress: self._own_table(data_name, chosen, progress))
        path = chosen

        def work(progress: Progress) -> Table:
            data = self._data(data_name)
            cache = None if data_name.startswith(sources.UPLOADED) else cache_folder()
            threshold = score_threshold(open_session(path), self.models / "metrics.json")
            return Table(data, predict(path, data, cache, progress), threshold)

        return self._work((data_name, model, str(path.stat().st_mtime_ns)), work)

    def _own_table(self, data_name: str, model: OwnModel, progress: Progress) -> Table:
        data = self._data(data_name)
        return Table(data, model.predict(data, progress), 0.0)

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
