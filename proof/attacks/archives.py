"""Data sets that unpack without end, or cost minutes to read."""

import io
import stat
import zipfile
from collections.abc import Callable

import numpy as np

from proof.attacks.pictures import flat_png

MB = 2**20


def packed(members: list[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    """A zip of (name, content)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def wide_header() -> tuple[str, bytes]:
    """A CSV whose header has 20,000 columns of names that are alike."""
    return "wide.csv", ",".join(["label", *(f"pixel{number}" for number in range(20_000))]).encode() + b"\n"


def broken_lines() -> tuple[str, bytes]:
    """A CSV of 8 million lines of which none can be read."""
    return "broken.csv", b"x\n" * (8 * MB)


def long_line() -> tuple[str, bytes]:
    """A CSV that is one line of 50 MB."""
    return "line.csv", b"1," * (25 * MB)


def flat_pictures() -> tuple[str, bytes]:
    """A zip of 2,000 PNGs of 49 million pixels each."""
    picture = flat_png(7000, 7000)
    return "flat.zip", packed([(f"7/{number}.png", picture) for number in range(2000)])


def zips_in_zips() -> tuple[str, bytes]:
    """Zips in zips, five deep, ten wide, nothing at the bottom."""
    inner = packed([("7/0.png", bytes(10 * MB))])
    for _ in range(5):
        inner = packed([(f"7/{number}.zip", inner) for number in range(10)])
    return "nested.zip", inner


def one_member_many_times() -> tuple[str, bytes]:
    """A zip whose list names the same member 5,000 times."""
    content = packed([("7/0.png", flat_png(2000, 2000))])
    start = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entry, tail = content[start:end], bytearray(content[end:])
    count = 5000
    tail[8:12] = count.to_bytes(2, "little") * 2
    tail[12:16] = (len(entry) * count).to_bytes(4, "little")
    return "many.zip", content[:start] + entry * count + bytes(tail)


def links() -> tuple[str, bytes]:
    """A zip of symbolic links to the server's files."""
    link = zipfile.ZipInfo("7/link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return "links.zip", packed([(link, b"/etc/passwd"), ("7/../../x.png", b"x")])


def empty_members() -> tuple[str, bytes]:
    """A zip of 60,000 empty files."""
    return "empty.zip", packed([(f"7/{number}.png", b"") for number in range(60_000)])


def array_that_lies() -> tuple[str, bytes]:
    """An npz whose header claims 100 GB."""
    buffer = io.BytesIO()
    head = {"descr": "|u1", "fortran_order": False, "shape": (10**6, 300, 300)}
    np.lib.format.write_array_header_1_0(buffer, head)
    return "lies.npz", packed([("images.npy", buffer.getvalue()), ("labels.npy", buffer.getvalue())])


def largest_array() -> tuple[str, bytes]:
    """An npz of 128 MB in a few kilobytes."""
    buffer, labels = io.BytesIO(), io.BytesIO()
    np.save(buffer, np.zeros((100_000, 36, 36), np.uint8))
    np.save(labels, np.zeros(100_000, np.uint8))
    return "large.npz", packed([("images.npy", buffer.getvalue()), ("labels.npy", labels.getvalue())])


HOSTILE: dict[str, Callable[[], tuple[str, bytes]]] = {
    make.__name__: make
    for make in (wide_header, broken_lines, long_line, flat_pictures, zips_in_zips, one_member_many_times, links,
                 empty_members, array_that_lies, largest_array)
}  # fmt: skip
