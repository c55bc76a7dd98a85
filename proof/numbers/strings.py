"""Numbers written with MNIST's digits: other sizes, gaps, slants and baselines each time; and two that touch."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.uint8]

INK = 127  # level from which a pixel of a glyph counts as touching
PUSHED = 0.06  # of the nominal height: how far touching digits may lie in each other


def write_number(
    images: Grey, labels: Grey, length: int, generator: np.random.Generator, height_px: int = 120
) -> tuple[Grey, str]:
    """A picture (H, W) uint8, dark on light, and what it says.

    Digits are 0.75 to 1.15 of the nominal height, slanted up to 15 degrees, on a baseline that wanders,
    with gaps of 0.08 to 0.5 of it, or touching nothing.
    """
    chosen = generator.choice(len(images), length, replace=False)
    glyphs = [_glyph(images[index], generator, height_px) for index in chosen]
    gaps = (generator.uniform(0.08, 0.5, length) * height_px).astype(int)
    page = np.zeros((2 * height_px, sum(glyph.shape[1] for glyph in glyphs) + int(gaps.sum()) + height_px), np.uint8)
    left = height_px // 2
    for glyph, gap in zip(glyphs, gaps, strict=True):
        bottom = int(1.6 * height_px + generator.uniform(-0.1, 0.1) * height_px)
        place = page[bottom - glyph.shape[0] : bottom, left : left + glyph.shape[1]]
        np.maximum(place, glyph, out=place)
        left += glyph.shape[1] + gap
    return 255 - page, "".join(str(labels[index]) for index in chosen)


def write_touching(
    images: Grey, labels: Grey, generator: np.random.Generator, height_px: int = 120
) -> tuple[Grey, str]:
    """A picture (H, W) uint8, dark on light, of two digits pushed together until their ink meets, and what it says."""
    while True:
        chosen = generator.choice(len(images), 2, replace=False)
        left, right = (
            _on_baseline(_glyph(images[index], generator, height_px), generator, height_px) for index in chosen
        )
        inked = (left > INK).any(1) & (right > INK).any(1)
        if inked.any():  # a low digit beside a high one can pass it
            break
    ends = left.shape[1] - (left > INK)[:, ::-1].argmax(1)
    apart = ((right > INK).argmax(1) - ends)[inked].min()
    at = height_px - int(apart) - int(generator.uniform(0, PUSHED) * height_px)
    page = np.zeros((2 * height_px, left.shape[1] + right.shape[1] + 2 * height_px), np.uint8)
    page[:, height_px : height_px + left.shape[1]] = left
    place = page[:, at : at + right.shape[1]]
    np.maximum(place, right, out=place)
    return 255 - page, "".join(str(labels[index]) for index in chosen)


def _on_baseline(glyph: Grey, generator: np.random.Generator, height_px: int) -> Grey:
    bottom = int(1.6 * height_px + generator.uniform(-0.1, 0.1) * height_px)
    return np.pad(glyph, ((bottom - glyph.shape[0], 2 * height_px - bottom), (0, 0)))


def _glyph(image: Grey, generator: np.random.Generator, height_px: int) -> Grey:
    scale = height_px * generator.uniform(0.75, 1.15) / 20
    slant = np.tan(np.radians(generator.uniform(-15, 15)))
    side = round(28 * scale)
    picture = Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC)
    sheared = picture.transform((side, side), Image.Transform.AFFINE, (1, slant, -slant * side / 2, 0, 1, 0),
                                Image.Resampling.BILINEAR)  # fmt: skip
    pixels = np.asarray(sheared)
    rows, columns = np.nonzero(pixels.max(1) > 60)[0], np.nonzero(pixels.max(0) > 60)[0]
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
