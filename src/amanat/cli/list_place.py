"""Lists as `list` and `match` take them: an age file with the key that opens it, or the folder of an index.

The entry of an item in an index is the first 8 bytes of the SHA-256 over its kind, bytes, source and source's
id: the same on every machine, and in every version of a list. Shown right by `tests/cli/test_list.py`.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import numpy as np

from amanat.cli.exchange_files import read, read_identity
from amanat.errors import Malformed, NotFound
from amanat.exchange.hashlist import HashList, Item
from amanat.exchange.sealed import open_list
from amanat.fingerprint.value import MATCH_DISTANCE, Kind, Prints, split_prints
from amanat.matching.bands import build
from amanat.matching.index import Index, Matches, nearest
from amanat.matching.segment import Entries
from amanat.strict import length_prefixed

__all__ = ["Searched", "entry_of", "open_any", "open_sealed", "refuse_negative", "rows_of"]


class Searched(Protocol):
    """A list to search: an index, or one in memory."""

    @property
    def distance(self) -> int:
        """Up to where it matches."""
        ...

    @property
    def negative(self) -> bool:
        """Whether it says what is not meant."""
        ...

    def search(self, queries: Prints, distance: int, *, threads: int) -> Matches:
        """As an `Index` does."""
        ...


def open_any(path: Path, identity: Path | None) -> Searched:
    """The folder of an index, or a list in an age file."""
    return InFolder(path) if path.is_dir() else InMemory(open_sealed(path, identity))


def refuse_negative(negative: bool) -> None:
    """Raise `Malformed` for a list that says what is not meant, where one of what is meant is needed."""
    if negative:
        hint = "Give it as --not, beside a list of what is meant."
        raise Malformed("a list of what is not meant", where="the list", hint=hint)


def open_sealed(path: Path, identity: Path | None) -> HashList:
    """The list in an age file; raises `NotFound` when no key was given."""
    if identity is None:
        raise NotFound("a list is opened with a key", where="--identity", hint="Say --identity FILE.")
    return open_list(read(path), read_identity(identity))


def entry_of(item: Item) -> int:
    """The number of an item in an index."""
    kind, data, source, source_id = item.key
    parts = (kind.encode(), data, source.encode(), source_id.encode())
    return int.from_bytes(hashlib.sha256(b"".join(map(length_prefixed, parts))).digest()[:8], "big")


def rows_of(items: Iterable[Item]) -> tuple[Prints, Entries]:
    """The prints of all active pictures and films, and the entry of each row."""
    active = [item for item in items if item.active and item.kind in (Kind.PDQ, Kind.VPDQ)]
    prints = split_prints(b"".join(item.fingerprint.data for item in active))
    counts = [len(item.fingerprint.data) // 32 for item in active]
    return prints, np.repeat(np.array([entry_of(item) for item in active], np.uint64), counts)


class InFolder:
    """An index, by its own terms."""

    def __init__(self, folder: Path) -> None:
        self._index = Index(folder)

    @property
    def distance(self) -> int:
        return self._index.terms.distance

    @property
    def negative(self) -> bool:
        return self._index.terms.negative

    def search(self, queries: Prints, distance: int, *, threads: int) -> Matches:
        return self._index.search(queries, distance, threads=threads)


class InMemory:
    """A list that was opened for this command alone."""

    distance = MATCH_DISTANCE
    negative = False

    def __init__(self, hashlist: HashList) -> None:
        prints, self._entries = rows_of(hashlist.items)
        self._bands = build(prints)

    def search(self, queries: Prints, distance: int, *, threads: int) -> Matches:
        hits = self._bands.search(queries, distance, threads=threads)
        return nearest(Matches(hits.query, self._entries[hits.row], hits.distance))
