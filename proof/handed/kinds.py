"""One digit as other programs hand it over: cut to its ink, framed, enlarged, thresholded, shrunk, faint, thick."""

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Grey = NDArray[np.uint8]
Kind = Callable[[Grey], Grey]  # a digit (28, 28), ink 255 -> the picture (H, W) uint8 that arrives

INKED = 64  # level from which a px is ink


def cut(digit: Grey) -> Grey:
    """The ink's own box, without margin."""
    rows, columns = (np.flatnonzero((digit > INKED).any(axis)) for axis in (1, 0))
    return digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def enlarged(picture: Grey, times: float, how: Image.Resampling = Image.Resampling.BICUBIC) -> Grey:
    """`times` as large."""
    size = [max(1, round(side * times)) for side in picture.shape[::-1]]
    return np.asarray(Image.fromarray(picture).resize((size[0], size[1]), how))


def resized(picture: Grey, side: int, how: Image.Resampling) -> Grey:
    """Of `side` x `side` px, squeezed where it was not square."""
    return np.asarray(Image.fromarray(picture).resize((side, side), how))


def thresholded(picture: Grey, level: int = 100) -> Grey:
    """Of two levels."""
    return np.where(picture > level, 255, 0).astype(np.uint8)


def filtered(picture: Grey, kind: ImageFilter.Filter) -> Grey:
    """Through a filter of Pillow's."""
    return np.asarray(Image.fromarray(picture).filter(kind))


def in_a_cell(digit: Grey) -> Grey:
    """In the printed cell of a form."""
    image = Image.fromarray(255 - np.pad(enlarged(digit, 5), 20))
    ImageDraw.Draw(image).rectangle((4, 4, image.width - 5, image.height - 5), outline=60, width=3)
    return np.asarray(image)


def in_a_ring(digit: Grey) -> Grey:
    """Circled by a pen."""
    image = Image.fromarray(255 - np.pad(enlarged(digit, 5), 20))
    ImageDraw.Draw(image).ellipse((6, 6, image.width - 7, image.height - 7), outline=40, width=6)
    return np.asarray(image)


def as_jpeg(picture: Grey, quality: int) -> Grey:
    """What a JPEG of that quality leaves."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer))


BOX, LINEAR = Image.Resampling.BOX, Image.Resampling.BILINEAR
KINDS: dict[str, Kind] = {
    "as it is": lambda digit: digit,
    "dark on light": lambda digit: 255 - digit,
    "cut to its ink": cut,
    "cut to its ink, dark on light": lambda digit: 255 - cut(digit),
    "cut, 4 times as large": lambda digit: enlarged(cut(digit), 4),
    "cut, 4 times as large, dark on light": lambda digit: 255 - enlarged(cut(digit), 4),
    "cut, 4 times as large, two levels": lambda digit: thresholded(enlarged(cut(digit), 4)),
    "cut, two levels, dark on light": lambda digit: 255 - thresholded(cut(digit)),
    "cut, thin, dark on light": lambda digit: (
        255 - filtered(thresholded(enlarged(cut(digit), 10), 200), ImageFilter.MinFilter(9))
    ),
    "cut, squeezed to 28x28": lambda digit: resized(cut(digit), 28, LINEAR),
    "cut, squeezed to 16x16, two levels": lambda digit: thresholded(resized(cut(digit), 16, LINEAR)),
    "black frame around light paper": lambda digit: np.pad(255 - enlarged(digit, 8), 6),
    "white frame around dark paper": lambda digit: np.pad(enlarged(digit, 8), 6, constant_values=255),
    "black bars left and right": lambda digit: np.pad(255 - enlarged(digit, 6), ((0, 0), (60, 60))),
    "black bars above and below": lambda digit: np.pad(255 - enlarged(digit, 6), ((60, 60), (0, 0))),
    "in a printed cell": in_a_cell,
    "in a ring": in_a_ring,
    "8x8": lambda digit: resized(digit, 8, BOX),
    "14x14": lambda digit: resized(digit, 14, BOX),
    "small on 1000x1000": lambda digit: 255 - np.pad(enlarged(digit, 3), 458),
    "faint, 8 levels": lambda digit: (200 - enlarged(digit, 6).astype(int) * 8 // 255).astype(np.uint8),
    "JPEG of quality 10": lambda digit: as_jpeg(255 - enlarged(digit, 5), 10),
    "thick": lambda digit: 255 - filtered(enlarged(digit, 8), ImageFilter.MaxFilter(25)),
}
