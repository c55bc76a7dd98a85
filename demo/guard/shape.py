"""Whether JSON is what this page's questions are: a few names and values, of which one may be a long data URL.

Parsed, `[{},{},...]` takes thirty times its bytes, and text with one character beyond ASCII up to four times: what is
long may be neither. Checked before anything parses it, on bytes.
"""

from typing import Any

import orjson

SMALL_BYTES = 64 * 1024  # up to there text may be in any language
MOST_PARTS = 20_000  # values of all kinds, of all depths; a data set of 1,000 files is named with 10,000
MOST_DEPTH = 20
SESSION_CHARACTERS = 64
TOO_MANY = "That is no question of this page: it has too many parts. Please send one picture, or a list of some."
NO_JSON = "That could not be understood: expected a JSON object, as docs/api.md describes it."
LONG_TEXT = "That is no question of this page: long text there is a picture's data URL, which is plain ASCII."


class ShapeError(ValueError):
    """A body that is no question; the message is a sentence for whoever sent it."""


def parsed(body: bytes) -> dict[str, Any]:
    """The JSON object that a body holds; ShapeError for anything else, or for one that would fill the memory."""
    check_parts(parts(body))
    if len(body) > SMALL_BYTES and (not body.isascii() or b"\\u" in body):
        raise ShapeError(LONG_TEXT)
    try:
        value = orjson.loads(body)
    except ValueError as error:
        raise ShapeError(NO_JSON) from error
    if not isinstance(value, dict) or _deeper_than(value, MOST_DEPTH):
        raise ShapeError(NO_JSON)
    return value


def parts(piece: bytes) -> int:
    """How many values a piece of JSON begins, at most."""
    return piece.count(b",") + piece.count(b"[") + piece.count(b"{")


def check_parts(count: int) -> None:
    """ShapeError when a question has so many values."""
    if count > MOST_PARTS:
        raise ShapeError(TOO_MANY)


def session(value: object) -> str:
    """A session's name as browsers and clients make it; ShapeError for what is none or too long."""
    if not isinstance(value, str) or not 0 < len(value) <= SESSION_CHARACTERS or not value.isprintable():
        raise ShapeError(f"Expected a session_hash of 1 to {SESSION_CHARACTERS} characters.")
    return value


def whole(value: object, name: str) -> int:
    """A whole number that 32 bits hold, as of a component; ShapeError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise ShapeError(f"Expected a whole number as {name}.")
    return value


def _deeper_than(value: object, most: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return most == 0 or any(_deeper_than(one, most - 1) for one in inner)
