"""The folder of everything temporary: its own for each server, bounded, swept by age, gone with the server."""

import os
import shutil
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from demo.guard import limits
from demo.guard.bodies import BodyError

try:
    import fcntl
except ImportError:  # on Windows, where a file that is open cannot be removed anyway
    fcntl = None  # type: ignore[assignment]

FULL = "Many files were sent within the last minutes. Please send yours again later."
FILE_BEGINS = b"filename="
PREFIX, LOCK = "served-", ".lock"
LONGEST_PATH = 1000
LEAST_BYTES = 4096  # that any file or folder takes on a disk
AT_ONCE, OF_ONE_AT_ONCE = 8, 2  # uploads, together and of one address
FILE_BYTES = 64 * 1024  # that a file costs at least of what an address may send: a thousand empty ones need no bytes
SCAN_EVERY_S = 1.0


class Temporary:
    """A folder below `base`, and what other servers left there removed; all of Gradio's files go into it."""

    def __init__(self, base: Path) -> None:
        base.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in base.glob(f"{PREFIX}*"):
            _remove_if_left(left)
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base)).resolve()
        self._lock = _locked(self.folder)
        self._kept: frozenset[Path] = frozenset()
        self._arriving: Counter[str] = Counter()  # address -> uploads under way
        self._used, self._scanned_at = 0, float("-inf")
        self._sent: defaultdict[str, deque[tuple[float, int]]] = defaultdict(deque)  # address -> (when, bytes)
        os.environ["GRADIO_TEMP_DIR"] = str(self.folder)
        tempfile.tempdir = str(self.folder)

    def keep_what_is_here(self) -> None:
        """From now on the files that are here stay: they are the page's own."""
        self._kept = frozenset(self._files())

    def begin_upload(self, address: str) -> None:
        """An upload arrives; BodyError when many do already."""
        if self._arriving.total() >= AT_ONCE or self._arriving[address] >= OF_ONE_AT_ONCE:
            raise BodyError(503, FULL)
        self._arriving[address] += 1

    def end_upload(self, address: str) -> None:
        """It has arrived, or was broken off: then what Gradio's parser left of it goes, once none is under way."""
        self._arriving[address] -= 1
        self._arriving += Counter()  # without those that are at nothing
        self._scanned_at = float("-inf")
        if not self._arriving:
            for path in self.folder.glob("tmp*"):
                if path.is_file() and path not in self._kept:
                    path.unlink(missing_ok=True)

    def take(self, address: str, piece: bytes) -> None:
        """Count a piece of an upload as it comes; BodyError when the disk's share, or the address's, is used up."""
        now, size = time.monotonic(), len(piece) + FILE_BYTES * piece.count(FILE_BEGINS)
        if now - self._scanned_at > SCAN_EVERY_S:
            self._used, self._scanned_at = sum(map(_size, self._files())), now
        sent = self._sent[address]
        while sent and sent[0][0] < now - limits.FILES_LIVE_S:
            sent.popleft()
        of_one = sum(count for _, count in sent)
        if self._used + size > limits.UPLOADS_BYTES or of_one + size > limits.UPLOADS_BYTES // 2:
            raise BodyError(503, FULL)
        self._used += size
        if sent and now - sent[-1][0] < SCAN_EVERY_S:
            sent[-1] = (sent[-1][0], sent[-1][1] + size)
        else:
            sent.append((now, size))

    def holds(self, path: str) -> bool:
        """Whether that is a file that a visitor uploaded to this server."""
        if "\0" in path or len(path) > LONGEST_PATH:
            return False
        file = Path(path)
        return file.is_absolute() and file.resolve().parent.parent == self.folder and file.is_file()

    def forget(self, paths: Iterable[Path]) -> None:
        """Remove files that were read."""
        for path in paths:
            if self.holds(str(path)):
                path.unlink(missing_ok=True)
        self._scanned_at = float("-inf")

    def sweep(self) -> None:
        """Remove what is older than limits.FILES_LIVE_S, and folders that are empty since."""
        since = time.time() - limits.FILES_LIVE_S
        for path in self._files():
            if path not in self._kept and path.lstat().st_mtime < since:
                path.unlink(missing_ok=True)
        for folder in self.folder.iterdir():
            if folder.is_dir() and not any(folder.iterdir()) and folder.stat().st_mtime < since:
                folder.rmdir()
        for address in [address for address, sent in self._sent.items() if not sent]:
            del self._sent[address]

    def remove(self) -> None:
        """The server ends: what this process makes later lies where it lay before."""
        tempfile.tempdir = None
        os.environ.pop("GRADIO_TEMP_DIR", None)
        self._lock.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _files(self) -> Iterator[Path]:
        for folder, _, names in os.walk(self.folder):
            yield from (Path(folder, name) for name in names if name != LOCK)


def _size(path: Path) -> int:
    try:
        return max(path.lstat().st_size, LEAST_BYTES)
    except FileNotFoundError:
        return 0


def _locked(folder: Path) -> IO[bytes]:
    """The folder's lock, held as long as the file is open; OSError when another server holds it."""
    lock = (folder / LOCK).open("wb")
    try:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise
    return lock


def _remove_if_left(folder: Path) -> None:
    """Remove the folder of a server that is no more; who still serves holds its lock."""
    try:
        lock = _locked(folder)
    except OSError:
        return
    shutil.rmtree(folder, ignore_errors=True)
    lock.close()
