"""A file of JSON lines that a command writes and, stopped and started again, goes on with.

Each row has `number`, counting from 1. A row cut off by a crash is dropped. The file is for its owner only.
Shown right by `tests/cli/test_match.py`.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from amanat.errors import Conflict, Unavailable

__all__ = ["Rows", "open_rows"]


class Rows:
    """The rows that are there, and a way to add one."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.before = list(_whole_rows(file))

    def write(self, row: dict[str, Any]) -> None:
        """Add a row; raises `Unavailable`, and then what is there is whole."""
        try:
            self._file.write(json.dumps(row).encode() + b"\n")
            self._file.flush()
        except OSError as error:
            raise Unavailable("cannot be written; what is there is kept", where="--out") from error


@contextmanager
def open_rows(path: Path) -> Iterator[Rows]:
    """The file, made if it is not there; raises `Conflict` when it is of something else."""
    try:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    except OSError as error:
        raise Unavailable("cannot be written", where="--out") from error
    with file:
        yield Rows(file)


def _whole_rows(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    end = 0
    for number, line in enumerate(file, 1):
        if not line.endswith(b"\n"):
            break
        row = _read(line)
        if row.get("number") != number:
            raise Conflict("holds something else", where="--out", hint="Name another file.")
        end += len(line)
        yield row
    file.seek(end)
    file.truncate()


def _read(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}
