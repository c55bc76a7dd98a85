"""The wire format of protocol buffers, as far as .onnx files need it: fields out of bytes, and back into them.

The lean environment has no onnx package; a file's structure can be read, and changed in memory, without one.
source: protobuf.dev/programming-guides/encoding.
"""

from collections.abc import Callable, Iterator

from core.refusals import RefusalError

VARINT, FIXED_64, LENGTH, FIXED_32 = 0, 1, 2, 5  # wire types
Value = int | memoryview


class WireError(RefusalError, ValueError):
    """Bytes that are no protocol buffer; the message says where."""


def fields(content: memoryview) -> Iterator[tuple[int, Value]]:
    """(field number, value) of every field: a number, or the bytes of a text, a message or packed numbers."""
    for number, value, _ in _spans(content):
        if value is not None:
            yield number, value


def messages(content: memoryview, wanted: int) -> Iterator[memoryview]:
    """The bytes of every field of that number."""
    return (value for number, value in fields(content) if number == wanted and isinstance(value, memoryview))


def text(content: memoryview, wanted: int) -> str:
    """The last text of that number, "" where there is none; what is no UTF-8 is replaced."""
    found = [bytes(value) for value in messages(content, wanted)]
    return found[-1].decode(errors="replace") if found else ""


def number(content: memoryview, wanted: int) -> int | None:
    """The last number of that field; None where there is none."""
    found = [value for field, value in fields(content) if field == wanted and isinstance(value, int)]
    return found[-1] if found else None


def rewritten(content: memoryview, path: tuple[int, ...], edit: Callable[[memoryview], bytes]) -> bytes:
    """The same bytes, with `edit` of every message that lies at the end of a path of field numbers."""
    if not path:
        return edit(content)
    parts = []
    for field, value, span in _spans(content):
        inside = field == path[0] and isinstance(value, memoryview)
        parts.append(packed(field, rewritten(value, path[1:], edit)) if inside else bytes(span))  # type: ignore[arg-type]
    return b"".join(parts)


def packed(field: int, content: bytes) -> bytes:
    """A field of variable length."""
    return _as_varint(field << 3 | LENGTH) + _as_varint(len(content)) + content


def _spans(content: memoryview) -> Iterator[tuple[int, Value | None, memoryview]]:
    """(field number, its value, all its bytes) of every field; None for the value of a float."""
    place = 0
    while place < len(content):
        start = place
        key, place = _varint(content, place)
        wire = key & 7
        value: Value | None = None
        if wire == LENGTH:
            length, place = _varint(content, place)
            value, place = content[place : place + length], place + length
        elif wire == VARINT:
            value, place = _varint(content, place)
        elif wire in (FIXED_32, FIXED_64):
            place += 4 if wire == FIXED_32 else 8
        else:
            raise WireError(f"no protocol buffer: wire type {wire} at byte {start}")
        if place > len(content):
            raise WireError(f"no whole protocol buffer: the field at byte {start} ends behind its end")
        yield key >> 3, value, content[start:place]


def _varint(content: memoryview, place: int) -> tuple[int, int]:
    """(number, the place behind it): seven bits a byte, the lowest first, the eighth says that more follow."""
    value = shift = 0
    while shift < 70:
        if place >= len(content):
            raise WireError("no whole protocol buffer: it ends within a number")
        byte = content[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place
    raise WireError(f"no protocol buffer: a number at byte {place - 10} has no end")


def _as_varint(value: int) -> bytes:
    seven_bits = bytearray()
    while value > 127:
        seven_bits.append(value & 127 | 128)
        value >>= 7
    return bytes(seven_bits) + bytes([value])
