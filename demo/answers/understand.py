"""Why this answer: which ink mattered, and what would change the model's mind. All by asking the same model again.

What to ask, and what the answers say, is worked out by the two graphs of core/net/explain.py, here as in a browser.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from core.catalogue import EXPLAIN
from demo.answers.opened import open_session
from demo.answers.recognizer import Answer, Floats, Grey
from demo.settings import MODELS


class Reader(Protocol):
    """What answers many pictures of one size at once: a recogniser, or a bare net in its place."""

    def batch(self, images: Grey) -> list[Answer]:
        """An answer to each of (N, H, W) uint8 pictures."""
        ...


@dataclass(frozen=True)
class Sweep:
    """One change to the drawing, from none, at 0, to much.

    values:  what was done, in `unit`.
    shares:  (K,) probability of the original answer after each change.
    answers: (K,) the most likely digit after each change.
    """

    name: str
    unit: str
    values: list[int]
    shares: Floats
    answers: list[int]


class Explanation(NamedTuple):
    """heat: (28, 28) float32 in [-1, 1], how much each pixel of what was seen speaks for the answer."""

    heat: Floats
    sweeps: list[Sweep]


def heat_map(reader: Reader, answer: Answer) -> Floats:
    """The heat of an Explanation alone, asking nothing of swept pictures. ModelError where a graph is missing."""
    occluded, _ = _changes(answer)
    return _reasons(answer, _shares(reader, occluded), np.empty((0, 10), np.float32))[0]


def explain(reader: Reader, answer: Answer) -> Explanation:
    """Which ink mattered, and what turning, thickening, moving and erasing does. ModelError as above."""
    occluded, swept = _changes(answer)
    heat, shares, digits = _reasons(answer, _shares(reader, occluded), _shares(reader, swept))
    return Explanation(heat, _sweeps(shares, digits))


def sweeps() -> list[dict[str, Any]]:
    """Name, unit and values of each sweep, in the order of the pictures, as the graph itself says."""
    return json.loads(_graph(EXPLAIN[0]).get_modelmeta().custom_metadata_map["sweeps"])


def _changes(answer: Answer) -> list[NDArray[np.uint8]]:
    return _graph(EXPLAIN[0]).run(["occluded", "swept"], {"seen": answer.seen})


def _reasons(answer: Answer, of_occluded: Floats, of_swept: Floats) -> list[NDArray[Any]]:
    asked = {"seen": answer.seen, "probabilities": answer.probabilities}
    told = {"of_occluded": of_occluded, "of_swept": of_swept}
    return _graph(EXPLAIN[1]).run(["heat", "shares", "digits"], asked | told)


def _shares(reader: Reader, pictures: Grey) -> Floats:
    """(N, 10) probabilities of (N, H, W) pictures."""
    return np.stack([one.probabilities for one in reader.batch(pictures)])


def _sweeps(shares: Floats, digits: NDArray[np.int64]) -> list[Sweep]:
    found, start = [], 0
    for told in sweeps():
        end = start + len(told["values"])
        found.append(Sweep(**told, shares=shares[start:end], answers=digits[start:end].tolist()))
        start = end
    return found


@cache
def _graph(file: str) -> onnxruntime.InferenceSession:
    """Kept, since one question follows another."""
    return open_session(MODELS / file)
