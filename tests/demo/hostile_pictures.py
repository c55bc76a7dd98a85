"""Small files that ask their decoder for much memory or time: each within every limit on bytes, width and height."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image

from tests.demo.browsing import ROOT

SHORT, LONG, BYTES = 3, 4, 7  # types of TIFF's tags


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(*before_pixels: bytes, side: int = 16, colour: int = 0, depth: int = 8) -> bytes:
    """A flat PNG with further chunks between its header and its pixels."""
    samples = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    rows = zlib.compress(bytes(side * (1 + side * samples * depth // 8)), 9)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(before_pixels) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def tags(entries: list[tuple[int, int, int, int]], tail: bytes = b"") -> bytes:
    """A TIFF structure of (tag, type, count, value or offset) and what follows them."""
    table = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    return struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + table + struct.pack("<I", 0) + tail


def tiff(*more: tuple[int, int, int, int], tail: bytes = b"", **changed: int) -> bytes:
    """A grey TIFF of 16 x 16 pixels in one strip, with further tags."""
    known = {"width": 256, "height": 257, "bits": 258, "compression": 259}
    values = {256: 16, 257: 16, 258: 8, 259: 1, 262: 1, 277: 1, 278: 16, 279: 256, 273: 8}
    values |= {known[name]: value for name, value in changed.items()}
    return tags([(tag, LONG, 1, value) for tag, value in values.items()] + [*more], bytes(256) + tail)


def sharing(count: int, size: int) -> bytes:
    """Tags that all point at one blob."""
    start = 8 + 2 + 12 * count + 4
    return tags([(0xC000 + number, BYTES, size, start) for number in range(count)], bytes(size))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def flat(mode: str, side: int) -> Image.Image:
    return Image.new(mode, (side, side))


def many_scans(times: int = 450) -> bytes:
    """A progressive JPEG whose last scan is there many times."""
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (300, 300), np.uint8))
    whole = saved(noise, "JPEG", progressive=True, quality=20)
    at = whole.rindex(b"\xff\xda")
    return whole[:at] + whole[at:-2] * times + whole[-2:]


def with_segments(marker: int, bodies: list[bytes]) -> bytes:
    """A JPEG with further segments at its beginning."""
    whole = saved(flat("L", 16), "JPEG")
    parts = [struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for body in bodies]
    return whole[:2] + b"".join(parts) + whole[2:]


def webp_claiming(side: int) -> bytes:
    """A WebP whose canvas is larger than the picture on it."""
    size = (side - 1).to_bytes(3, "little")
    whole = saved(flat("RGB", 16), "WEBP", lossless=True)[12:]
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + bytes(4) + size + size + whole
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif_frame_beyond_its_screen() -> bytes:
    whole = bytearray(saved(flat("P", 16), "GIF"))
    at = whole.index(b"\x2c\0\0\0\0\x10\0\x10\0")
    whole[at + 5 : at + 9] = struct.pack("<HH", 60_000, 60_000)
    return bytes(whole)


def bmp_in_runs(side: int = 7000) -> bytes:
    """A BMP of runs that end at once."""
    head = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 8, 1, 0, 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", 1200, 0, 0, 54 + 1024) + head + bytes(1024) + b"\xff\0" * 5000 + b"\0\1"


PICTURES: dict[str, Callable[[], bytes]] = {
    "TIFF of one huge tile": (ROOT / "tests" / "cases" / "hostile" / "one_huge_tile.tif").read_bytes,
    "TIFF tags that share a blob": lambda: sharing(900, 100_000),
    "TIFF of 65,535 bits a sample": lambda: tiff(bits=65_535),
    "TIFF in a rare compression": lambda: tiff(compression=50_000),
    "TIFF of the large kind": lambda: b"II+\0" + struct.pack("<HHQ", 8, 0, 16) + bytes(64),
    "TIFF of many tags": lambda: struct.pack("<2sHIH", b"II", 42, 8, 65_535) + bytes(12 * 65_535),
    "TIFF that claims a strip of 4 GB": lambda: tiff((700, BYTES, 2**32 - 1, 8)),
    "PNG with EXIF that shares a blob": lambda: png(chunk(b"eXIf", sharing(900, 60_000))),
    "PNG with endless EXIF": lambda: png(chunk(b"eXIf", bytes(5_000_000))),
    "PNG with a profile that unpacks to 200 MB": lambda: png(
        chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(200_000_000), 9))
    ),
    "PNG with a text that unpacks to 200 MB": lambda: png(
        chunk(b"zTXt", b"t\0\0" + zlib.compress(bytes(200_000_000), 9))
    ),
    "PNG of a million chunks": lambda: png(chunk(b"tIME", b"") * 1_000_000),
    "PNG of 7,000 frames": lambda: png(
        chunk(b"acTL", struct.pack(">II", 7000, 0)), chunk(b"fcTL", bytes(26)) * 7000, side=600
    ),
    "PNG of 49 million flat pixels": lambda: png(side=7000),
    "PNG of 49 million deep pixels": lambda: png(side=7000, colour=6, depth=16),
    "JPEG of 450 scans": many_scans,
    "JPEG with EXIF that shares a blob": lambda: with_segments(0xE1, [b"Exif\0\0" + sharing(900, 50_000)]),
    "JPEG with a profile of 16 MB": lambda: with_segments(
        0xE2, [b"ICC_PROFILE\0" + bytes([number, 255]) + bytes(65_000) for number in range(1, 255)]
    ),
    "JPEG of 49 million pixels, gathered": lambda: saved(flat("CMYK", 7000), "JPEG", progressive=True),
    "WebP that claims 268 million pixels": lambda: webp_claiming(16_384),
    "WebP of 49 million pixels": lambda: webp_claiming(7000),
    "GIF whose frame leaves its screen": gif_frame_beyond_its_screen,
    "GIF of 49 million pixels": lambda: saved(flat("P", 7000), "GIF"),
    "BMP of 49 million pixels in runs": bmp_in_runs,
    "PPM in words": lambda: b"P3 7000 7000 255\n" + b"1 " * 5_000_000,
    "PPM of nothing": lambda: b"P6 7000 7000 255\n",
    "AVIF of 36 million pixels": lambda: saved(flat("RGB", 6000), "AVIF", speed=10),
}
