"""The files of `amanat exchange`: read, written whole or not at all, and the file of a key."""

import os
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

from amanat.errors import Malformed, NotFound, Unavailable

__all__ = ["opened", "read", "read_identity", "write"]


def read_identity(path: Path) -> str:
    """The one identity in a file; lines with # are remarks."""
    lines = read(path).decode("ascii", errors="replace").splitlines()
    keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if len(keys) != 1:
        raise Malformed(
            "not the file of one key", where="identity", hint="Make one: amanat exchange identity."
        )
    return keys[0]


def read(path: Path) -> bytes:
    """All of a file, or of the standard input for `-`."""
    with opened(path) as file:
        return file.read()


def opened(path: Path) -> BinaryIO:
    """A file to read; raises `NotFound`, without its name."""
    if str(path) == "-":
        return sys.stdin.buffer
    try:
        return path.open("rb")
    except OSError as error:
        raise NotFound("a file cannot be read", where="exchange", hint="Check its name and mode.") from error


def write(path: Path, data: bytes) -> None:
    """Whole or not at all, readable by its owner only."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    except OSError as error:
        raise Unavailable(
            "cannot be written", where="exchange", hint="Check the folder and its room."
        ) from error
