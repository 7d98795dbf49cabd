"""How far a long command is, on a terminal only: done, rate, and the time that is left.

Written to the standard error stream, over itself, so that it is never in a file. Shown right by
`tests/cli/test_progress.py`.
"""

import sys
import time

__all__ = ["Progress", "progress_line"]

SECONDS_BETWEEN_LINES = 0.2
_CLEAR = "\r\x1b[K"


class Progress:
    """Called with how many of `total` things are done."""

    def __init__(self, total: int, noun: str) -> None:
        self._total = total
        self._noun = noun
        self._started = time.monotonic()
        self._told = self._started

    def __call__(self, done: int) -> None:
        """Say how far it is, not more than five times a second."""
        now = time.monotonic()
        if sys.stderr.isatty() and now - self._told >= SECONDS_BETWEEN_LINES:
            self._told = now
            line = progress_line(done, self._total, now - self._started, self._noun)
            print(f"{_CLEAR}{line}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Make room on the line for something else."""
        if sys.stderr.isatty():
            print(_CLEAR, end="", file=sys.stderr, flush=True)


def progress_line(done: int, total: int, seconds: float, noun: str) -> str:
    """`1,024 of 200,000 entries (0 %), 5,120 a second, about 39 s left`."""
    rate = done / seconds if seconds > 0 else 0.0
    left = _duration((total - done) / rate) if rate else "?"
    percent = 100 * done // total if total else 100
    return f"{done:,} of {total:,} {noun} ({percent} %), {rate:,.0f} a second, about {left} left"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
