"""The pictures that a person names on a command line, found one after the other, however many there are."""

import glob
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core import pictures
from core.many import archive, folder, parquet_rows, places
from core.many.is_picture import is_picture
from core.many.places import File, Here, Named
from core.refusals import RefusalError, sentence

STDIN = "-"
LIST = "@"  # before the name of a text file of paths
SHOWN = 3  # names of files that are left out; of more their number is told


@dataclass
class Notes:
    """What is said while names are followed.

    say:      takes a sentence.
    problems: how many names led to nothing.
    """

    say: Callable[[str], object]
    problems: int = 0

    def problem(self, sentence: str) -> None:
        """Say that a name leads to nothing."""
        self.problems += 1
        self.say(sentence)


def find(names: Sequence[str], notes: Notes) -> Iterator[Named]:
    """Follow names to pictures, in the order in which they were named.

    names: of files; of folders, whose pictures are found by their content in all folders below; of a .zip, or a
           .parquet with a column of pictures; patterns such as "scans/**/*.png", for shells that leave them as they
           are; "@FILE", a text file with a picture's path a line, and "@-" for one that is piped in; "-" for a picture
           that is piped in.
    """
    for name in names:
        if name == STDIN:
            yield Named(name, Here(places.standard_input))
        elif name.startswith(LIST) and not Path(name).exists():
            yield from _listed(name.removeprefix(LIST), notes)
        elif Path(name).exists() or not glob.has_magic(name):
            yield from _of_path(Path(name), notes)
        elif matches := sorted(glob.glob(name, recursive=True)):  # noqa: PTH207 (a Path's own takes no absolute pattern)
            for match in matches:
                yield from _of_path(Path(match), notes)
        else:
            notes.problem(f"{name}: no file has a name like that")


def can_be_followed_again(names: Iterable[str]) -> bool:
    """Whether following them takes nothing away, as reading a pipe does."""
    return not {STDIN, LIST + STDIN} & {*names}


def _of_path(path: Path, notes: Notes) -> Iterator[Named]:
    if path.is_dir():
        found = (File(place) if _is_picture(place) else inner for place, inner in folder.files(str(path)))
        named = (Named(one.path, one) if isinstance(one, File) else one for one in found)
        yield from _chosen(str(path), named, notes)
    elif path.suffix.lower() in archive.ENDINGS and path.is_file():
        yield from _chosen(str(path), archive.members(path), notes)
    elif path.suffix.lower() in parquet_rows.ENDINGS and path.is_file():
        yield from _chosen(str(path), parquet_rows.rows(path), notes)
    else:
        yield Named(str(path), File(str(path)))


def _is_picture(place: str) -> bool:
    return is_picture(place, lambda: place)


def _chosen(name: str, found: Iterable[Named | str], notes: Notes) -> Iterator[Named]:
    """The pictures; what is none, and that there is no picture, is told at the end."""
    chosen, others, shown = 0, 0, list[str]()
    try:
        for one in found:
            if isinstance(one, Named):
                chosen += 1
                yield one
            else:
                others += 1
                shown += [one] if others <= SHOWN else []
    except (RefusalError, OSError) as error:
        notes.problem(f"{name}: {_without_name(error)}")
        return
    if not chosen:
        notes.problem(f"{name}: holds no picture; expected {pictures.ACCEPTED}")
    elif others:
        more = f" and {others - SHOWN} more" if others > SHOWN else ""
        notes.say(f"{name}: left out what is no picture: {', '.join(shown)}{more}")


def _listed(name: str, notes: Notes) -> Iterator[Named]:
    file_or_pipe = 0 if name == STDIN else name
    try:
        with open(file_or_pipe, encoding="utf-8", errors="surrogateescape", closefd=name != STDIN) as file:
            for line in file:
                if path := line.rstrip("\r\n"):
                    yield Named(path, File(path))
    except OSError as error:
        notes.problem(f"{name}: {_without_name(error)}")


def _without_name(error: Exception) -> str:
    """The sentence of an error, which stands behind the name."""
    return sentence(OSError(error.errno, error.strerror) if isinstance(error, OSError) else error)
