"""What a visitor draws or sends -> one uint8 grey array: drawings at once, other files in processes of their own."""

import atexit
import threading
from pathlib import Path

from PIL import Image

from core import drawn, pictures
from core.decoders import Decoder
from core.pictures import Grey, PictureError
from demo.guard import deadline, limits
from demo.guard.deadline import TOO_SLOW

__all__ = ["TOO_SLOW", "PictureError", "read", "read_drawing"]

DRAWINGS = threading.BoundedSemaphore(2)  # each holds it for milliseconds
LARGE_PIXELS = 12_000_000  # from here on, or where a header does not say, one picture at a time gets much memory
DECODERS = {
    False: Decoder(limits.PICTURE_MEMORY_BYTES // 3, limits.PICTURE_CPU_S, limits.REQUEST_S),
    True: Decoder(limits.PICTURE_MEMORY_BYTES, limits.PICTURE_CPU_S, limits.REQUEST_S),
}


def read(source: str | Path | bytes | Image.Image) -> Grey:
    """Any picture -> (H, W) uint8 as `core.pictures.read` reads it; PictureError also when no turn comes in time."""
    if isinstance(source, Image.Image):
        return pictures.read(source, limits.PICTURE_BYTES, limits.PICTURE_PIXELS)
    content = pictures.content_of(source, limits.PICTURE_BYTES)
    drawing = _drawing(content)
    return _upload(content) if drawing is None else drawing


def read_drawing(source: str) -> Grey:
    """As `read`, of the drawing canvas alone: PictureError for any file that a canvas does not write."""
    drawing = _drawing(pictures.content_of(source, drawn.MOST_BYTES))
    if drawing is None:
        raise PictureError("That is no drawing. Please send it as a picture.")
    return drawing


def start() -> None:
    """Have the processes ready that decode uploads."""
    for decoder in DECODERS.values():
        decoder.start()


@atexit.register
def close() -> None:
    """End the processes."""
    for decoder in DECODERS.values():
        decoder.close()


def _drawing(content: bytes) -> Grey | None:
    """A drawing's pixels; None for any other file."""
    if not DRAWINGS.acquire(timeout=deadline.current().left_s):
        raise PictureError(TOO_SLOW)
    try:
        return drawn.read(content)
    finally:
        DRAWINGS.release()


def _upload(content: bytes) -> Grey:
    claimed = pictures.check_header(content, limits.PICTURE_PIXELS)
    is_large = claimed is None or claimed > LARGE_PIXELS
    found = DECODERS[is_large].read(content, limits.PICTURE_PIXELS, deadline.current().left_s)
    if found is None:
        raise PictureError(TOO_SLOW)
    return found
