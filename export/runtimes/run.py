"""What every runtime looks like from outside: a function from one batch of pictures to the model's outputs."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.refusals import RefusalError

HALF = 8 * 2.0**-11  # float16 rounds each layer's output by up to 2^-11 of it, over at most eight layers
STEP_OF_8_BITS = 2.0**-8  # one step of a grid over the range: a sum that falls between two may go either way
# A recogniser's logits range over 40 and more, and what moves a logit moves a probability by up to a quarter of it.
STEP_BEHIND_SOFTMAX = STEP_OF_8_BITS * 40 / 4

Array = NDArray[np.generic]
Outputs = dict[str, Array]  # output name -> array, in the model's order
Run = Callable[[Array], Outputs]


class MissingError(RefusalError):
    """A runtime that this machine lacks; the message says what is missing and how to get it."""


class UnsupportedError(RefusalError):
    """A runtime that refuses a model; the message is its own reason."""


@dataclass(frozen=True)
class Runtime:
    """One way to run a model.

    version:  what is installed; MissingError when it is not.
    open:     a model file -> a function that runs it on a batch; UnsupportedError when it refuses the file.
    batch:    pictures handed over at a time.
    pictures: how many of each kind are shown, where each takes long, and no large ones; None for all.
    raw:      the same for a recogniser alone, all of whose preprocessing it runs slowly.
    half:     computes in float16, so it is held to float16's tolerance.
    timed:    whether a call's time says something about the runtime, not about starting a process for it.
    cost:     what a model and one picture need of a small device, in bytes; None where nobody asks.
    formats:  suffixes of the files that it reads.
    """

    name: str
    version: Callable[[], str]
    open: Callable[[Path], Run]
    batch: int = 256
    pictures: int | None = None
    raw: int | None = None
    half: bool = False
    timed: bool = True
    cost: Callable[[Path, Array], dict[str, int]] | None = None
    formats: tuple[str, ...] = (".onnx",)


def need(package: str) -> str:
    """The installed version of a Python package; MissingError when there is none."""
    try:
        return version(package)
    except PackageNotFoundError as error:
        raise MissingError(f"the Python package {package} is not installed; `make parity` installs it") from error
