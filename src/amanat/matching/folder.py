"""The folder of an index: which files count, who may write, and in what order files come and go.

    current       canonical JSON: the generation that counts, and what the list asks for; replaced by renaming
    segment-N     the rows of generation N, see `segment.py`; never changed
    changes-N     what was added and removed since, see `journal.py`; only grows
    lock          held by whoever writes `changes-N` or `current`
    merging       held by whoever makes the next generation

The folder has mode 0700 and its files 0600, because prints lie in them as they are: a mapped file cannot be
encrypted. It is a working copy, made again from the encrypted list at any time; `docs/howto/match.md` says
where to put it. Shown right by `tests/matching/test_index.py` and `test_kills.py`.
"""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from amanat.errors import Conflict, Malformed, NotFound, Unavailable
from amanat.fingerprint.value import MATCH_DISTANCE, PRINT_BITS
from amanat.strict import canonical_json, parse_json

__all__ = ["Current", "Folder", "Terms"]

VERSION = 1
FULL = "Look whether the disk is full or read-only. What was there before still counts."
_OLD = re.compile(r"(?:segment|changes)-([0-9]+)|\..*")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a list asks for: the distance up to which it matches, and whether it says what is *not* meant."""

    distance: int = MATCH_DISTANCE
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Current:
    """The generation that counts, and the terms of the list."""

    generation: int
    terms: Terms

    @classmethod
    def parse(cls, data: bytes) -> "Current":
        """The inverse of `format`; raises `Malformed`."""
        value: Any = parse_json(data, where="index")
        try:
            terms = Terms(int(value["distance"]), bool(value["negative"]))
            current = cls(int(value["generation"]), terms)
        except (KeyError, TypeError, ValueError) as error:
            raise Malformed("not the head of an index", where="index") from error
        if current.generation < 0 or not 0 <= terms.distance <= PRINT_BITS or current.format() != data:
            raise Malformed("not the head of an index of version 1", where="index")
        return current

    def format(self) -> bytes:
        """Canonical JSON."""
        return canonical_json(
            {
                "distance": self.terms.distance,
                "generation": self.generation,
                "negative": self.terms.negative,
                "version": VERSION,
            }
        )


class Folder:
    """Paths, locks and durable writes; knows nothing of what is in the files."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Current:
        """Read which generation counts; raises `NotFound` or `Malformed`."""
        try:
            return Current.parse((self.root / "current").read_bytes())
        except OSError as error:
            raise NotFound("no index here", where="index", hint="Make one: amanat list index.") from error

    def stamp(self) -> tuple[int, ...]:
        """Changes whenever `current` or its changes may have; cheap. Raises `NotFound`."""
        try:
            found = (self.root / "current").stat()
        except OSError as error:
            raise NotFound("the index is gone", where="index") from error
        return found.st_ino, found.st_mtime_ns, found.st_size

    def segment(self, generation: int) -> Path:
        """Where the rows of a generation lie."""
        return self.root / f"segment-{generation}"

    def changes(self, generation: int) -> Path:
        """Where the changes since then lie."""
        return self.root / f"changes-{generation}"

    def replace_current(self, current: Current) -> None:
        """Make a generation count, durably and at once."""
        with self.new_file("current") as file:
            file.write(current.format())

    @contextmanager
    def new_file(self, name: str) -> Iterator[BinaryIO]:
        """A file that appears under its name whole and synced, or not at all; raises `Unavailable`."""
        temporary = self.root / f".{name}.{secrets.token_hex(8)}"
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                temporary.replace(self.root / name)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
            self._sync()
        except OSError as error:
            raise Unavailable("the index cannot be written now", where="index", hint=FULL) from error

    def append(self, path: Path, data: bytes, *, at: int) -> None:
        """Write at the end, which is `at`; what a crash left beyond is cut off. Raises `Unavailable`."""
        try:
            with path.open("r+b", buffering=0) as file:
                file.truncate(at)
                file.seek(at)
                try:
                    file.write(data)
                    os.fsync(file.fileno())
                except OSError:
                    file.truncate(at)
                    raise
        except OSError as error:
            raise Unavailable("the index cannot be written now", where="index", hint=FULL) from error

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the index against every other writer; waits for its turn."""
        with self._lock("lock", fcntl.LOCK_EX):
            yield

    @contextmanager
    def merging(self) -> Iterator[None]:
        """Hold the making of the next generation; raises `Conflict` when another process is at it."""
        with self._lock("merging", fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield

    def sweep(self, generation: int) -> None:
        """Remove files of other generations and what crashes left. Only under both locks."""
        for path in self.root.iterdir():
            old = _OLD.fullmatch(path.name)
            if old and old[1] != str(generation):
                path.unlink(missing_ok=True)

    def make(self) -> None:
        """Make the folder, for its owner only; raises `Conflict` when an index is there."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable("the folder cannot be made", where="index") from error
        if (self.root / "current").exists():
            raise Conflict("there is an index already", where="index")

    @contextmanager
    def _lock(self, name: str, how: int) -> Iterator[None]:
        try:
            descriptor = os.open(self.root / name, os.O_WRONLY | os.O_CREAT, 0o600)
        except OSError as error:
            raise Unavailable("the index cannot be written", where="index") from error
        try:
            fcntl.flock(descriptor, how)
            yield
        except BlockingIOError as error:
            raise Conflict("another process is merging this index", where="index") from error
        finally:
            os.close(descriptor)

    def _sync(self) -> None:
        descriptor = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
