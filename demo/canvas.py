"""A drawing or an upload of any kind -> one uint8 grey array. The only place that knows alpha, EXIF and modes."""

import base64
import binascii
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from demo import limits

Grey = NDArray[np.uint8]

WORKING_SIDE_PX = 1200  # larger pictures are averaged down to this: a digit never needs more
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF")  # none that starts another program
ACCEPTED = "PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF"
DEPTH_PEAKS = (1.0, 255.0, 1023.0, 4095.0, 16383.0, 65535.0)  # white of float, 8, 10, 12, 14 and 16 bits
TOO_SLOW = "Reading that took too long, since many people are drawing just now. Please send it again in a minute."
DECODING = threading.BoundedSemaphore(2)  # 50 million pixels unpacked take 150 MB or more


class PictureError(ValueError):
    """An upload that cannot be read; the message is a sentence for the person who sent it."""


def read(source: str | Path | bytes | Image.Image) -> Grey:
    """Any picture -> (H, W) uint8 in [0, 255], upright, polarity as it came, longest side at most 1200 px.

    source: a data URL, a path, the bytes of an image file, or an open PIL picture; of several frames the first. Text
            is never taken for a path, since it comes from visitors.
    errors: PictureError when it is too large, damaged, or not a picture.
    """
    if isinstance(source, Image.Image):
        return _decode(source)
    content = _content(source)
    try:
        with _turn(), Image.open(io.BytesIO(content), formats=FORMATS) as image:
            return _decode(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(_too_many_pixels()) from error
    except UnidentifiedImageError as error:
        raise PictureError(_not_a_picture(content)) from error
    except PictureError:
        raise
    except Exception as error:  # on damaged files Pillow's decoders raise whatever their arithmetic runs into
        raise PictureError("That picture is damaged or incomplete. Please save it again, or send another.") from error


@contextmanager
def _turn() -> Iterator[None]:
    """One of the places at the decoder; PictureError when none comes free in time."""
    if not DECODING.acquire(timeout=limits.REQUEST_S):
        raise PictureError(TOO_SLOW)
    try:
        yield
    finally:
        DECODING.release()


def _content(source: str | Path | bytes) -> bytes:
    if isinstance(source, str):
        source = _from_data_url(source)
    elif isinstance(source, Path):
        _check_length(source.stat().st_size)
        source = source.read_bytes()
    _check_length(len(source))
    return source


def _from_data_url(url: str) -> bytes:
    head, _, body = url.partition(",")
    _check_length(len(url) * 3 // 4)
    if not (head.startswith("data:") and head.endswith(";base64")):
        raise PictureError("Expected a picture as a data URL (data:image/png;base64,...). Please send it so.")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise PictureError("The picture did not arrive in one piece. Please send it again.") from error


def _check_length(length: int) -> None:
    if length > limits.PICTURE_BYTES:
        found, most = f"{length / 2**20:.0f} MB" if length < 2**30 else "over 1 GB", limits.PICTURE_BYTES // limits.MB
        raise PictureError(f"That file has {found}; at most {most} MB are read. Please send a smaller picture.")
    if length == 0:
        raise PictureError("That file is empty. Please choose a picture.")


def _too_many_pixels() -> str:
    return f"That picture has more than {limits.PICTURE_PIXELS // 1_000_000} million pixels. Please send a smaller one."


def _not_a_picture(content: bytes) -> str:
    kind = content[4:12]
    if kind in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc"):
        return "HEIC photos cannot be read here. Please save the photo as JPEG, or take a screenshot of it."
    if content.lstrip()[:5] in (b"<?xml", b"<svg ", b"%PDF-"):
        return f"Only pictures made of pixels can be read: {ACCEPTED}."
    return f"That is not a picture that can be read here. Please send {ACCEPTED}."


def _decode(image: Image.Image) -> Grey:
    if image.width * image.height > limits.PICTURE_PIXELS:
        raise PictureError(_too_many_pixels())
    image.draft("RGB", (WORKING_SIDE_PX, WORKING_SIDE_PX))  # a JPEG comes out smaller at once; nothing for others
    return to_grey(_shrunk(ImageOps.exif_transpose(image)))


def _shrunk(image: Image.Image) -> Image.Image:
    factor = -(-max(image.size) // WORKING_SIDE_PX)  # rounded up
    if factor == 1:
        return image
    if image.mode in ("P", "PA", "1"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.reduce(factor)


def to_grey(image: Image.Image) -> Grey:
    """A decoded picture of any PIL mode -> (H, W) uint8 grey, transparency made paper."""
    if image.mode.startswith("I") or image.mode == "F":
        with np.errstate(invalid="ignore"):  # a signalling NaN in a float TIFF
            return _from_depth(np.asarray(image).astype(np.float64))
    if image.mode == "LAB":
        return np.asarray(image.getchannel("L"))
    if image.has_transparency_data:
        return _on_paper(image)
    return np.asarray(image.convert("RGB").convert("L"))


def _from_depth(level: NDArray[np.float64]) -> Grey:
    """Deep levels -> 8 bits by the least usual bit depth that holds them all, so that a 12-bit scan is not black."""
    level = np.nan_to_num(level, posinf=0.0, neginf=0.0)
    level = level - min(level.min(), 0.0)
    white = next((peak for peak in DEPTH_PEAKS if level.max() <= peak), level.max())
    return (level * (255 / white)).round().astype(np.uint8)


def _on_paper(image: Image.Image) -> Grey:
    """Fill what is transparent: with the picture's own paper where most of it can be seen, else to contrast the ink."""
    layers = np.asarray(image.convert("RGBA").convert("LA"), dtype=np.float64)
    level, alpha = layers[..., 0], layers[..., 1] / 255  # both (H, W)
    shown = alpha > 0.5
    if shown.mean() > 0.5:
        paper = float(np.median(level[shown]))
    else:
        light_ink = (level * alpha).sum() > 127.5 * alpha.sum()
        paper = 0.0 if light_ink else 255.0
    return (level * alpha + paper * (1 - alpha)).round().astype(np.uint8)
