"""What ZeroGPU hardware asks: it starts no Space that declares no function for a GPU, and this page needs none."""

import importlib
import os


def declare() -> None:
    """Declare a function that nobody calls, where ZeroGPU runs this process (it sets SPACES_ZERO_GPU).

    The package `spaces` is the platform's own: it is installed there and is no requirement of this project.
    """
    if os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true"):
        importlib.import_module("spaces").GPU(_nothing)


def _nothing() -> None:
    """Stands for the work on a GPU that this page does not have; never called, so no GPU time is used."""
