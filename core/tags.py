"""The tags of a TIFF, or of the EXIF inside another file: how much they claim together, by reading the tables alone."""

import struct
from collections.abc import Iterator

MOST_TAGS = 1000  # of one table
MOST_TAG_BYTES = 4 * 2**20  # of all values together, wherever they point
MOST_PIXEL_BITS = 256
SMALLEST_TILE_PIXELS = 1_000_000  # that is let pass, however small the picture
SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
}  # bytes of a value by its type
WIDTH, HEIGHT, BITS, COMPRESSION, SAMPLES = 256, 257, 258, 259, 277
TILE_WIDTH, TILE_HEIGHT = 322, 323
NESTED = (0x8769, 0x8825, 0xA005)  # EXIF's further tables
# None, fax, LZW, JPEG, deflate, PackBits; what else libtiff knows nobody sends.
COMPRESSIONS = (1, 2, 3, 4, 5, 7, 8, 32773, 32946)


class HeaderError(ValueError):
    """A file whose header asks for more than any honest picture; the message is a noun: what there is too much of."""


def check_tiff(content: bytes) -> int:
    """Pixels of a TIFF's first picture, or of one of its tiles where that is more; HeaderError beyond bounds."""
    found = check_tags(content)
    size = found.get(WIDTH, 0) * found.get(HEIGHT, 0)
    tile = found.get(TILE_WIDTH, 0) * found.get(TILE_HEIGHT, 0)
    if tile > max(SMALLEST_TILE_PIXELS, 4 * size):
        raise HeaderError("a tile much larger than the picture")
    if found.get(BITS, 1) > 64 or found.get(BITS, 1) * found.get(SAMPLES, 1) > MOST_PIXEL_BITS:
        raise HeaderError(f"more than {MOST_PIXEL_BITS} bits in a pixel")
    if found.get(COMPRESSION, 1) not in COMPRESSIONS:
        raise HeaderError("a rare compression")
    return max(size, tile)


def check_tags(content: bytes) -> dict[int, int]:
    """Tag -> its first whole number, of a TIFF structure's first table; HeaderError where the tags claim too much.

    What is damaged ends the reading: it is the decoder's to refuse.
    """
    order = "<" if content[:2] == b"II" else ">"
    found: dict[int, int] = {}
    claimed = 0
    waiting, seen = [0], set[int]()
    try:
        waiting = [struct.unpack_from(f"{order}I", content, 4)[0]]
        while waiting and len(seen) <= len(NESTED):
            seen.add(at := waiting.pop())
            for tag, size, value in _entries(content, at, order):
                claimed += size
                if claimed > MOST_TAG_BYTES:
                    raise HeaderError(f"tags that claim more than {MOST_TAG_BYTES // 2**20} MB")
                if len(seen) == 1:
                    found[tag] = value
                if tag in NESTED and value not in seen:
                    waiting.append(value)
    except struct.error:  # it ends before its tables do
        pass
    return found


def _entries(content: bytes, at: int, order: str) -> Iterator[tuple[int, int, int]]:
    """(tag, bytes of its values, first value where that is a whole number, else 0) of the table at an offset."""
    (count,) = struct.unpack_from(f"{order}H", content, at)
    if count > MOST_TAGS:
        raise HeaderError(f"more than {MOST_TAGS:,} tags")
    for start in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, values = struct.unpack_from(f"{order}HHI", content, start)
        size = SIZES.get(kind, 1) * values
        place = start + 8
        if size > 4:
            (place,) = struct.unpack_from(f"{order}I", content, place)
        whole = {3: "H", 4: "I", 13: "I"}.get(kind)
        readable = whole is not None and values > 0 and place + 4 <= len(content)
        yield tag, size, struct.unpack_from(order + whole, content, place)[0] if whole and readable else 0
