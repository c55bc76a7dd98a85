"""The process that opens other people's pictures: `python -m core.decoder` reads files from a pipe and answers grey.

It may take so much memory and processor time and no more, and write no file. Whatever a picture does to it, the
program that asked goes on: core/decoders.py ends it and starts another.
"""

import contextlib
import struct
import sys
from pathlib import Path
from typing import BinaryIO

from PIL import AvifImagePlugin

from core import pictures
from core.pictures import Grey, PictureError

try:
    import resource
except ImportError:  # Windows has no such limits; there the time alone is bounded, by whoever asks
    resource = None  # type: ignore[assignment]

# Asked: bytes of the file, most pixels, bytes of memory and seconds of processor time that it may take; then the file.
QUESTION = struct.Struct(">QQQQ")
# Answered: height and width, then the pixels; or 0 and the length of a sentence, then the sentence in UTF-8.
ANSWER = struct.Struct(">QQ")
TOO_MUCH = "That picture takes more memory to unpack than there is for one. Please send a smaller one."


def main() -> None:
    """Answer until the pipe closes, which it does when the asking program ends, however it ends."""
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    _forbid_writing()
    base_bytes = used_bytes()
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(head := questions.read(QUESTION.size)) == QUESTION.size:
        length, most_pixels, memory_bytes, cpu_s = QUESTION.unpack(head)
        _limit(base_bytes + length + memory_bytes, cpu_s)
        _answer(answers, _read(questions, length, most_pixels))  # and neither file nor picture is held until the next


def _read(questions: BinaryIO, length: int, most_pixels: int) -> Grey | str:
    content = questions.read(length)
    try:
        return pictures.read(content, max(len(content), 1), most_pixels)
    except MemoryError:
        return TOO_MUCH
    except PictureError as error:
        return TOO_MUCH if isinstance(error.__cause__, MemoryError) else str(error)


def _answer(answers: BinaryIO, found: Grey | str) -> None:
    if isinstance(found, str):
        content = found.encode()
        answers.write(ANSWER.pack(0, len(content)) + content)
    else:
        answers.write(ANSWER.pack(*found.shape))
        answers.write(found.tobytes())
    answers.flush()


def _forbid_writing() -> None:
    if resource is not None:
        for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
            resource.setrlimit(limit, (0, 0))


def _limit(memory_bytes: int, cpu_s: int) -> None:
    """Bound what the next picture may take; where a system knows no such limit, it is left away."""
    if resource is None:
        return
    used_s = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    for limit, most in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, int(used_s) + 1 + cpu_s)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, resource.getrlimit(limit)[1]))


def used_bytes() -> int:
    """The address space of this process now; without /proc a guess that is large enough for its libraries."""
    statm = Path("/proc/self/statm")
    pages = int(statm.read_text().split()[0]) if statm.is_file() else 2**18
    return pages * (resource.getpagesize() if resource is not None else 4096)


if __name__ == "__main__":
    main()
