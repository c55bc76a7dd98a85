"""A start without Gradio's notes for editors: it renews a .pyi file for each component, a third of its import."""

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager

WRITER = "gradio.component_meta"


@contextmanager
def without_notes() -> Iterator[None]:
    """While Gradio defines components: of one in no file it writes no notes, and so it is told of each of them."""
    told = inspect.getfile

    def getfile(what: type) -> str:
        if sys._getframe(1).f_globals.get("__name__") == WRITER:
            raise OSError(f"{what}: its notes are left as they are")
        return told(what)

    inspect.getfile = getfile  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = told
