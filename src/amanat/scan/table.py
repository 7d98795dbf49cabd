"""The table of a scan: parts as Parquet files while it runs, one Parquet file at the end.

Beside `TABLE` lies the folder `TABLE.parts` while a scan is not done: `plan`, which says of what, a file for
each part that is done, and a lock. A part appears whole and synced, or not at all; what a crash leaves is a
temporary file that the next run removes. Then the parts become `TABLE` in the order of the plan, so a scan
that was killed gives the same bytes as one that was not. All is for its owner only, because prints are
rough pictures. Shown right by `tests/cli/test_scan.py`.
"""

import fcntl
import io
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow
from pyarrow import parquet

from amanat.errors import Conflict, Unavailable

__all__ = ["SCHEMA", "Table", "encode", "open_table"]

_MATCH = pyarrow.struct(
    [("entry", pyarrow.string()), ("distance", pyarrow.uint16()), ("percent", pyarrow.uint8())]
)
SCHEMA = pyarrow.schema(
    [
        pyarrow.field("number", pyarrow.int64(), nullable=False),
        pyarrow.field("member", pyarrow.string(), nullable=False),
        ("name", pyarrow.string()),
        ("bytes", pyarrow.int64()),
        ("sha256", pyarrow.string()),
        ("sha1", pyarrow.string()),
        ("md5", pyarrow.string()),
        ("kind", pyarrow.string()),
        ("width", pyarrow.int32()),
        ("height", pyarrow.int32()),
        ("quality", pyarrow.uint8()),
        ("pdq", pyarrow.string()),
        ("vpdq", pyarrow.list_(pyarrow.string())),
        ("match", pyarrow.bool_()),
        ("matches", pyarrow.list_(_MATCH)),
        ("suppressed", pyarrow.bool_()),
        ("refused", pyarrow.string()),
    ]
)
FULL = "Look whether the disk is full. What is done is kept; start again to go on."


def encode(rows: Sequence[dict[str, Any]]) -> bytes:
    """The bytes of one part."""
    file = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(list(rows), schema=SCHEMA), file, compression="zstd")
    return file.getvalue()


class Table:
    """The parts of a table that is being made."""

    def __init__(self, path: Path, folder: Path) -> None:
        self._path, self._folder = path, folder

    def has(self, number: int) -> bool:
        """Whether a part is done."""
        return self._part(number).exists()

    def write(self, number: int, data: bytes) -> None:
        """Keep a part, durably; raises `Unavailable`."""
        _write(self._part(number), data)

    def finish(self, count: int) -> dict[str, int]:
        """Make the table of all its parts, and say how many rows, matches and refusals it has."""
        tally = {"rows": 0, "matched": 0, "refused": 0}
        whole = self._folder / ".whole"
        with parquet.ParquetWriter(_own(whole), SCHEMA, compression="zstd") as writer:
            for number in range(1, count + 1):
                part = parquet.read_table(self._part(number), schema=SCHEMA)
                writer.write_table(part)
                tally["rows"] += part.num_rows
                tally["matched"] += part["match"].to_pylist().count(True)
                tally["refused"] += part.num_rows - part["refused"].null_count
        with whole.open("rb") as file:
            os.fsync(file.fileno())
        whole.replace(self._path)
        _sync(self._path.parent)
        # A crash here leaves the table and its parts: the next run makes the same table of them again.
        shutil.rmtree(self._folder)
        return tally

    def _part(self, number: int) -> Path:
        return self._folder / f"part-{number:08}.parquet"


@contextmanager
def open_table(path: Path, plan: str) -> Iterator[Table]:
    """Begin a table or go on with it; raises `Conflict` when it is done, in use, or of another scan."""
    folder = path.with_name(path.name + ".parts")
    if path.exists() and not folder.exists():
        raise Conflict("is there already", where="--out", hint="Name another file.")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        lock = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise Unavailable("cannot be written", where="--out") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _same(folder / "plan", plan)
        for left in folder.glob(".*"):
            left.unlink()
        yield Table(path, folder)
    except BlockingIOError as error:
        raise Conflict("another scan is writing it", where="--out") from error
    finally:
        os.close(lock)


def _same(place: Path, plan: str) -> None:
    if not place.exists():
        _write(place, plan.encode())
    elif place.read_bytes() != plan.encode():
        hint = "The source, the list or the options have changed. Name another file."
        raise Conflict("was begun with something else", where="--out", hint=hint)


def _write(place: Path, data: bytes) -> None:
    temporary = place.with_name(f".{place.name}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(place)
        _sync(place.parent)
    except OSError as error:
        raise Unavailable("cannot be written", where="--out", hint=FULL) from error


def _own(path: Path) -> str:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    return str(path)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
