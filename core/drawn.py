"""A small plain PNG, such as a drawing canvas writes: no more is accepted, so that no more can happen."""

import io
import struct
import zlib

from PIL import Image

from core.headers import PNG
from core.pictures import WORKING_SIDE_PX, Grey, to_grey

MOST_BYTES = 2**20
MOST_PIXELS = 512 * 512  # the page's canvas has 280 x 280
CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}  # by colour type; no palette
OF_NO_CONSEQUENCE = (b"sRGB", b"gAMA", b"cHRM", b"pHYs", b"sBIT", b"tIME", b"bKGD")


def read(content: bytes) -> Grey | None:
    """(H, W) uint8 of an 8-bit PNG without palette, interlacing, EXIF, profile or frames; None for anything else.

    Of what it holds Pillow gets three chunks: header, pixels, end.
    """
    if not content.startswith(PNG) or len(content) > MOST_BYTES:
        return None
    header, packed = b"", []
    at = len(PNG)
    while at + 12 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        body = content[at + 8 : at + 8 + size]
        if zlib.crc32(content[at + 4 : at + 8 + size]).to_bytes(4, "big") != content[at + 8 + size : at + 12 + size]:
            return None
        if name == b"IHDR":
            header = body
        elif name == b"IDAT":
            packed.append(body)
        elif name == b"IEND":
            return _pixels(header, b"".join(packed))
        elif name not in OF_NO_CONSEQUENCE:
            return None
        at += 12 + size
    return None


def _pixels(header: bytes, packed: bytes) -> Grey | None:
    if len(header) != 13:
        return None
    width, height, depth, colour, method, filters, interlacing = struct.unpack(">IIBBBBB", header)
    fits = (
        0 < width * height <= MOST_PIXELS
        and max(width, height) <= WORKING_SIDE_PX
        and depth == 8
        and colour in CHANNELS
    )
    if not fits or method or filters or interlacing:
        return None
    plain = PNG + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")
    try:
        with Image.open(io.BytesIO(plain), formats=("PNG",)) as image:
            return to_grey(image)
    except (OSError, SyntaxError, ValueError):  # pixels that are damaged, or fewer than stated
        return None


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
