"""Corrections as files to take away: an .npz in MNIST's format, or a .zip of the drawings."""

import io
import zipfile

import numpy as np

from demo.corrections.store import Correction


def as_npz(corrections: list[Correction]) -> bytes:
    """An .npz in MNIST's format: images (N, 28, 28) uint8, ink 255, and labels (N,) uint8."""
    images = np.zeros((len(corrections), 28, 28), np.uint8)
    for image, correction in zip(images, corrections, strict=True):
        image[:] = correction.seen
    labels = np.array([correction.digit for correction in corrections], np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, images=images, labels=labels)
    return buffer.getvalue()


def as_pictures(corrections: list[Correction]) -> bytes:
    """A .zip with the drawings as PNG files in a folder for each digit, as `digits evaluate` reads them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, correction in enumerate(corrections):
            archive.writestr(f"{correction.digit}/{number:05d}.png", correction.picture)
    return buffer.getvalue()
