"""The list a scan asks: one that travels in memory, or the folder of an index that every machine has.

Shown right by `tests/cli/test_scan.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from amanat.fingerprint.value import MATCH_DISTANCE, PRINT_WORDS, Prints, split_prints
from amanat.matching.bands import build
from amanat.matching.index import Index, Matches, nearest
from amanat.matching.screening import reasons
from amanat.matching.segment import Entries

__all__ = ["Held", "Matcher"]

FILM_PERCENT = 80


@dataclass(frozen=True, slots=True)
class Held:
    """A list as it is sent to where the files are; prints and entries, or a folder."""

    distance: int | None = None
    percent: int = FILM_PERCENT
    folder: Path | None = None
    prints: Prints = field(default_factory=lambda: np.empty((0, PRINT_WORDS), np.uint64), repr=False)
    entries: Entries = field(default_factory=lambda: np.empty(0, np.uint64), repr=False)


class Matcher:
    """A list, opened."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self._searched = Index(held.folder) if held.folder else build(held.prints)

    def mark(self, rows: Sequence[dict[str, Any]]) -> None:
        """Take the `prints` out of rows and say in `match` and `matches` what is near; in one search."""
        taken = [split_prints(b"".join(row.pop("prints", ()))) for row in rows]
        kept = [_usable(row, prints) for row, prints in zip(rows, taken, strict=True)]
        owner = np.repeat(np.arange(len(rows)), [len(each) for each in kept])
        found = self._search(np.concatenate([np.empty((0, PRINT_WORDS), np.uint64), *kept]))
        pairs: dict[tuple[int, int], list[int]] = {}
        columns = (owner[found.query], found.entry, found.distance)
        for at, entry, distance in zip(*(column.tolist() for column in columns), strict=True):
            pairs.setdefault((at, entry), []).append(distance)
        for (at, entry), distances in pairs.items():
            percent = 100 * len(distances) // len(kept[at])
            if percent >= self._held.percent:
                one = {"entry": f"{entry:016x}", "distance": min(distances), "percent": percent}
                rows[at]["match"] = True
                rows[at]["matches"].append(one)
        for row in rows:
            row.get("matches", []).sort(key=lambda one: (one["distance"], one["entry"]))

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
        row |= {"match": False, "matches": []}
    elif len(prints):
        row["refused"] = next(filter(None, weak))
    return kept
