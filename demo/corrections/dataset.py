"""Corrections on their way to a data set on Hugging Face: a folder that its own scheduler pushes every few minutes."""

import hashlib
import json
import sys
import uuid
from pathlib import Path

from huggingface_hub import CommitScheduler

from core.files import write_atomic
from demo import settings

PUSH_EVERY_MIN = 5


class Dataset:
    """A folder in the layout that Hugging Face reads as labelled pictures: PNG files beside a metadata.jsonl.

    Each start of the server writes into a folder of its own, so that no file changes once another server has pushed it.
    Who sent a correction, and when, stays on the server.
    """

    def __init__(self, scheduler: CommitScheduler) -> None:
        self.name = scheduler.repo_id
        self._scheduler = scheduler
        self._folder = Path(scheduler.folder_path) / uuid.uuid4().hex

    def add(self, digit: int, answer: int | None, picture: bytes) -> None:
        """Hand over one drawing, a PNG file's bytes: `digit` is what it is, `answer` what the model said.

        A full disk is said to the server's log alone: the correction is kept in SQLite already.
        """
        name = _name(picture)
        line = json.dumps({"file_name": name, "label": digit, "answer": answer}) + "\n"
        try:
            with self._scheduler.lock:  # never pushed half written
                self._folder.mkdir(parents=True, exist_ok=True)
                (self._folder / name).write_bytes(picture)
                with (self._folder / "metadata.jsonl").open("a") as lines:
                    lines.write(line)
        except OSError as error:
            print(f"{self._folder}: a correction will not be pushed to {self.name} ({error})", file=sys.stderr)

    def take_back(self, digit: int, picture: bytes) -> None:
        """Drop what was said of a drawing, and the drawing, where this start of the server wrote it.

        What was pushed before stays in the data set: its history keeps it in any case.
        """
        name, lines = _name(picture), self._folder / "metadata.jsonl"
        try:
            with self._scheduler.lock:
                if not (self._folder / name).is_file():
                    return
                rows = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
                said = next((row for row in rows if (row["file_name"], row["label"]) == (name, digit)), None)
                rows = [row for row in rows if row is not said]  # others may have corrected the same example
                write_atomic(lines, "".join(f"{json.dumps(row)}\n" for row in rows).encode())
                if name not in {row["file_name"] for row in rows}:
                    (self._folder / name).unlink()
        except OSError as error:
            print(f"{self._folder}: a correction may stay in {self.name} ({error})", file=sys.stderr)


def _name(picture: bytes) -> str:
    """By content, so that a drawing that is corrected anew is found again."""
    return f"{hashlib.sha256(picture).hexdigest()[:32]}.png"


def opened() -> Dataset | None:
    """The data set of DIGITS_DATASET, private when it is new; None without a name and a token, or if it is refused."""
    corrections = settings.corrections_file()
    name, token = settings.dataset()
    if corrections is None or name is None or token is None:
        return None
    folder = corrections.with_name(f"{corrections.stem}-dataset")
    try:
        scheduler = CommitScheduler(
            repo_id=name, repo_type="dataset", folder_path=folder, token=token, every=PUSH_EVERY_MIN, private=True
        )
    except (OSError, ValueError) as error:  # what the hub and the network raise are OSErrors
        print(f"{name}: corrections cannot be pushed there ({error}); the page keeps them here", file=sys.stderr)
        return None
    return Dataset(scheduler)
