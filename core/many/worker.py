"""The process that reads for another one: pictures come over its standard input, rows go back."""

import os
import sys
import threading
from queue import SimpleQueue
from typing import Any, BinaryIO

from PIL import AvifImagePlugin

from core.many import messages, places
from core.many.places import Named
from core.many.rows import Rows

READY = "ready"


def work(rows: Rows) -> None:
    """Answer until the pipe closes, which it does when the asking program ends, however it ends."""
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    answers = _own_output()
    asked: SimpleQueue[tuple[Any, memoryview] | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, asked), daemon=True).start()
    try:
        messages.send(answers, READY)
        while (message := asked.get()) is not None:
            messages.send(answers, rows(_pictures(*message)))
    except BrokenPipeError:  # nobody is left to answer, not even to say so
        os._exit(0)


def _own_output() -> BinaryIO:
    """Standard output for answers alone: what a library prints goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _listen(pipe: BinaryIO, asked: "SimpleQueue[tuple[Any, memoryview] | None]") -> None:
    """Take each message at once, so that the program that asks never waits; it sends no more than two ahead."""
    while (message := messages.receive(pipe)) is not None:
        asked.put(message)
    asked.put(None)


def _pictures(told: list[tuple[str, places.Told]], content: memoryview) -> list[Named]:
    found = []
    for name, lies in told:
        place, content = places.place(lies, content)
        found.append(Named(name, place))
    return found
