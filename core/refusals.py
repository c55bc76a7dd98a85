"""What cannot be done as asked: one sentence for the person and one exit status, for every command alike."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

FAILED = 1
NOT_READ = 2  # what was named could not be read, or not be compared; argparse and click use it for words of their own
INTERRUPTED = 130  # 128 + SIGINT, as shells have it
NOBODY_READS = 141  # 128 + SIGPIPE: whoever read the output, such as `head`, has gone

Words = ParamSpec("Words")


class RefusalError(Exception):
    """What cannot be done as asked; the message says what arrived, what is accepted and what to do."""


def in_a_sentence(
    *also: type[Exception], status: int = FAILED, first: str = "error"
) -> Callable[[Callable[Words, int]], Callable[Words, int]]:
    """Make a command's `main` end with a sentence and a status where it would end with a traceback.

    also:    further exceptions whose messages are sentences for the person; RefusalError and OSError always are.
    status:  the exit status that says so.
    first:   the words before the sentence.
    returns: a decorator of a function that returns its exit status.
    """
    refused: tuple[type[Exception], ...] = (RefusalError, OSError, *also)

    def decorate(main: Callable[Words, int]) -> Callable[Words, int]:
        @wraps(main)
        def told(*words: Words.args, **named: Words.kwargs) -> int:
            _print_whatever_there_is_to_print()
            try:
                ended = main(*words, **named)
                sys.stdout.flush()
                return ended
            except BrokenPipeError:
                return _leave_quietly()
            except KeyboardInterrupt:
                print("\nstopped", file=sys.stderr)
                return INTERRUPTED
            except refused as error:
                print(f"{first}: {sentence(error)}", file=sys.stderr)
                return status

        return told

    return decorate


def sentence(error: BaseException) -> str:
    """An exception's message for a person: of the system's own ones the file and the reason, without a number."""
    if isinstance(error, OSError) and error.strerror:
        files = " and ".join(printable(str(name)) for name in (error.filename, error.filename2) if name is not None)
        return f"{files}: {_small(error.strerror)}" if files else _small(error.strerror)
    return printable(str(error)) or type(error).__name__


def printable(text: str) -> str:
    """A text that cannot steer a terminal: what is neither printable nor a new line, written as Python would."""
    return "".join(letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1] for letter in text)


def _small(reason: str) -> str:
    return reason[:1].lower() + reason[1:]


def _print_whatever_there_is_to_print() -> None:
    """A file name in another encoding, or a sign that a Windows console lacks, must not end a command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _leave_quietly() -> int:
    """Python writes what is left to the closed pipe once more when it ends; let it go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return NOBODY_READS
