"""How often one address may do something within a minute, whatever names it gives itself."""

import threading
import time
from collections import deque

WINDOW_S = 60.0


class Pace:
    """Counts what each address did lately; in memory, so that no address is kept for longer than that."""

    def __init__(self, most: int, window_s: float = WINDOW_S) -> None:
        self._most, self._window_s = most, window_s
        self._done: deque[tuple[float, str]] = deque()  # when, and who; the oldest first
        self._lock = threading.Lock()

    def allows(self, address: str) -> bool:
        """Whether this address may do it once more now; it is counted then."""
        now = time.monotonic()
        with self._lock:
            while self._done and self._done[0][0] <= now - self._window_s:
                self._done.popleft()
            if sum(who == address for _, who in self._done) >= self._most:
                return False
            self._done.append((now, address))
            return True
