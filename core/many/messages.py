"""How a process and the one that reads for it talk over a pipe: JSON, and the bytes that go with it."""

import json
import struct
from typing import IO, Any

LENGTHS = struct.Struct(">QQ")  # of the JSON, and of the bytes behind it


def send(pipe: IO[bytes], said: object, content: bytes = b"") -> None:
    """Write one message; OSError when nobody is there to read it."""
    text = json.dumps(said).encode()
    pipe.write(LENGTHS.pack(len(text), len(content)) + text + content)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[Any, memoryview] | None:
    """The next message; None when there comes none, or no whole one, since the other process has ended."""
    head = pipe.read(LENGTHS.size)
    if len(head) < LENGTHS.size:
        return None
    text_length, content_length = LENGTHS.unpack(head)
    both = pipe.read(text_length + content_length)
    if len(both) < text_length + content_length:
        return None
    return json.loads(both[:text_length]), memoryview(both)[text_length:]
