"""How far it is, how fast, and how long it will take: on standard error, while many pictures are read."""

import sys
import threading
from collections.abc import Sequence
from typing import Any

from tqdm import tqdm

from core.many import named

LOG_EVERY_S = 30.0  # between two lines where nobody watches a terminal


def bar(done: int, total: int | None, names: Sequence[str]) -> "tqdm[Any]":
    """A bar that is to be moved on by each picture, with pictures a second and the time left.

    total: None where it is not known; then the names are followed once more beside the work, to count.
    """
    every_s = 0.1 if sys.stderr.isatty() else LOG_EVERY_S
    shown = tqdm(initial=done, total=total, unit=" pictures", leave=False, mininterval=every_s, maxinterval=every_s)
    if total is None and named.can_be_followed_again(names):
        threading.Thread(target=_count, args=(names, shown), daemon=True).start()
    return shown


def _count(names: Sequence[str], shown: "tqdm[Any]") -> None:
    count = sum(1 for _ in named.find(names, named.Notes(_nothing)))
    shown.total = count


def _nothing(_: str) -> None:
    return
