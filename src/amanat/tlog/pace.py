"""How often something may be done: so many times a minute, and a minute's worth saved up at most.

In memory only. Shown right by `tests/tlog/test_pace.py`.
"""

import math
import threading
from collections.abc import Hashable
from datetime import datetime

__all__ = ["Pace"]


class Pace:
    """A limit for each key; may be shared by threads."""

    def __init__(self, per_minute: int) -> None:
        self._most = float(per_minute)
        self._lock = threading.Lock()
        self._left: dict[Hashable, tuple[float, datetime]] = {}

    def take(self, key: Hashable, *, now: datetime) -> int:
        """Take one; 0 when there was one, else the seconds until there will be, and nothing is taken."""
        with self._lock:
            left, since = self._left.get(key, (self._most, now))
            gained = max(0.0, (now - since).total_seconds()) * self._most / 60
            left = min(self._most, left + gained)
            self._left[key] = (left - 1 if left >= 1 else left, now)
        return 0 if left >= 1 else math.ceil((1 - left) * 60 / self._most)
