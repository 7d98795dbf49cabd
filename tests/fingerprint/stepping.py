"""Steps for the workers under test; a worker imports them by name."""

import os
import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["step"]


def step(ask: str, beat: Callable[[], None]) -> str:
    """Do what the question says."""
    word, _, rest = ask.partition(" ")
    if word == "hang":
        time.sleep(600)
    if word == "die":
        os._exit(7)
    if word == "fail":
        raise ValueError(rest)
    if word == "slow":
        for _ in range(int(rest)):
            time.sleep(0.3)
            beat()
    if word == "write":
        return _write(Path(rest))
    if word == "hog":
        return _hog()
    return f"{ask} by {os.getpid()}" if word == "who" else ask


def _write(place: Path) -> str:
    try:
        place.write_bytes(b"x")
    except OSError:
        return "refused"
    return "written"


def _hog() -> str:
    try:
        return str(len(bytearray(6 << 30)))
    except MemoryError:
        return "refused"
