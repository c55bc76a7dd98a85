"""The ladder between two runtimes: shapes, values, labels; it stops at the first thing that differs."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.refusals import RefusalError
from export.contracts import Contract, Port
from export.proving.pictures import Case
from export.proving.tolerance import extent
from export.runtimes.run import Array, Outputs, Run

Allowed = dict[str, float]  # output name -> allowed difference as a share of its range


@dataclass(frozen=True)
class Rung:
    """One case in one batch size, climbed: what was compared and how far apart it was."""

    case: str
    batch: int
    pictures: int
    differences: dict[str, float]  # output name -> largest absolute difference
    labels_changed: int
    smallest_gap: float  # between the reference's largest and second score, over the pictures; 0 without scores
    scores: str

    @property
    def margin_holds(self) -> bool:
        """Whether twice the largest difference of a score is below the smallest gap, so that no label can differ."""
        return 2 * self.differences[self.scores] < self.smallest_gap


class MismatchError(RefusalError):
    """The first thing that differs; the message says where, both values and what was allowed.

    image: the picture (1, ...) that shows it; None when it is no matter of one picture.
    """

    def __init__(self, sentence: str, image: Array | None = None) -> None:
        super().__init__(sentence)
        self.image = image


def climb(
    reference: Run, candidate: Run, contract: Contract, cases: Iterable[Case], allowed: Allowed, *, ties: bool = False
) -> list[Rung]:
    """Compare both sides on every picture; MismatchError at the first difference or when nothing was compared.

    ties: whether labels may change, and are counted. Their values being within what is allowed, both labels' scores are
          then no further apart than twice that.
    """
    rungs: list[Rung] = []
    for case in cases:
        expected = in_batches(reference, case.images, max(case.batches))
        for batch in case.batches:
            found = in_batches(candidate, case.images, batch)
            rungs.append(compare(case, batch, expected, found, contract, allowed, ties=ties))
    if not sum(rung.pictures for rung in rungs):
        raise MismatchError("nothing was compared; expected at least one picture")
    return rungs


def in_batches(run: Run, images: Array, batch: int) -> Outputs:
    """Run all pictures, `batch` at a time, the last batch ragged; outputs are joined along their first axis."""
    parts = [run(images[start : start + batch]) for start in range(0, len(images), batch)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}


def compare(
    case: Case,
    batch: int,
    expected: Outputs,
    found: Outputs,
    contract: Contract,
    allowed: Allowed,
    *,
    ties: bool = False,
) -> Rung:
    """One step of the ladder; MismatchError names the case, the output, the picture and the numbers."""
    where = f"{case.name}, batch {batch}"
    differences = {}
    for port in contract.outputs:
        check_shape(where, port, len(case.images), expected, found)
        differences[port.name] = check_values(where, port, case.images, expected, found, allowed[port.name])
    scores = expected[contract.scores]
    gap = 0.0
    changed: Array = np.zeros(0, np.int64)
    if scores.ndim == 2 and scores.shape[1] > 1:
        changed = labels_changed(scores, found[contract.scores])
        if len(changed) and not ties:
            raise another_label(where, case.images, scores, found[contract.scores], changed)
        gap = smallest_gap(scores)
    return Rung(case.name, batch, len(case.images), differences, len(changed), gap, contract.scores)


def check_shape(where: str, port: Port, count: int, expected: Outputs, found: Outputs) -> None:
    for side, outputs in (("reference", expected), ("candidate", found)):
        if port.name not in outputs:
            raise MismatchError(
                f"{where}: the {side} has no output {port.name!r}; it has {', '.join(outputs) or 'none'}"
            )
        array = outputs[port.name]
        lengths = zip(port.axes[1:], expected[port.name].shape[1:], strict=False)
        shape = (count, *(length if isinstance(axis, str) else axis for axis, length in lengths))
        if array.shape != shape or array.dtype != port.dtype:
            raise MismatchError(
                f"{where}: the {side}'s {port.name} is {array.dtype} {array.shape}, expected {port.dtype} {shape}"
            )


def check_values(where: str, port: Port, images: Array, expected: Outputs, found: Outputs, share: float) -> float:
    """The largest absolute difference of one output; MismatchError when a value is not finite or too far off."""
    if expected[port.name].dtype.kind not in "biufc":
        return check_texts(where, port, images, expected, found)
    a, b = expected[port.name].astype(np.float64), found[port.name].astype(np.float64)
    for side, array in (("reference", a), ("candidate", b)):
        if len(lost := np.argwhere(~np.isfinite(array))):
            raise MismatchError(
                f"{where}: the {side}'s {port.name}{list(map(int, lost[0]))} is {array[tuple(lost[0])]}, not a number",
                images[lost[0][0]][None],
            )
    if not a.size:
        return 0.0
    difference = np.abs(a - b)
    at = np.unravel_index(int(difference.argmax()), difference.shape)
    limit = share * extent(a)
    if difference[at] > limit:
        raise MismatchError(
            f"{where}: {port.name}{list(map(int, at))} is {b[at]:.9g}, the reference says {a[at]:.9g}; "
            f"they differ by {difference[at]:.3g}, allowed {limit:.3g}",
            images[at[0]][None],
        )
    return float(difference[at])


def check_texts(where: str, port: Port, images: Array, expected: Outputs, found: Outputs) -> float:
    """0 when every text is the same, such as the name of a class; MismatchError at the first that is not."""
    a, b = expected[port.name], found[port.name]
    if len(other := np.argwhere(a != b)):
        at = tuple(other[0])
        raise MismatchError(
            f"{where}: {port.name}{list(map(int, at))} is {b[at]!r}, the reference says {a[at]!r}", images[at[0]][None]
        )
    return 0.0


def labels_changed(expected: Array, found: Array) -> Array:
    """The pictures of which the largest score is another one."""
    return np.flatnonzero(expected.argmax(1) != found.argmax(1))


def another_label(where: str, images: Array, expected: Array, found: Array, changed: Array) -> MismatchError:
    """The error that says which labels changed."""
    first = int(changed[0])
    return MismatchError(
        f"{where}: {len(changed)} of {len(images)} labels changed, first picture {first} "
        f"from {expected[first].argmax()} to {found[first].argmax()}",
        images[first][None],
    )


def smallest_gap(scores: Array) -> float:
    """The smallest distance between the best and the second score (N, 10) of any picture."""
    ordered = np.sort(scores.astype(np.float64), axis=1)
    return float((ordered[:, -1] - ordered[:, -2]).min())
