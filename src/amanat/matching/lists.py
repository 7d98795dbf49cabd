"""Asking several lists at once, each at its own distance, with lists that say what is not meant.

A *negative* list has prints of files that were looked at by people and found to be something else. A query
near one of them matches nothing, on any list, unless it lies nearer to what matched: a negative print is not
a way to hide what is different from it. Shown right by `tests/matching/test_lists.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amanat.fingerprint.value import PRINT_BITS, Prints
from amanat.matching.index import Index, Matches

__all__ = ["ListMatches", "search_lists"]


@dataclass(frozen=True, slots=True)
class ListMatches:
    """The matches of each positive list by its name, and which queries a negative list spoke for."""

    matches: Mapping[str, Matches]
    suppressed: NDArray[np.bool_]

    def matched(self) -> NDArray[np.bool_]:
        """For each query whether any list has it."""
        found = np.zeros(len(self.suppressed), np.bool_)
        for matches in self.matches.values():
            found[matches.query] = True
        return found


def search_lists(lists: Mapping[str, Index], queries: Prints, *, threads: int = 1) -> ListMatches:
    """Search each list as far as it asks, and leave out what a negative list knows better."""
    views = {name: (index, index.terms) for name, index in lists.items()}
    spoken = np.full(len(queries), PRINT_BITS + 1)
    for index, terms in views.values():
        if terms.negative:
            known = index.search(queries, terms.distance, threads=threads)
            np.minimum.at(spoken, known.query, known.distance)
    found: dict[str, Matches] = {}
    suppressed = np.zeros(len(queries), np.bool_)
    for name, (index, terms) in views.items():
        if not terms.negative:
            matches = index.search(queries, terms.distance, threads=threads)
            kept = matches.distance < spoken[matches.query]
            suppressed[matches.query[~kept]] = True
            found[name] = Matches(matches.query[kept], matches.entry[kept], matches.distance[kept])
    return ListMatches(found, suppressed)
