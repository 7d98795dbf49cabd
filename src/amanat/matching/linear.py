"""The definition of a search: every query against every row, all pairs at most `distance` bits apart.

Plain NumPy, at any distance, and slow: the compiled scan and `bands.py` must answer the same, pair by pair.
Shown right by `tests/matching/test_bands.py`.
"""

import numpy as np

from amanat.fingerprint.value import Prints, distances
from amanat.matching.hits import Hits, join_hits

__all__ = ["search"]

PAIRS_AT_ONCE = 1 << 20


def search(prints: Prints, queries: Prints, distance: int) -> Hits:
    """All (query, row, distance) with at most `distance` bits between them; memory stays bounded."""
    step = max(1, PAIRS_AT_ONCE // max(1, len(queries)))
    starts = range(0, len(prints), step)
    return join_hits(_block(prints[start : start + step], queries, distance, start) for start in starts)


def _block(prints: Prints, queries: Prints, distance: int, first_row: int) -> Hits:
    apart = distances(queries[:, None], prints)
    query, row = np.nonzero(apart <= distance)
    return Hits(query, row + first_row, apart[query, row])
