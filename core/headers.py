"""What a picture file claims, judged before anything is decoded: the size of all that a decoder would make room for.

Pillow looks at width and height; a few hundred bytes can still ask for gigabytes by a tile, a scan or a shared tag.
"""

import struct
from collections.abc import Iterator

from core.tags import HeaderError, check_tags, check_tiff

MOST_CHUNKS = 20_000  # of a PNG or WebP: a program that writes 20 MB in pieces of 1 kB
MOST_SCANS = 100  # of a JPEG; programs write ten
MOST_EXIF_BYTES = 2**20
MOST_PROFILE_BYTES = 4 * 2**20  # a colour profile, packed or not; none is used here
MOST_WEBP_PIXELS = 16_000_000  # each takes 12 bytes to unpack
MOST_COEFFICIENT_BYTES = 160_000_000  # that a progressive JPEG is gathered in, for all scans
MOST_RUNS_PIXELS = 4_000_000  # of a BMP in runs, which Pillow unpacks pixel by pixel
FRAMES = range(0xC0, 0xD0)  # JPEG's markers before a size, but for these three
PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
NO_FRAMES = (0xC4, 0xC8, 0xCC)
PNG = b"\x89PNG\r\n\x1a\n"


def pixels(content: bytes) -> int | None:
    """Pixels that a file claims, in its header or its largest tile; None where its format is read by the decoder alone.

    errors: HeaderError when anything but width and height is beyond bounds. Damaged headers give None or any number.
    """
    try:
        if content.startswith(PNG):
            return _png(content)
        if content.startswith(b"\xff\xd8"):
            return _jpeg(content)
        if content[:4] in (b"II*\0", b"MM\0*"):
            return check_tiff(content)
        if content[:4] in (b"II+\0", b"MM\0+"):
            raise HeaderError("TIFF of the large kind, which nobody needs for a digit")
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
        if content[:4] == b"GIF8":
            return _product(content, "<HH", 6)
        if content[:2] == b"BM":
            return _bmp(content)
    except struct.error:  # it ends in its header
        return None
    return None


def _product(content: bytes, form: str, at: int) -> int:
    width, height = struct.unpack_from(form, content, at)
    return abs(width * height)


def _png(content: bytes) -> int:
    for number, (name, start, size) in enumerate(_chunks(content)):
        if number > MOST_CHUNKS:
            raise HeaderError(f"more than {MOST_CHUNKS:,} chunks")
        if name == b"eXIf":
            _check_exif(content[start : start + size])
        if name in (b"iCCP", b"zTXt", b"iTXt", b"tEXt") and size > MOST_PROFILE_BYTES:
            raise HeaderError(f"more than {MOST_PROFILE_BYTES // 2**20} MB beside its pixels")
    return _product(content, ">II", 16)


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(name, start, size) of each chunk of a PNG."""
    at = len(PNG)
    while at + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        yield name, at + 8, size
        at += 12 + size


def _jpeg(content: bytes) -> int | None:
    if content.count(b"\xff\xda") > MOST_SCANS:
        raise HeaderError(f"more than {MOST_SCANS} scans")
    at, found, profile_bytes = 2, None, 0
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0xDA:  # the pixels begin
            break
        (size,) = struct.unpack_from(">H", content, at + 2)
        body = content[at + 4 : at + 2 + size]
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            _check_exif(body)
        if marker == 0xE2 and body.startswith(b"MPF\0"):
            check_tags(body[4:])
        profile_bytes += size if marker == 0xE2 else 0
        if marker in FRAMES and marker not in NO_FRAMES:
            found = _product(body, ">HH", 1)
            _check_coefficients(body, found, is_progressive=marker in PROGRESSIVE)
        at += 2 + size
    if profile_bytes > MOST_PROFILE_BYTES:
        raise HeaderError(f"a colour profile of more than {MOST_PROFILE_BYTES // 2**20} MB")
    return found


def _check_coefficients(frame: bytes, size: int, *, is_progressive: bool) -> None:
    """HeaderError where a JPEG, by its frame header, has to be gathered whole in memory and is too large for that."""
    factors = [(sampling >> 4) * (sampling & 15) for sampling in frame[7::3]]
    if is_progressive and factors and 2 * size * sum(factors) > MOST_COEFFICIENT_BYTES * max(factors):
        raise HeaderError("too many pixels for a progressive JPEG")


def _webp(content: bytes) -> int | None:
    found = _webp_pixels(content)
    if found is not None and found > MOST_WEBP_PIXELS:
        raise HeaderError(f"more than {MOST_WEBP_PIXELS // 1_000_000} million pixels as WebP")
    return found


def _webp_pixels(content: bytes) -> int | None:
    at, found, number = 12, None, 0
    while at + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        body = at + 8
        if name == b"VP8X":
            width, height = (1 + int.from_bytes(content[body + place : body + place + 3], "little") for place in (4, 7))
            found = width * height
        elif name == b"VP8 " and found is None:
            width, height = struct.unpack_from("<HH", content, body + 6)
            found = (width & 0x3FFF) * (height & 0x3FFF)
        elif name == b"VP8L" and found is None:
            (bits,) = struct.unpack_from("<I", content, body + 1)
            found = (1 + (bits & 0x3FFF)) * (1 + (bits >> 14 & 0x3FFF))
        elif name == b"EXIF":
            _check_exif(content[body : body + size])
        elif name == b"ICCP" and size > MOST_PROFILE_BYTES:
            raise HeaderError(f"a colour profile of more than {MOST_PROFILE_BYTES // 2**20} MB")
        at, number = body + size + size % 2, number + 1
        if number > MOST_CHUNKS:
            raise HeaderError(f"more than {MOST_CHUNKS:,} chunks")
    return found


def _bmp(content: bytes) -> int:
    (size,) = struct.unpack_from("<I", content, 14)
    if size == 12:
        return _product(content, "<HH", 18)
    found = _product(content, "<ii", 18)
    (compression,) = struct.unpack_from("<I", content, 30)
    if compression in (1, 2) and found > MOST_RUNS_PIXELS:
        raise HeaderError(f"more than {MOST_RUNS_PIXELS // 1_000_000} million pixels in runs")
    return found


def _check_exif(content: bytes) -> None:
    if len(content) > MOST_EXIF_BYTES:
        raise HeaderError(f"more than {MOST_EXIF_BYTES // 2**20} MB of EXIF")
    check_tags(content.removeprefix(b"Exif\0\0"))
