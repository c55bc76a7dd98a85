"""Work in a thread of its own: the browser that tests share keeps a loop running in theirs, where none can begin."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def apart(work: Callable[[], T]) -> T:
    """What `work` returns or raises."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def finished(coroutine: Coroutine[Any, Any, T]) -> T:
    """What the coroutine returns or raises, in a loop of its own."""
    return apart(lambda: asyncio.run(coroutine))
