"""Where the bytes of a picture lie, as one process tells another: in a file, within an archive, or here."""

import os
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from core import pictures
from core.pictures import PictureError
from core.refusals import sentence

Told = list[Any]  # a place as JSON: its kind, and what it needs to be found again
LOCAL_HEADER = 30  # bytes before the name of a zip's member; the last four say how long name and extra field are
STORED, DEFLATED = 0, 8
DAMAGED = "That part of the archive is damaged. Please make it anew."


class Place(Protocol):
    """Where one picture's bytes can be had, as often as they are asked for."""

    def content(self) -> bytes:
        """The bytes of an image file; PictureError or OSError where there are none, or too many."""
        ...

    def told(self) -> tuple[Told, bytes]:
        """The place for another process, and the bytes that have to go with it."""
        ...


class Named(NamedTuple):
    """One picture: as people call it, and where it lies."""

    name: str
    place: Place


@dataclass(frozen=True)
class File:
    """A file of its own."""

    path: str

    def content(self) -> bytes:
        """See Place."""
        return pictures.content_of(Path(self.path))

    def told(self) -> tuple[Told, bytes]:
        """See Place."""
        return ["file", os.path.abspath(self.path)], b""  # noqa: PTH100 (a Path a picture costs more than the rest)


@dataclass(frozen=True)
class Member:
    """A part of a zip, read where it lies: offset of its header, packed and unpacked length in bytes, checksum."""

    path: str
    offset: int
    packed: int
    length: int
    method: int
    crc: int

    def content(self) -> bytes:
        """See Place; never more than is stated is unpacked."""
        for length in (self.length, self.packed):
            pictures.check_length(length)
        if self.method not in (STORED, DEFLATED):
            raise PictureError("It is packed in a way that is not read here. Please make a plain zip of the pictures.")
        content = self._unpacked()
        if zlib.crc32(content) != self.crc:
            raise PictureError(DAMAGED)
        return content

    def _unpacked(self) -> bytes:
        packed = self._packed()
        try:
            return packed if self.method == STORED else zlib.decompressobj(-15).decompress(packed, self.length)
        except zlib.error as error:
            raise PictureError(DAMAGED) from error

    def _packed(self) -> bytes:
        with Path(self.path).open("rb") as archive:
            archive.seek(self.offset)
            head = archive.read(LOCAL_HEADER)
            archive.seek(int.from_bytes(head[-4:-2], "little") + int.from_bytes(head[-2:], "little"), os.SEEK_CUR)
            return archive.read(self.packed)

    def told(self) -> tuple[Told, bytes]:
        """See Place."""
        path = os.path.abspath(self.path)  # noqa: PTH100 (as above)
        return ["member", path, self.offset, self.packed, self.length, self.method, self.crc], b""


@dataclass(frozen=True)
class Here:
    """Bytes that this process has, or gets when they are asked for."""

    get: Callable[[], bytes]

    def content(self) -> bytes:
        """See Place."""
        return pictures.content_of(self.get())

    def told(self) -> tuple[Told, bytes]:
        """See Place; what cannot be had is told as its sentence."""
        content = content_or_sentence(self)
        return (["unread", content], b"") if isinstance(content, str) else (["here", len(content)], content)


@dataclass(frozen=True)
class Unread:
    """Bytes that could not be had, and why."""

    why: str

    def content(self) -> bytes:
        """See Place; always a PictureError."""
        raise PictureError(self.why)

    def told(self) -> tuple[Told, bytes]:
        """See Place."""
        return ["unread", self.why], b""


def standard_input() -> bytes:
    """What is piped in, of which no more is read than a picture may have."""
    return sys.stdin.buffer.read(pictures.MOST_BYTES + 1)


def place(told: Told, content: memoryview) -> tuple[Place, memoryview]:
    """A place as `told` says it, and what is left of the bytes that came with all of them."""
    kind, *rest = told
    if kind == "here":
        own = bytes(content[: rest[0]])
        return Here(lambda: own), content[rest[0] :]
    kinds: dict[str, Callable[..., Place]] = {"file": File, "member": Member, "unread": Unread}
    return kinds[kind](*rest), content


def content_or_sentence(place: Place) -> bytes | str:
    """The bytes of a picture, or why there are none; a line that says so begins with its name."""
    try:
        return place.content()
    except OSError as error:
        return sentence(OSError(error.errno, error.strerror))
    except PictureError as error:
        return sentence(error)
