"""What a search answers: which query came how near to which row.

Three columns of one length, ordered by query and then by row, so that two searches of the same prints give
equal arrays. Shown right by `tests/matching/test_bands.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amanat.fingerprint.value import Counts

__all__ = ["Hits", "Rows", "join_hits", "no_hits", "ordered"]

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hits:
    """`query` and `row` count from 0; `distance` is in bits. Each pair is there once."""

    query: Rows
    row: Rows
    distance: Counts

    def __len__(self) -> int:
        return len(self.query)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hits) and self._bytes() == other._bytes()

    def __hash__(self) -> int:
        return hash(self._bytes())

    def _bytes(self) -> tuple[bytes, bytes, bytes]:
        return self.query.tobytes(), self.row.tobytes(), self.distance.tobytes()


def no_hits() -> Hits:
    """The answer in which nothing is near."""
    return ordered(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint16))


def ordered(query: Rows, row: Rows, distance: Counts) -> Hits:
    """Put the columns in order, by query and then by row."""
    order = np.lexsort((row, query))
    return Hits(query[order], row[order], distance[order])


def join_hits(parts: Iterable[Hits]) -> Hits:
    """One answer from several that share no pair."""
    found = [part for part in parts if len(part)]
    if not found:
        return no_hits()
    query = np.concatenate([part.query for part in found])
    row = np.concatenate([part.row for part in found])
    return ordered(query, row, np.concatenate([part.distance for part in found]))
