"""Pictures in handfuls: what one process is given at a time."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from core.many.places import Named

CHUNK = 16  # pictures: some tens of milliseconds of work, so that handing them over costs next to nothing


def chunked(pictures: Iterable[Named], size: int = CHUNK) -> Iterator[Sequence[Named]]:
    """`size` pictures at a time, the last time fewer."""
    coming = iter(pictures)
    while chunk := [*islice(coming, size)]:
        yield chunk
