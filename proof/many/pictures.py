"""What is read: digits of one size, numbers of which each has a size of its own, and photos."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.uint8]

SEED = 24
PHOTO_PX = (1500, 2000)


def digit(images: Grey, _: Generator) -> Image.Image:
    """28x28, dark on light."""
    return Image.fromarray(255 - images[0])


def number(images: Grey, rng: Generator) -> Image.Image:
    """Four digits beside each other, 140 to 560 px wide: hardly two pictures have one size."""
    line = Image.fromarray(255 - np.hstack([*images]))
    width = int(rng.integers(140, 561))
    return line.resize((width, width // 4), Image.Resampling.BILINEAR)


def photo(images: Grey, rng: Generator) -> Image.Image:
    """A number on grainy paper, as a phone takes it."""
    height, width = PHOTO_PX
    paper = rng.normal(215, 4, (height, width))
    ink = np.asarray(Image.fromarray(np.hstack([*images])).resize((1200, 300), Image.Resampling.BILINEAR))
    paper[600:900, 400:1600] -= ink * 0.7
    return Image.fromarray(paper.clip(0, 255).astype(np.uint8)).convert("RGB")


KINDS: dict[str, tuple[Callable[[Grey, Generator], Image.Image], str, int]] = {  # how, as what, how many are different
    "digits of one size, 28x28, PNG": (digit, "PNG", 256),
    "numbers of four digits, of many sizes, PNG": (number, "PNG", 256),
    "photos, 2000x1500, JPEG": (photo, "JPEG", 16),
}


def write(folder: Path, kind: str, count: int, images: Grey) -> None:
    """Put `count` pictures into a new folder; what is not different is the same file under another name."""
    make, form, different = KINDS[kind]
    rng = default_rng(SEED)
    folder.mkdir()
    for at in range(count):
        path = folder / f"{at:06d}.{form.lower()}"
        if at >= different:
            os.link(folder / f"{at % different:06d}.{form.lower()}", path)
            continue
        stream = io.BytesIO()
        make(images[rng.integers(0, len(images), 4)], rng).save(stream, form)
        path.write_bytes(stream.getvalue())
