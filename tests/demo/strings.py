"""Numbers written with MNIST's test digits: other sizes, gaps, slants and baselines each time."""

import numpy as np
from PIL import Image


def write_number(images, labels, length, generator, height_px=120):
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


def _glyph(image, generator, height_px):
    scale = height_px * generator.uniform(0.75, 1.15) / 20
    slant = np.tan(np.radians(generator.uniform(-15, 15)))
    side = round(28 * scale)
    picture = Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC)
    sheared = picture.transform((side, side), Image.Transform.AFFINE, (1, slant, -slant * side / 2, 0, 1, 0),
                                Image.Resampling.BILINEAR)  # fmt: skip
    pixels = np.asarray(sheared)
    rows, columns = np.nonzero(pixels.max(1) > 60)[0], np.nonzero(pixels.max(0) > 60)[0]
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
