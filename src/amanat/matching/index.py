"""A list of prints in files: opened in a millisecond, shared by processes, changed without a rebuild.

Every search first looks whether another process has changed the index, which costs two looks at the disk, so
what is added or removed counts in the next search, everywhere. `write.py` changes an index. An answer names
entries, not rows: an entry may have several prints, and is answered once, at its nearest.

Shown right by `tests/matching/test_index.py`, and with two processes by `tests/matching/test_kills.py`.
"""

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from amanat.errors import Malformed, NotFound
from amanat.fingerprint.value import Counts, Prints
from amanat.matching.bands import Bands, build
from amanat.matching.folder import Current, Folder, Terms
from amanat.matching.hits import Hits, Rows
from amanat.matching.journal import Changes, parse_batches
from amanat.matching.segment import Entries, Segment, open_segment

__all__ = ["Index", "Matches"]

TRIES = 8


@dataclass(frozen=True, slots=True)
class Matches:
    """Which query came how near to which entry: three columns, ordered by query and then by entry."""

    query: Rows
    entry: Entries
    distance: Counts

    def __len__(self) -> int:
        return len(self.query)


@dataclass(frozen=True, slots=True)
class View:
    """The index at one moment; never changed, so that a search in another thread keeps what it began with."""

    stamp: tuple[int, ...]
    current: Current
    segment: Segment
    changes: Changes
    read: int
    dead: Entries
    pending: Bands
    pending_entries: Entries


class Index:
    """An index to search. Several threads may use one."""

    def __init__(self, folder: Path) -> None:
        self._folder = Folder(folder)
        self._refreshing = threading.Lock()
        self._view = self._open()

    @property
    def terms(self) -> Terms:
        """What the list asks for."""
        return self.view().current.terms

    def __len__(self) -> int:
        view = self.view()
        return int((~np.isin(view.segment.entries, view.dead)).sum()) + len(view.pending_entries)

    def entries(self) -> Entries:
        """Every entry that counts, ascending, each once."""
        view = self.view()
        settled = np.setdiff1d(view.segment.entries, view.dead)
        return np.union1d(settled, view.pending_entries)

    def search(self, queries: Prints, distance: int | None = None, *, threads: int = 1) -> Matches:
        """Every entry at most `distance` bits from a query, by default as its list asks; exact."""
        view = self.view()
        distance = view.current.terms.distance if distance is None else distance
        settled = view.segment.bands.search(queries, distance, threads=threads)
        return nearest(
            _named(settled, view.segment.entries, but=view.dead),
            _named(view.pending.search(queries, distance, threads=threads), view.pending_entries),
        )

    def view(self) -> View:
        """What counts now; raises `Malformed`, or `NotFound` when the index is gone."""
        view = self._view
        if self._is_newest(view):
            return view
        with self._refreshing:
            self._view = self._newer(self._view)
            return self._view

    def _is_newest(self, view: View) -> bool:
        if self._folder.stamp() != view.stamp:
            return False
        try:
            return self._folder.changes(view.current.generation).stat().st_size == view.read
        except OSError:
            return False

    def _newer(self, view: View) -> View:
        if self._folder.stamp() != view.stamp:
            return self._open()
        try:
            return _with_changes(view, self._folder)
        except NotFound:
            return self._open()

    def _open(self) -> View:
        for _ in range(TRIES):
            stamp, current = self._folder.stamp(), self._folder.current()
            try:
                segment = open_segment(self._folder.segment(current.generation))
                nothing = np.empty(0, np.uint64)
                none = Changes.none()
                view = View(stamp, current, segment, none, 0, nothing, build(none.prints), nothing)
                return _with_changes(view, self._folder)
            except NotFound:
                # A merge has replaced this generation between the two looks; the next one is there.
                continue
        raise Malformed("its head names files that are not there", where="index")


def nearest(*parts: Matches) -> Matches:
    """One answer: each entry once a query, at its smallest distance."""
    query = np.concatenate([part.query for part in parts])
    entry = np.concatenate([part.entry for part in parts])
    distance = np.concatenate([part.distance for part in parts])
    order = np.lexsort((distance, entry, query))
    query, entry, distance = query[order], entry[order], distance[order]
    first = np.ones(len(query), np.bool_)
    first[1:] = (query[1:] != query[:-1]) | (entry[1:] != entry[:-1])
    return Matches(query[first], entry[first], distance[first])


def _named(hits: Hits, entries: Entries, *, but: Entries | None = None) -> Matches:
    names = entries[hits.row]
    kept = np.isin(names, but, invert=True) if but is not None and len(but) else np.ones(len(names), np.bool_)
    return Matches(hits.query[kept], names[kept], hits.distance[kept])


def _with_changes(view: View, folder: Folder) -> View:
    """The same generation with what was committed since; a batch still being written does not count yet."""
    generation = view.current.generation
    try:
        with folder.changes(generation).open("rb") as file:
            file.seek(view.read)
            new, taken = parse_batches(file.read(), generation=generation, place=view.read)
    except OSError as error:
        raise NotFound("its changes are gone", where="index") from error
    if not taken:
        return view
    changes = view.changes.then(new)
    entries, prints = changes.alive()
    return View(
        view.stamp,
        view.current,
        view.segment,
        changes,
        view.read + taken,
        changes.dead(),
        build(prints),
        entries,
    )
