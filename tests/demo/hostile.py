"""Malformed and odd picture files, made from a seed: the same number gives the same bytes on every machine."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from PIL import Image

Rng = np.random.Generator

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM")
MODES = {
    "PNG": ("L", "RGB", "RGBA", "P", "1", "I;16"),
    "JPEG": ("L", "RGB", "CMYK"),
    "GIF": ("P",),
    "TIFF": ("L", "RGB", "CMYK", "F", "I;16", "1"),
}
ANIMATED = ("PNG", "GIF", "WEBP", "TIFF")
WITH_EXIF = ("PNG", "JPEG", "WEBP")


def sound(rng: Rng) -> tuple[str, bytes]:
    """(format, bytes) of a small picture that any reader can open; some move, some carry nonsense for EXIF."""
    kind = FORMATS[rng.integers(len(FORMATS))]
    modes = MODES.get(kind, ("L", "RGB"))
    mode = modes[rng.integers(len(modes))]
    height, width = (int(side) for side in rng.integers(1, 40, 2))
    levels = rng.integers(0, 256, (height, width), np.uint8)
    image = Image.fromarray(levels.astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(levels).convert(mode)
    more: dict[str, Any] = {}
    if kind in ANIMATED and rng.random() < 0.3:
        more |= {"save_all": True, "append_images": [image.transpose(Image.Transpose.ROTATE_180)] * 3}
    if kind in WITH_EXIF and rng.random() < 0.3:
        more |= {"exif": b"Exif\0\0" + rng.bytes(int(rng.integers(40)))}
    buffer = io.BytesIO()
    image.save(buffer, kind, **more)
    return kind, buffer.getvalue()


def truncated(content: bytes, rng: Rng) -> bytes:
    """The first part."""
    return content[: rng.integers(len(content))]


def flipped(content: bytes, rng: Rng) -> bytes:
    """A few bits changed."""
    levels = np.frombuffer(content, np.uint8).copy()
    places = rng.integers(len(levels), size=int(rng.integers(1, 9)))
    levels[places] ^= (1 << rng.integers(8, size=len(places))).astype(np.uint8)
    return levels.tobytes()


def overwritten(content: bytes, rng: Rng) -> bytes:
    """A stretch of the header replaced by extreme bytes: sizes and counts become huge or nothing."""
    levels = bytearray(content)
    start = int(rng.integers(min(len(levels), 64)))
    levels[start : start + 4] = bytes([int(rng.choice([0, 127, 128, 255]))]) * 4
    return bytes(levels)


def spliced(content: bytes, rng: Rng) -> bytes:
    """The head of one file on the tail of another."""
    _, other = sound(rng)
    return content[: rng.integers(len(content))] + other[rng.integers(len(other)) :]


def untouched(content: bytes, rng: Rng) -> bytes:  # noqa: ARG001 (called like its neighbours)
    """As it was."""
    return content


DAMAGES: tuple[Callable[[bytes, Rng], bytes], ...] = (truncated, flipped, overwritten, spliced, untouched)


def files(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """`count` files with names that say how to make each again."""
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        kind, content = sound(rng)
        damage = DAMAGES[number % len(DAMAGES)]
        yield f"seed {seed}, number {number}: {damage.__name__} {kind}", damage(content, rng)


def bomb_png(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that claims `width` x `height` pixels of paper, and holds the first of them."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
