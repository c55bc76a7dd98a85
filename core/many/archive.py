"""The pictures within a zip, which stays as it is: nothing is unpacked to the disk."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from core.labels import is_systems_own
from core.many.is_picture import is_picture
from core.many.places import Member, Named
from core.refusals import RefusalError

ENDINGS = (".zip",)
ENCRYPTED = 0x1


class ArchiveError(RefusalError):
    """A zip that cannot be read; the message is a sentence without its name."""


def members(path: Path) -> Iterator[Named | str]:
    """Each picture in the order of the archive, under the name `ARCHIVE/MEMBER`; as a plain text, what is none.

    errors: ArchiveError for what is no zip, a damaged one, or an encrypted one; OSError when it cannot be opened.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if not info.is_dir() and not is_systems_own(info.filename):
                    yield _member(path, archive, info)
    except (zipfile.BadZipFile, EOFError) as error:
        raise ArchiveError(f"is no zip that can be read ({error})") from error


def _member(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Named | str:
    if info.flag_bits & ENCRYPTED:
        raise ArchiveError("is encrypted; make a zip without a password")
    if not is_picture(info.filename, lambda: archive.open(info)):
        return info.filename
    lies = info.header_offset, info.compress_size, info.file_size, info.compress_type, info.CRC
    return Named(f"{path}/{info.filename}", Member(str(path), *lies))
