"""Any picture -> one uint8 grey array: the only rule, of the page, of training and of measuring alike.

Here alone alpha, EXIF, modes and bit depths are known; a program that follows it feeds the model as this project does.
"""

import base64
import io
from pathlib import Path
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from core import headers
from core.refusals import RefusalError
from core.tags import HeaderError

Grey = NDArray[np.uint8]
Source = str | Path | bytes | Image.Image | NDArray[np.generic]

MB = 2**20
MOST_BYTES = 20 * MB  # of a file
MOST_PIXELS = 50_000_000  # what a good phone takes; read from the header
WORKING_SIDE_PX = 1200  # larger pictures are averaged down to this: a digit never needs more
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF")  # none that starts another program
ACCEPTED = "PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF"
ORIENTATION = 0x0112  # EXIF's tag
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
STANDARD_ALPHABET = str.maketrans("-_", "+/")  # from the URL-safe one
DEPTH_PEAKS = (1.0, 255.0, 1023.0, 4095.0, 16383.0, 65535.0)  # white of float, 8, 10, 12, 14 and 16 bits


class PictureError(RefusalError, ValueError):
    """A picture that cannot be read; the message is a sentence for the person who sent it."""


def read(source: Source, most_bytes: int = MOST_BYTES, most_pixels: int = MOST_PIXELS) -> Grey:
    """Any picture -> (H, W) uint8 in [0, 255], upright, polarity as it came, longest side at most 1200 px.

    source: a path, the bytes of an image file, a data URL, an open PIL picture, or an array (H, W) or (H, W, 1 to 4)
            of bool, whole or real numbers; of several frames the first. Text is never taken for a path, since on the
            page it comes from visitors.
    errors: PictureError when it is too large, damaged, or not a picture; OSError when a path cannot be opened.
    """
    if isinstance(source, np.ndarray):
        return _decode(_from_array(source), most_pixels)
    if isinstance(source, Image.Image):
        return _decode(source, most_pixels)
    content = content_of(source, most_bytes)
    check_header(content, most_pixels)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            return _decode(image, most_pixels)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(_too_many_pixels(most_pixels)) from error
    except UnidentifiedImageError as error:
        raise PictureError(_not_a_picture(content)) from error
    except PictureError:
        raise
    except Exception as error:  # on damaged files Pillow's decoders raise whatever their arithmetic runs into
        raise PictureError("That picture is damaged or incomplete. Please save it again, or send another.") from error


def check_header(content: bytes, most_pixels: int = MOST_PIXELS) -> int | None:
    """Pixels that a file claims, None where only the decoder can tell; PictureError when it claims too much."""
    try:
        claimed = headers.pixels(content)
    except HeaderError as error:
        raise PictureError(f"That picture has {error}, so it is not opened. Please save it anew as PNG.") from error
    if claimed is not None and claimed > most_pixels:
        raise PictureError(_too_many_pixels(most_pixels))
    return claimed


def content_of(source: str | Path | bytes, most_bytes: int = MOST_BYTES) -> bytes:
    """The bytes of an image file from a data URL, a path, or themselves; PictureError for none or too many."""
    if isinstance(source, str):
        source = _from_data_url(source, most_bytes)
    elif isinstance(source, Path):
        check_length(source.stat().st_size, most_bytes)
        source = source.read_bytes()
    check_length(len(source), most_bytes)
    return source


def _from_data_url(url: str, most_bytes: int) -> bytes:
    head, _, body = url.partition(",")
    check_length(len(url) * 3 // 4, most_bytes)
    if not (head.startswith("data:") and head.endswith(";base64")):
        raise PictureError("Expected a picture as a data URL (data:image/png;base64,...). Please send it so.")
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:  # not the strict form; binascii's errors, and those of text that is not ASCII
        return _from_loose_base64(body)


def _from_loose_base64(body: str) -> bytes:
    """Base64 as programs and shells write it: with line breaks, in the URL-safe alphabet, percent-coded, unpadded."""
    tight = "".join(unquote(body).split()).translate(STANDARD_ALPHABET).rstrip("=")
    try:
        return base64.b64decode(tight + "=" * (-len(tight) % 4), validate=True)
    except ValueError as error:
        raise PictureError("The picture did not arrive in one piece. Please send it again.") from error


def check_length(length: int, most_bytes: int = MOST_BYTES) -> None:
    """PictureError for a file of so many bytes that it is not read, or of none."""
    if length > most_bytes:
        found = f"{length / MB:.0f} MB" if length < 2**30 else "over 1 GB"
        raise PictureError(
            f"That file has {found}; at most {most_bytes // MB} MB are read. Please send a smaller picture."
        )
    if length == 0:
        raise PictureError("That file is empty. Please choose a picture.")


def _too_many_pixels(most_pixels: int) -> str:
    return f"That picture has more than {most_pixels // 1_000_000} million pixels. Please send a smaller one."


def _not_a_picture(content: bytes) -> str:
    kind = content[4:12]
    if kind in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc"):
        return "HEIC photos cannot be read here. Please save the photo as JPEG, or take a screenshot of it."
    if content.lstrip()[:5] in (b"<?xml", b"<svg ", b"%PDF-"):
        return f"Only pictures made of pixels can be read: {ACCEPTED}."
    return f"That is not a picture that can be read here. Please send {ACCEPTED}."


def _from_array(array: NDArray[np.generic]) -> Image.Image:
    layers = array.shape[2:] or (1,)
    if array.dtype.kind not in "buif" or array.ndim not in (2, 3) or 0 in array.shape or layers[0] > 4:
        raise PictureError(
            f"Expected a picture as an array (H, W) or (H, W, 1 to 4) of numbers; got {array.dtype} {array.shape}."
        )
    if layers[0] > 1:
        return Image.fromarray(array if array.dtype == np.uint8 else _from_depth(array.astype(np.float64)))
    flat = array.reshape(array.shape[:2])
    return Image.fromarray(flat if flat.dtype in (np.uint8, np.bool_) else flat.astype(np.float32))


def _decode(image: Image.Image, most_pixels: int) -> Grey:
    if image.width * image.height > most_pixels:
        raise PictureError(_too_many_pixels(most_pixels))
    image.draft("RGB", (WORKING_SIDE_PX, WORKING_SIDE_PX))  # a JPEG comes out smaller at once; nothing for others
    turn = _turn(image)
    small = _shrunk(image)  # first, since turning copies
    return to_grey(small if turn is None else small.transpose(turn))


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What makes a picture upright, by its EXIF; None where that says nothing."""
    orientation = image.getexif().get(ORIENTATION)
    return TURNS.get(orientation) if isinstance(orientation, int) else None


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
    layers = np.asarray(image.convert("RGBA").convert("LA"))
    if layers[..., 1].min() == 255:  # transparent in name alone, as a canvas writes it
        return layers[..., 0].copy()
    level, alpha = layers[..., 0].astype(np.float64), layers[..., 1] / 255  # both (H, W)
    shown = alpha > 0.5
    if shown.mean() > 0.5:
        paper = float(np.median(level[shown]))
    else:
        light_ink = (level * alpha).sum() > 127.5 * alpha.sum()
        paper = 0.0 if light_ink else 255.0
    return (level * alpha + paper * (1 - alpha)).round().astype(np.uint8)
