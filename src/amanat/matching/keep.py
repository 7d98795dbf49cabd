"""Keeping an index as its list is: what the list has more is added, what it no longer has is removed.

Shown right by `tests/matching/test_keep.py`.
"""

from pathlib import Path

import numpy as np

from amanat.fingerprint.value import Prints
from amanat.matching.folder import Folder, Terms
from amanat.matching.index import Index
from amanat.matching.segment import Entries, check_segment
from amanat.matching.write import add, create, is_due, merge, remove, set_terms

__all__ = ["bring_up_to_date", "check"]


def bring_up_to_date(folder: Path, prints: Prints, entries: Entries, *, terms: Terms) -> tuple[int, int]:
    """Make or change the index so that it has these rows; how many entries were added and removed.

    An entry has the same prints for ever: one with others is another entry.
    """
    if not (folder / "current").exists():
        create(folder, prints, entries, terms=terms)
        return len(np.unique(entries)), 0
    index = Index(folder)
    held, wanted = index.entries(), np.unique(entries)
    gone, new = np.setdiff1d(held, wanted), np.setdiff1d(wanted, held)
    if index.terms != terms:
        set_terms(folder, terms)
    remove(folder, gone)
    rows = np.isin(entries, new)
    add(folder, prints[rows], entries[rows])
    if is_due(folder):
        merge(folder)
    return len(new), len(gone)


def check(folder: Path) -> None:
    """Read every byte of an index; raises `Malformed` with what to do when one is not as it was written."""
    place = Folder(folder)
    Index(folder)
    check_segment(place.segment(place.current().generation))
