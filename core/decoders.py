"""Pictures decoded apart: child processes that are ended when one takes too long, and replaced at once."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np

from core.decoder import ANSWER, QUESTION
from core.pictures import Grey, PictureError

ROOT = Path(__file__).resolve().parent.parent
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
# Blocks of a picture's size go back to the system once they are freed; else glibc keeps up to 64 MB. source: mallopt(3)
KEEP_LITTLE = {"MALLOC_MMAP_THRESHOLD_": str(2**18), "MALLOC_TRIM_THRESHOLD_": str(2**18)}
START_S = 60.0  # that a new process may take on a machine at work, beside the time for its picture
TOO_LONG = "That picture takes too long to unpack. Please save it anew as PNG or JPEG, or send a smaller one."
DIED = "That picture could not be unpacked. Please save it anew as PNG or JPEG, or send a smaller one."


class Decoder:
    """One child process that reads one picture at a time; safe to ask from several threads, which then wait in turn."""

    def __init__(self, memory_bytes: int, cpu_s: int, wall_s: float) -> None:
        """memory_bytes, cpu_s, wall_s: what one picture may take, beside the process itself."""
        self._limits = memory_bytes, cpu_s
        self._wall_s = wall_s
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_new = True

    def read(self, content: bytes, most_pixels: int, wait_s: float) -> Grey | None:
        """(H, W) uint8 as core.pictures reads it; None when no turn comes within `wait_s`; PictureError else."""
        if not self._turn.acquire(timeout=wait_s):
            return None
        try:
            return self._asked(content, most_pixels)
        finally:
            self._turn.release()

    def start(self) -> None:
        """Have the process ready before it is asked for."""
        with self._turn:
            self._ready()

    @property
    def process_id(self) -> int:
        """The number of the process that is ready; 0 where none is."""
        return self._process.pid if self._process is not None else 0

    def close(self) -> None:
        """End the process; the next question starts another."""
        with self._turn:
            self._end()

    def _asked(self, content: bytes, most_pixels: int) -> Grey:
        process = self._ready()
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._wall_s + (START_S if self._is_new else 0), end)
        timer.daemon = True
        timer.start()
        try:
            found = _exchange(process, QUESTION.pack(len(content), most_pixels, *self._limits), content)
        except (OSError, EOFError) as error:
            self._end()
            self._ready()
            raise PictureError(TOO_LONG if late.is_set() or _ran_out_of_time(process) else DIED) from error
        finally:
            timer.cancel()
        self._is_new = False
        if isinstance(found, str):
            raise PictureError(found)
        return found

    def _ready(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._is_new = True
            self._process = subprocess.Popen(
                [sys.executable, "-m", "core.decoder"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env=os.environ | ONE_THREAD | KEEP_LITTLE,
                start_new_session=True,  # a Ctrl-C is for the program that asks; this one ends with its pipe
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def _ran_out_of_time(process: "subprocess.Popen[bytes]") -> bool:
    """Whether the system ended it for its processor time."""
    return process.returncode == -getattr(signal, "SIGXCPU", 0) != 0


def _exchange(process: "subprocess.Popen[bytes]", head: bytes, content: bytes) -> Grey | str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(head + content if len(content) < 2**16 else head)
    if len(content) >= 2**16:
        process.stdin.write(content)
    process.stdin.flush()
    height, width = ANSWER.unpack(_exactly(process, ANSWER.size))
    if not height:
        return _exactly(process, width).decode()
    return np.frombuffer(_exactly(process, height * width), np.uint8).reshape(height, width)


def _exactly(process: "subprocess.Popen[bytes]", count: int) -> bytes:
    assert process.stdout is not None
    found = process.stdout.read(count)
    if len(found) < count:
        raise EOFError("the process ended within its answer")
    return found
