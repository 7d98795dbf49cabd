"""Making and changing an index: create, add, remove, and merge, each safe to kill at any point.

| step of a merge | a crash just after it means |
|---|---|
| 1 the segment of the next generation, beside this one | nothing; it is swept away by the next merge |
| 2 its changes: those that came since step 1 began | the same |
| 3 `current` renamed over the old one, under the writers' lock | the next generation counts, whole |
| 4 files of the old generation removed | done; readers that still map them keep them until they look again |

Adding and removing append one batch and sync it: before the commit is on the disk nothing has changed, and
after it every process sees it. Writers wait for one another; a second merge is a `Conflict`.
Shown right by `tests/matching/test_index.py` and, killed for real, by `tests/matching/test_kills.py`.
"""

from pathlib import Path

import numpy as np

from amanat.errors import Conflict
from amanat.fingerprint.value import Prints
from amanat.matching.folder import Current, Folder, Terms
from amanat.matching.index import Index, View
from amanat.matching.journal import RECORD_BYTES, Changes, format_batch, parse_batches
from amanat.matching.segment import Entries, write_segment

__all__ = ["add", "create", "is_due", "merge", "remove", "set_terms"]

MERGE_AFTER = 20_000


def create(folder: Path, prints: Prints, entries: Entries, *, terms: Terms | None = None) -> Index:
    """A new index of these rows, the entry of each beside it; raises `Conflict` when one is there."""
    place = Folder(folder)
    place.make()
    with place.merging(), place.alone():
        place.make()
        _write_generation(place, 0, prints, entries, b"")
        place.replace_current(Current(0, terms or Terms()))
    return Index(folder)


def add(folder: Path, prints: Prints, entries: Entries) -> None:
    """Add rows as one batch: all of them count from now on, or none."""
    _append(folder, Changes.adding(entries, prints))


def remove(folder: Path, entries: Entries) -> None:
    """Take entries out, with all their rows, as one batch; one that is not there is no mistake."""
    _append(folder, Changes.removing(entries))


def set_terms(folder: Path, terms: Terms) -> None:
    """Change what the list asks for, from the next search on."""
    place = Folder(folder)
    with place.alone():
        place.replace_current(Current(place.current().generation, terms))


def is_due(folder: Path) -> bool:
    """Whether there are so many changes that a merge pays."""
    place = Folder(folder)
    try:
        return place.changes(place.current().generation).stat().st_size > MERGE_AFTER * RECORD_BYTES
    except FileNotFoundError:
        return False


def merge(folder: Path) -> None:
    """Write a segment with all changes in it, while others search and write; `Conflict` if one is at it."""
    place = Folder(folder)
    with place.merging():
        view = Index(folder).view()
        prints, entries = _settled(view)
        after = view.current.generation + 1
        with place.alone():
            place.sweep(view.current.generation)
        with place.new_file(place.segment(after).name) as file:
            write_segment(file, prints, entries)
        with place.alone():
            _carry_over(place, view, after)
            place.replace_current(Current(after, place.current().terms))
            place.sweep(after)


def _append(folder: Path, changes: Changes) -> None:
    if not len(changes):
        return
    place = Folder(folder)
    with place.alone():
        generation = place.current().generation
        path = place.changes(generation)
        _, end = parse_batches(path.read_bytes(), generation=generation)
        place.append(path, format_batch(changes, generation=generation, place=end), at=end)


def _carry_over(place: Folder, view: View, after: int) -> None:
    """Put what was committed since the view into the changes of the next generation."""
    generation = view.current.generation
    if place.current().generation != generation:
        raise Conflict("another process has merged this index", where="index")
    with place.changes(generation).open("rb") as file:
        file.seek(view.read)
        new, _ = parse_batches(file.read(), generation=generation, place=view.read)
    with place.new_file(place.changes(after).name) as file:
        file.write(format_batch(new, generation=after, place=0) if len(new) else b"")


def _settled(view: View) -> tuple[Prints, Entries]:
    """All rows that count, those of the segment first; a row that is there already is not taken twice."""
    segment = view.segment
    kept = np.isin(segment.entries, view.dead, invert=True)
    prints, entries = view.pending.prints, view.pending_entries
    same = segment.bands.search(prints, 0)
    again = same.query[(segment.entries[same.row] == entries[same.query]) & kept[same.row]]
    new = np.ones(len(entries), np.bool_)
    new[again] = False
    return (
        np.concatenate([segment.bands.prints[kept], prints[new]]),
        np.concatenate([segment.entries[kept], entries[new]]),
    )


def _write_generation(place: Folder, number: int, prints: Prints, entries: Entries, changes: bytes) -> None:
    with place.new_file(place.segment(number).name) as file:
        write_segment(file, prints, entries)
    with place.new_file(place.changes(number).name) as file:
        file.write(changes)
