"""Pictures of a few kilobytes that ask for gigabytes or minutes. Each is one of a kind; tests hold more."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image

MB = 2**20
PNG = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def head(width: int, height: int, depth: int = 8, colour: int = 0) -> bytes:
    """The beginning of a PNG."""
    return PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))


def pixels(width: int, height: int, bytes_each: int = 1) -> bytes:
    """A PNG's pixels, all of them 0."""
    packer = zlib.compressobj(9)
    row = bytes(1 + width * bytes_each)
    return b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])


def flat_png(width: int, height: int, more: bytes = b"") -> bytes:
    """A whole PNG with nothing on it."""
    return head(width, height) + more + chunk(b"IDAT", pixels(width, height)) + chunk(b"IEND", b"")


def tiff(tags: list[tuple[int, int, int, bytes]], content: bytes = b"") -> bytes:
    """A little-endian TIFF of tags (number, type, count, value of 4 bytes), and what follows them."""
    entries = b"".join(struct.pack("<HHI", *tag[:3]) + tag[3].ljust(4, b"\0") for tag in sorted(tags))
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + content


def long(value: int) -> bytes:
    """A value of a tag."""
    return struct.pack("<I", value)


def one_huge_tile() -> bytes:
    """16x16 pixels in one tile of 46,000 x 46,000."""
    side = 46_000
    tags = [(256, 4, 1, long(16)), (257, 4, 1, long(16)), (258, 3, 1, long(8)), (259, 3, 1, long(8)),
            (262, 3, 1, long(1)), (277, 3, 1, long(1)), (322, 4, 1, long(side)), (323, 4, 1, long(side)),
            (324, 4, 1, long(150)), (325, 4, 1, long(20))]  # fmt: skip
    return tiff(tags) + zlib.compress(bytes(100)) + bytes(60)


def tags_that_share_a_blob() -> bytes:
    """A thousand tags that each point at the same 8 MB."""
    blob_at = 8 + 2 + 12 * 1010 + 4
    tags = [(256, 4, 1, long(16)), (257, 4, 1, long(16)), (258, 3, 1, long(8)), (259, 3, 1, long(1)),
            (262, 3, 1, long(1)), (273, 4, 1, long(blob_at)), (277, 3, 1, long(1)), (278, 4, 1, long(16)),
            (279, 4, 1, long(256)), (305, 2, 8 * MB, long(blob_at))]  # fmt: skip
    tags += [(40_000 + number, 7, 8 * MB, long(blob_at)) for number in range(1000)]
    return tiff(tags) + bytes(8 * MB)


def exif_that_shares_a_blob() -> bytes:
    """A PNG whose EXIF points 400 times at the same 4 MB."""
    blob_at = 8 + 2 + 12 * 401 + 4
    exif = tiff([(274, 3, 1, long(6))] + [(40_000 + number, 7, 4 * MB, long(blob_at)) for number in range(400)])
    return flat_png(16, 16, chunk(b"eXIf", exif + bytes(4 * MB)))


def many_scans() -> bytes:
    """A progressive JPEG whose last scan is repeated 450 times."""
    buffer = io.BytesIO()
    levels = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    Image.fromarray(levels).resize((6000, 6000)).save(buffer, "JPEG", progressive=True, quality=5)
    whole = buffer.getvalue()
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * 450 + whole[-2:]


def packed_profile() -> bytes:
    """A PNG whose colour profile unpacks to a gigabyte."""
    packer = zlib.compressobj(9)
    packed = b"".join([*(packer.compress(bytes(MB)) for _ in range(1024)), packer.flush()])
    return flat_png(16, 16, chunk(b"iCCP", b"profile\0\0" + packed))


def packed_text() -> bytes:
    """A PNG with a hundred texts that unpack to 60 MB each."""
    packed = zlib.compress(bytes(60 * MB), 9)
    return flat_png(16, 16, b"".join(chunk(b"zTXt", b"t%d\0\0" % number + packed) for number in range(100)))


def many_frames() -> bytes:
    """An animated PNG of 20,000 frames."""
    control = chunk(b"acTL", struct.pack(">II", 20_000, 0))
    frame = chunk(b"fcTL", struct.pack(">IIIIIHHBB", 1, 16, 16, 0, 0, 1, 1, 0, 0))
    return flat_png(16, 16, control + frame * 20_000)


