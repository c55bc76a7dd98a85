"""Whether a file is taken for a picture, by its name or by its content."""

import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import IO

from PIL import Image

from core import pictures


def is_picture(name: str, opened: Callable[[], str | Path | IO[bytes]]) -> bool:
    """Whether a file calls itself a picture, so that a damaged one is told of, or is one by its content.

    opened: the file as Pillow opens it; only called where the name does not say.
    """
    kind = mimetypes.guess_type(name, strict=False)[0] or ""
    if kind.startswith("image/"):
        return True
    try:
        with Image.open(opened(), formats=pictures.FORMATS):
            return True
    except Exception:  # Pillow raises whatever a foreign file makes its decoders run into
        return False
