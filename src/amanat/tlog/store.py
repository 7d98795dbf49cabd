"""Where the published files of a log lie: a folder here, an object store in `object_store.py`.

A write is durable when it returns, and a reader sees the old bytes or the new ones, never a part. Reading a
log over HTTP is in `client.py`. Shown right by `tests/tlog/test_store.py`.
"""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from amanat.errors import Conflict, Malformed, NotFound, Unavailable

__all__ = ["FolderStore", "Reader", "Store", "check_path"]

_PART = re.compile(r"[a-z0-9][a-z0-9._-]*", re.ASCII)


def check_path(path: str) -> list[str]:
    """The parts of a path inside a log, or `Malformed`."""
    parts = path.split("/")
    if not all(_PART.fullmatch(part) for part in parts):
        raise Malformed("no path inside a log", where="path")
    return parts


class Reader(Protocol):
    """Reads published files by their path relative to the log, such as `tile/0/000`."""

    def read(self, path: str) -> bytes:
        """The file's bytes; raises `NotFound`, or `Unavailable` when that cannot be known now."""
        ...


class Store(Reader, Protocol):
    """Reads and writes published files."""

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        ...

    def write(self, path: str, data: bytes) -> None:
        """Put the file there, durably and at once; raises `Unavailable`."""
        ...

    def swap(self, path: str, before: bytes | None, data: bytes) -> None:
        """Put the file there if it still holds `before` (None: if there is none), else raise `Conflict`."""
        ...


class FolderStore:
    """A `Store` in a folder: temporary file, fsync, rename, fsync of the folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, path: str) -> bytes:
        """As in `Reader`."""
        try:
            return self._place(path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise NotFound("no such file in the log", where=path) from error
        except OSError as error:
            raise Unavailable("the file cannot be read now", where=path) from error

    def exists(self, path: str) -> bool:
        """As in `Store`."""
        return self._place(path).is_file()

    def write(self, path: str, data: bytes) -> None:
        """As in `Store`. A crash leaves at most a temporary file that nobody reads."""
        place = self._place(path)
        try:
            _make_folder(place.parent)
            temporary = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
            try:
                _write_durably(temporary, data)
                temporary.replace(place)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
            _sync_folder(place.parent)
        except OSError as error:
            hint = (
                "Look whether the disk is full or read-only. Nothing was lost; the next run writes it again."
            )
            raise Unavailable("the file cannot be written now", where=path, hint=hint) from error

    def swap(self, path: str, before: bytes | None, data: bytes) -> None:
        """As in `Store`, also between processes of one machine."""
        with self._alone():
            if (self.read(path) if self.exists(path) else None) != before:
                raise Conflict("somebody else has replaced the file", where=path)
            self.write(path, data)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            _make_folder(self._root)
            lock = (self._root / ".lock").open("wb")
        except OSError as error:
            raise Unavailable("the folder of the log cannot be written now", where="log") from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _place(self, path: str) -> Path:
        return self._root.joinpath(*check_path(path))


def _write_durably(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _make_folder(folder: Path) -> None:
    """Make the folder and those above it, each entered durably in its parent."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