def many_chunks() -> bytes:
    """A PNG of a million empty chunks."""
    return flat_png(16, 16, chunk(b"prVt", b"") * 1_000_000)


def largest_flat() -> bytes:
    """A PNG of just below 50 million pixels."""
    return flat_png(7000, 7000)


def one_column() -> bytes:
    """A PNG one pixel wide and 49 million high."""
    packed = zlib.compress(bytes(2 * 49_000_000), 9)
    return head(1, 49_000_000) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def interlaced() -> bytes:
    """A PNG of 49 million pixels in seven passes."""
    start = PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", 7000, 7000, 8, 0, 0, 0, 1))
    return start + chunk(b"IDAT", zlib.compress(bytes(49_100_000), 9)) + chunk(b"IEND", b"")


def sixteen_bits_and_alpha() -> bytes:
    """A PNG of 49 million pixels of 8 bytes each."""
    packed = pixels(7000, 7000, 8)
    return head(7000, 7000, 16, 6) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def huge_icon() -> bytes:
    """An ICO that holds a huge PNG, and says that it is small."""
    inner = flat_png(7000, 7000)
    return struct.pack("<HHHBBBBHHII", 0, 1, 1, 16, 16, 0, 0, 1, 32, len(inner), 22) + inner


def webp_that_lies() -> bytes:
    """A WebP that claims 16,383 x 16,383 pixels."""
    frame = b"\x30\x01\x00\x9d\x01\x2a" + struct.pack("<HH", 16_383, 16_383) + bytes(200)
    return b"RIFF" + struct.pack("<I", len(frame) + 12) + b"WEBPVP8 " + struct.pack("<I", len(frame)) + frame


def avif_that_lies() -> bytes:
    """An AVIF whose size is written anew, as 60,000 x 60,000."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64)).save(buffer, "AVIF")
    content = buffer.getvalue()
    place = content.index(b"ispe") + 8
    return content[:place] + struct.pack(">II", 60_000, 60_000) + content[place + 8 :]


def gif_that_lies() -> bytes:
    """A GIF whose canvas is 65,535 x 65,535 with one small frame."""
    buffer = io.BytesIO()
    Image.new("P", (16, 16)).save(buffer, "GIF")
    content = buffer.getvalue()
    return content[:6] + struct.pack("<HH", 65_535, 65_535) + content[10:]


def run_lengths() -> bytes:
    """A BMP of runs that claims 7,000 x 7,000 pixels and holds almost none."""
    size = struct.pack("<IIiiHHIIIIII", 40, 7000, 7000, 1, 8, 1, 0, 0, 0, 256, 0)[:40]
    return b"BM" + struct.pack("<IHHI", 1200, 0, 0, 1078) + size + bytes(1024) + b"\xff\0" * 50 + b"\0\1"


def many_strips() -> bytes:
    """A TIFF of 100,000 strips that are all the same bytes."""
    count = 100_000
    lists_at = 8 + 2 + 12 * 9 + 4
    tags = [(256, 4, 1, long(400)), (257, 4, 1, long(count)), (258, 3, 1, long(8)), (259, 3, 1, long(8)),
            (262, 3, 1, long(1)), (273, 4, count, long(lists_at)), (277, 3, 1, long(1)), (278, 4, 1, long(1)),
            (279, 4, count, long(lists_at + 4 * count))]  # fmt: skip
    strip = zlib.compress(bytes(400))
    offsets = struct.pack("<I", lists_at + 8 * count) * count
    return tiff(tags) + offsets + struct.pack("<I", len(strip)) * count + strip


def text_of_pixels() -> bytes:
    """A PGM written in words, 20 MB of them."""
    return b"P2 3000 3000 255 " + b"0 " * 9_000_000


HOSTILE: dict[str, Callable[[], bytes]] = {
    make.__name__: make
    for make in (
        *(one_huge_tile, tags_that_share_a_blob, exif_that_shares_a_blob, many_scans, packed_profile, packed_text),
        *(many_frames, many_chunks, largest_flat, one_column, interlaced, sixteen_bits_and_alpha, huge_icon),
        *(webp_that_lies, avif_that_lies, gif_that_lies, run_lengths, many_strips, text_of_pixels),
    )
}
