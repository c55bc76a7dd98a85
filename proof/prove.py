"""`digits prove`: measures again what was measured with files that changed since, and says how long that will take.

A record says how long it took when this command measured it last; other measures are run for the first time here.
"""

import json
import re
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from core import verbs
from core.files import ROOT, write_json
from core.refusals import in_a_sentence
from core.stamp import changed

RECORDS = ("proof/*/record.json", "proof/page/beside.json", "docs/records/*.json")
PLACEHOLDER = re.compile(r"\b[A-Z]{4,}\b")  # FOLDER, MODEL, FILE: what is not shipped has to be named by a person
TOOK = "took_s"
RUN_BY_PYTHON = {"python": (), "digits": ("-m", "digits")}


@dataclass(frozen=True)
class Stale:
    """A record whose inputs changed.

    path:   of the record, below the root.
    files:  the inputs that changed.
    words:  the command that measures it again.
    took_s: seconds that it took last; None where that is not known.
    """

    path: str
    files: list[str]
    words: tuple[str, ...]
    took_s: float | None

    @property
    def can_be_run(self) -> bool:
        """Whether the command is whole as it stands."""
        return not PLACEHOLDER.search(shlex.join(self.words))

    def __str__(self) -> str:
        why = f"{', '.join(self.files)} changed"
        command = verbs.told(shlex.join(self.words))
        if not self.can_be_run:
            return f"{self.path}: {why}; only you can run `{command}`, with your own files in their places"
        took = "for a time that is not known yet" if self.took_s is None else f"for about {_minutes(self.took_s)}"
        return f"{self.path}: {why}; `{command}` runs {took}"


def stale_records(root: Path = ROOT) -> list[Stale]:
    """Every record below the root that measured files which are others now, the quickest first, unknown ones last."""
    found = []
    for path in sorted(path for pattern in RECORDS for path in root.glob(pattern)):
        record = json.loads(path.read_text(encoding="utf-8"))
        if files := changed(record, root):
            words = tuple(shlex.split(record["command"]))
            found.append(Stale(path.relative_to(root).as_posix(), files, words, record.get(TOOK)))
    return sorted(found, key=lambda one: one.took_s or float("inf"))


def measure(stale: Stale, root: Path = ROOT) -> bool:
    """Run the command, and add to its record how long it took; whether the record is of today's files now."""
    words = shlex.split(verbs.told(shlex.join(stale.words)))  # a module may have moved since; its verb stays
    if words[0] in RUN_BY_PYTHON:
        words = [sys.executable, *RUN_BY_PYTHON[words[0]], *words[1:]]
    started_at = time.monotonic()
    subprocess.run(words, cwd=root, check=False)
    path = root / stale.path
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if changed(record, root):
        return False
    write_json(path, record | {TOOK: round(time.monotonic() - started_at)})
    return True


@in_a_sentence()
def main(arguments: list[str] | None = None) -> int:
    """Say what is stale, then measure it; 1 when something is as stale as before."""
    parser = verbs.parser("proof.prove", __doc__)
    parser.add_argument("--dry-run", action="store_true", help="only say what is stale")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (this one)")
    chosen = parser.parse_args(arguments)
    found = stale_records(chosen.root)
    for stale in found:
        print(stale)
    if not found:
        print("Every record is of the files that are here.")
    if chosen.dry_run:
        return 0
    runs = [stale for stale in found if stale.can_be_run]
    failed = [stale for stale in tqdm(runs, unit="record", disable=not runs) if not measure(stale, chosen.root)]
    for stale in failed:
        print(f"{stale.path}: is as it was; `{shlex.join(stale.words)}` says why above", file=sys.stderr)
    if len(runs) > len(failed):
        print("Now `make readme` writes the new numbers into the pages.")
    return int(bool(failed))


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


if __name__ == "__main__":
    sys.exit(main())
