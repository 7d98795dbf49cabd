"""Steps for the workers under test; a worker imports them by name."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from amanat.fingerprint import compute
from amanat.fingerprint.file import fingerprint_bytes
from fingerprint.makers import image_file, scene

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
    if word == "hash":
        return _hash(int(rest))
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


def _hash(count: int) -> str:
    """What computed the first and the last of so many pictures, large and small, colour and grey."""
    colour = scene()
    large = colour.resize((2000, 1500))
    files = [image_file(each, "JPEG") for each in (colour, colour.convert("L"), large, large.convert("L"))]
    by = []
    for number in range(count):
        assert fingerprint_bytes(files[number % len(files)]).media is not None
        by.append(vars(compute._choice.module)["__name__"].rpartition(".")[2])
    return f"{by[0]} {by[-1]}"
