"""Text as spreadsheets write it: with a byte-order mark or without, commas, semicolons or tabs, 7 as 7.0."""

import codecs
import re

OTHER_SEPARATORS = ";\t|"
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
WHOLE = re.compile(r"([0-9]+)[.,]0*")


def encoding_of(start: bytes) -> str:
    """The encoding that the first bytes of a file tell; UTF-8 where they tell none."""
    return next((name for mark, name in MARKS.items() if start.startswith(mark)), "utf-8")


def decoded(content: bytes) -> str:
    """Text of bytes in UTF-8 or UTF-16; what is neither becomes a mark that no name or number has."""
    return content.decode(encoding_of(content), errors="replace")


def separator_of(line: str) -> str:
    """The sign between the cells of a table, by its first line; commas beside others may be decimal points."""
    other = max(OTHER_SEPARATORS, key=line.count)
    return other if 2 * line.count(other) > line.count(",") else ","


def plain_number(text: str) -> str:
    """A whole number without its decimals, "7.0" -> "7"; anything else as it is, without blanks around it."""
    found = WHOLE.fullmatch(text.strip())
    return found[1] if found else text.strip()
