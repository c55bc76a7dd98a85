"""Any number of pictures through a model that may take only so many at once."""

import numpy as np

from core.session import Array, ModelError, Outputs, Session, picture_port, run

BATCH = 64


class Batches:
    """A function from pictures (N, ...), in a model's own form, to its outputs, each (N, ...).

    They go through it `batch` at a time, or as many as the file fixes, the rest filled up with the last picture; and
    one at a time where the file says that any number will do, but its graph takes only one. Not for several threads.

    alone: the input has no axis for several pictures, so that each is given without one.
    """

    def __init__(self, session: Session, name: str, batch: int = BATCH, *, alone: bool = False) -> None:
        self._session, self._name, self._alone = session, name, alone
        axes = picture_port(session, name).axes
        self._fixed = 1 if alone else axes[0] if axes else None
        self._batch = self._fixed or batch

    def __call__(self, pictures: Array) -> Outputs:
        """Run them all; ModelError where the model does not take them, or its answers cannot be told apart."""
        if not len(pictures):
            raise ModelError(f"{self._name}: was given no pictures; expected one or more")
        if self._fixed is None and self._batch > 1:
            try:
                return self._joined(pictures)
            except ModelError:
                self._batch = 1  # its graph fixes what its file calls free; if one is refused too, that is said
        return self._joined(pictures)

    def _joined(self, pictures: Array) -> Outputs:
        starts = range(0, len(pictures), self._batch)
        parts = [self._part(pictures[start : start + self._batch]) for start in starts]
        return {name: self._concatenated(name, [part[name] for part in parts]) for name in parts[0]}

    def _part(self, pictures: Array) -> Outputs:
        """The outputs for up to a batch, one row a picture."""
        count = len(pictures)
        if self._fixed and count < self._fixed:
            pictures = np.concatenate([pictures, np.repeat(pictures[-1:], self._fixed - count, axis=0)])
        outputs = run(self._session, np.asarray(pictures[0]) if self._alone else pictures, self._name)
        return {name: self._rows(name, array, len(pictures))[:count] for name, array in outputs.items()}

    def _rows(self, name: str, array: Array, count: int) -> Array:
        if array.ndim and len(array) == count:
            return array
        if count == 1:
            return array[None]  # an answer to one picture, without an axis for pictures
        raise ModelError(f"{self._name}: gives {name} {array.shape} for {count} pictures; expected {count} rows")

    def _concatenated(self, name: str, parts: list[Array]) -> Array:
        if len({part.shape[1:] for part in parts}) > 1:
            shapes = " and ".join(map(str, sorted({part.shape[1:] for part in parts})[:2]))
            raise ModelError(f"{self._name}: gives {name} of {shapes} for pictures of one size; expected one shape")
        return np.concatenate(parts)
