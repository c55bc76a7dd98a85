"""Any model that takes one picture and says ten numbers: its layout, its kind of answer and its preparation."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.batches import Batches
from core.layout import MNIST_PX, Layout, layouts
from core.preparation import Preparation, assumed, best, much_better, usual
from core.session import Array, ModelError, Outputs, Port, Session, open_session, picture_port

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]

CLASSES = 10
PIXELS_AT_ONCE = 256 * MNIST_PX**2  # so that a batch of large pictures takes no more memory than one of MNIST's
SCORE = "digit_score"
PROBES = 8  # pictures that show of which kind the answers are


@dataclass(frozen=True)
class Answers:
    """probabilities (N, 10) float32, each row sums to 1; digit_score (N,) float32 in [0, 1], 1 without an opinion."""

    probabilities: Floats
    digit_score: Floats

    @property
    def labels(self) -> NDArray[np.intp]:
        """(N,) the most likely digits."""
        return self.probabilities.argmax(1)


@dataclass(frozen=True)
class PictureModel:
    """A model that is open, and how pictures are given to it. Not for several threads.

    scores:        the output whose ten numbers are the answer.
    probabilities: whether those are probabilities already; else they are logits or logarithms of probabilities.
    preparation:   see there; assumed unless somebody chose it.
    """

    name: str
    session: Session
    port: Port
    layout: Layout
    scores: str
    probabilities: bool
    preparation: Preparation

    def __str__(self) -> str:
        return f"{self.port.dtype} {self.layout}, {self.preparation}"

    def prepared(self, preparation: Preparation) -> "PictureModel":
        """The same model with another preparation."""
        return replace(self, preparation=preparation)

    def __call__(self, images: Grey) -> Answers:
        """Read pictures (N, H, W) uint8, ink 255; ModelError for a size that the model does not take."""
        height, width = images.shape[1:]
        if not self.layout.takes(height, width):
            raise ModelError(wrong_size(self.name, self.layout.side_px, (height, width)))
        at_once = max(1, PIXELS_AT_ONCE // (height * width))
        batches = Batches(self.session, self.name, at_once, alone="N" not in self.layout.order)
        parts = [self._told(batches, images[start : start + at_once]) for start in range(0, len(images), at_once)]
        return Answers(
            np.concatenate([part.probabilities for part in parts]), np.concatenate([part.digit_score for part in parts])
        )

    def _told(self, batches: Batches, images: Grey) -> Answers:
        outputs = batches(self.preparation(self.layout.arrange(images), self.port.dtype))
        rows = ten(outputs[self.scores], len(images))
        if rows is None or not np.isfinite(rows).all():
            raise ModelError(f"{self.name}: gives {self.scores} that are no ten numbers for a picture")
        score = outputs.get(SCORE, np.ones(0)).reshape(-1)
        own = len(score) == len(images)
        return Answers(
            rows.astype(np.float32) if self.probabilities else softmax(rows),
            score.astype(np.float32) if own else np.ones(len(images), np.float32),
        )

    def better(self, images: Grey, labels: NDArray[np.integer]) -> str | None:
        """A sentence when one of the usual preparations would do much better on labelled pictures; None otherwise."""
        chosen, fewest = self.best_preparation(images, labels)
        wrong = self.count_wrong(images, labels)
        if not much_better(wrong, fewest, len(labels)):
            return None
        away = " without --invert" if self.preparation.invert and not chosen.invert else ""
        return (
            f"{self.name}: with {self.preparation} it misreads {wrong} of {len(labels)} validation pictures, with "
            f"{chosen} only {fewest}; `{chosen.options}`{away} asks for that"
        )

    def best_preparation(self, images: Grey, labels: NDArray[np.integer]) -> tuple[Preparation, int]:
        """The usual preparation with which fewest labelled pictures are misread, and how many are."""
        prepares_itself = self.port.dtype == "uint8" and self.layout.side_px is None  # a recogniser: raw pixels in
        ways = [self.preparation] if prepares_itself else usual(self.port.dtype, self.layout.side_px)
        return best(lambda way: self.prepared(way).count_wrong(images, labels), ways)

    def count_wrong(self, images: Grey, labels: NDArray[np.integer]) -> int:
        """How many labelled pictures are misread."""
        return int((self(images).labels != labels).sum())


def open_picture_model(model: Path | bytes, name: str = "", preparation: Preparation | None = None) -> PictureModel:
    """Open a model and find out how it takes pictures, by its axes and by trying it.

    name:   what the sentences call it; the path by default.
    errors: ModelError when it takes no picture or does not say ten numbers for one.
    """
    name = name or (str(model) if isinstance(model, Path) else "the model")
    session = open_session(model, name)
    port = picture_port(session, name)
    if port.dtype not in np.sctypeDict or np.dtype(port.dtype).kind not in "fiu":
        raise ModelError(f"{name}: takes {port}; expected numbers, for pictures")
    refusals = []
    for layout in layouts(port.axes):
        chosen = preparation or assumed(port.dtype, layout.side_px)
        try:
            outputs = _probed(session, port, layout, chosen, name)
        except ModelError as error:
            refusals.append(str(error))
            continue
        for output, array in outputs.items():
            rows = ten(array, PROBES)
            if rows is not None:
                return PictureModel(name, session, port, layout, output, are_probabilities(rows), chosen)
        shapes = ", ".join(f"{output} {array.shape[1:]}" for output, array in outputs.items())
        refusals.append(f"{name}: gives {shapes} for a picture; expected ten numbers")
    raise ModelError(refusals[0] if refusals else f"{name}: takes {port}; expected a picture, such as (N, 1, 28, 28)")


def _probed(session: Session, port: Port, layout: Layout, preparation: Preparation, name: str) -> Outputs:
    side = layout.side_px or MNIST_PX
    noise = np.random.default_rng(0).integers(0, 256, (PROBES, side, side), np.uint8)
    batches = Batches(session, name, PROBES, alone="N" not in layout.order)
    return batches(preparation(layout.arrange(noise), port.dtype))


def ten(array: Array, count: int) -> Array | None:
    """An output as (N, 10) where it holds ten numbers for each of N pictures; None where it does not."""
    fits = array.dtype.kind in "fiu" and array.size == count * CLASSES and len(array) == count
    return array.reshape(count, CLASSES) if fits else None


def are_probabilities(rows: Array) -> bool:
    """Whether each row is of numbers from 0 up that sum to 1."""
    rows = rows.astype(np.float64)
    return bool((rows >= 0).all() and np.allclose(rows.sum(1), 1, atol=1e-3))


def softmax(logits: Array) -> Floats:
    """Logits, or logarithms of probabilities, (N, 10) -> probabilities (N, 10)."""
    logits = logits.astype(np.float64)
    raised = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True), np.float32)


def wrong_size(name: str, side_px: int | None, found: tuple[int, int]) -> str:
    """A sentence for pictures of a size that a bare net does not take."""
    height, width = found
    return (
        f"{name}: reads pictures of {side_px}×{side_px} in MNIST's form, found one of {height}×{width}; "
        "choose a recogniser, such as models/recognizer.onnx, which reads any size"
    )
