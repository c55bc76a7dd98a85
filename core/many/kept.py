"""How far a file of answers is, beside it: what a call that goes on where another was killed has to know."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from core.files import write_json
from core.many.places import Named
from core.refusals import RefusalError

FORMAT = 1
Settings = dict[str, Any]  # plain values: what must be the same for both calls


class OutError(RefusalError):
    """A file of answers that cannot be gone on with; the message names it and says what to do."""


class Kept:
    """What is known of a file of answers.

    done:     pictures whose answers are in it.
    failed:   how many of them could not be read.
    position: where it ended then: bytes, or parts.
    """

    def __init__(self, path: Path, out: Path, settings: Settings) -> None:
        """Take up what `path` says of `out`; OutError when that was begun otherwise, or nothing is said of it."""
        self._path, self._out, self._settings = path, out, settings
        self.done = self.failed = self.position = 0
        self._names = hashlib.sha256()
        self._names_before = ""
        if path.is_file() and out.exists():
            self._take_up()
        elif out.is_file() or (out.is_dir() and any(out.iterdir())):
            raise OutError(f"{out}: is there, and no {path.name} says how far it is; name another file, or remove it")

    def _take_up(self) -> None:
        try:
            before = json.loads(self._path.read_text(encoding="utf-8"))
            if before["format"] != FORMAT:
                raise OutError(f"{self._path}: format {before['format']!r}; this version reads format {FORMAT}")
            self.done, self.failed, self.position = (int(before[name]) for name in ("done", "failed", "position"))
            self._names_before, settings = str(before["names"]), dict(before["settings"])
        except (ValueError, KeyError, TypeError) as error:
            raise OutError(f"{self._path}: damaged ({error!r}); remove it and {self._out} to begin anew") from error
        for name, now in self._settings.items():
            if settings.get(name) != now:
                other = f"was begun with {name} {_plain(settings.get(name))}, and this call has {_plain(now)}"
                raise OutError(f"{self._out}: {other}; call it as it was begun, or name another file")

    def missing(self, pictures: Iterable[Named]) -> Iterator[Named]:
        """The pictures that are still to be read; OutError when those that were are others than are named now."""
        coming = iter(pictures)
        self.add(islice(coming, self.done), 0, again=True)
        if self.done and self._names.hexdigest() != self._names_before:
            raise OutError(
                f"{self._out}: the first {self.done:,} pictures that it has are not the first that are named now; "
                "name the same ones in the same order, or another file"
            )
        return coming

    def add(self, pictures: Iterable[Named], failed: int, *, again: bool = False) -> None:
        """Count pictures whose answers are in the file."""
        for picture in pictures:
            self._names.update(picture.name.encode("utf-8", "surrogatepass") + b"\0")
            self.done += not again
        self.failed += failed

    def save(self, position: int) -> None:
        """Keep how far it is, once everything up to `position` is on the disk."""
        self.position = position
        names = self._names.hexdigest()
        counts = {"done": self.done, "failed": self.failed, "position": position, "names": names}
        write_json(self._path, {"format": FORMAT, "settings": self._settings} | counts)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
