"""The list a scan asks: one that travels in memory, or the folder of an index that every machine has.

Shown right by `tests/cli/test_scan.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from amanat.fingerprint.value import (
    FILM_PERCENT,
    MATCH_DISTANCE,
    PRINT_BITS,
    PRINT_WORDS,
    Counts,
    Prints,
    split_prints,
)
from amanat.matching.bands import build
from amanat.matching.index import Index, Matches, nearest
from amanat.matching.screening import reasons
from amanat.matching.segment import Entries

__all__ = ["Held", "Matcher"]


@dataclass(frozen=True, slots=True)
class Held:
    """A list as it is sent to where the files are; prints and entries, or a folder."""

    distance: int | None = None
    percent: int = FILM_PERCENT
    folder: Path | None = None
    prints: Prints = field(default_factory=lambda: np.empty((0, PRINT_WORDS), np.uint64), repr=False)
    entries: Entries = field(default_factory=lambda: np.empty(0, np.uint64), repr=False)
    negative: tuple["Held", ...] = ()
    """Lists of what is not meant: what is as near to one of them does not match."""


class Matcher:
    """A list, opened."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self._searched = Index(held.folder) if held.folder else build(held.prints)
        self._negative = [Matcher(each) for each in held.negative]

    def mark(self, rows: Sequence[dict[str, Any]]) -> None:
        """Take the `prints` out of rows and say in `match` and `matches` what is near; in one search."""
        taken = [split_prints(b"".join(row.pop("prints", ()))) for row in rows]
        kept = [_usable(row, prints) for row, prints in zip(rows, taken, strict=True)]
        owner = np.repeat(np.arange(len(rows)), [len(each) for each in kept])
        prints = np.concatenate([np.empty((0, PRINT_WORDS), np.uint64), *kept])
        found = self._search(prints)
        meant = found.distance < self._spoken(prints)[found.query]
        for at in np.unique(owner[found.query[~meant]]).tolist():
            rows[at]["suppressed"] = True
        pairs: dict[tuple[int, int], list[int]] = {}
        columns = (owner[found.query[meant]], found.entry[meant], found.distance[meant])
        for at, entry, distance in zip(*(column.tolist() for column in columns), strict=True):
            pairs.setdefault((at, entry), []).append(distance)
        for (at, entry), distances in pairs.items():
            percent = 100 * len(distances) // len(kept[at])
            if percent >= self._held.percent:
                one = {"entry": f"{entry:016x}", "distance": min(distances), "percent": percent}
                rows[at] |= {"match": True, "suppressed": False}
                rows[at]["matches"].append(one)
        for row in rows:
            row.get("matches", []).sort(key=lambda one: (one["distance"], one["entry"]))

    def _spoken(self, prints: Prints) -> Counts:
        """For each print how near the nearest negative list is; more than any distance where none is."""
        spoken = np.full(len(prints), PRINT_BITS + 1, np.uint16)
        for negative in self._negative:
            known = negative._search(prints)
            np.minimum.at(spoken, known.query, known.distance)
        return spoken

    def _search(self, prints: Prints) -> Matches:
        if isinstance(self._searched, Index):
            return self._searched.search(prints, self._held.distance)
        distance = MATCH_DISTANCE if self._held.distance is None else self._held.distance
        hits = self._searched.search(prints, distance)
        return nearest(Matches(hits.query, self._held.entries[hits.row], hits.distance))


def _usable(row: dict[str, Any], prints: Prints) -> Prints:
    """What of a file's prints says enough to be asked; none is a refusal, not "no match"."""
    weak = reasons(prints)
    kept = prints[[why is None for why in weak]]
    if len(kept):
        row |= {"match": False, "matches": [], "suppressed": False}
    elif len(prints):
        row["refused"] = next(filter(None, weak))
    return kept
