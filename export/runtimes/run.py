"""What every runtime looks like from outside: a function from one batch of pictures to the model's outputs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.generic]
Outputs = dict[str, Array]  # output name -> array, in the model's order
Run = Callable[[Array], Outputs]
Open = Callable[[Path], Run]


class MissingError(Exception):
    """A runtime that this machine lacks, or that cannot take this model; the message says which and why."""
