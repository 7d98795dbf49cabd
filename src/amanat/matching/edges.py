"""How far apart items of one or more prints are, and the smallest forest that joins them: numbers only.

Items are numbered from 0; an edge is (distance, lower number, higher number). The words are those of
`groups.py`, which is what others use. Shown right by `tests/matching/test_groups.py`.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from amanat.fingerprint.value import PRINT_WORDS, Prints
from amanat.matching.bands import build
from amanat.matching.hits import Rows

__all__ = ["Edges", "Sets", "find_edges", "smallest"]

Edges = NDArray[np.int64]
ROWS_AT_ONCE = 512


class Sets:
    """Disjoint sets of numbers; the root of each set is its smallest number."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def of(self, number: int) -> int:
        """The smallest number of the set."""
        above = self._above
        while above[number] != number:
            above[number] = above[above[number]]
            number = above[number]
        return number

    def join(self, one: int, other: int) -> bool:
        """Make one set of two; whether they were two."""
        low, high = sorted((self.of(one), self.of(other)))
        self._above[high] = low
        return low != high


def smallest(edges: Edges, size: int) -> Edges:
    """Kruskal's forest over `size` items; ties are decided by number, so there is only one."""
    sets = Sets(size)
    ordered = edges[np.lexsort((edges[:, 2], edges[:, 1], edges[:, 0]))]
    kept = [at for at, (_, one, other) in enumerate(ordered.tolist()) if sets.join(one, other)]
    return ordered[kept]


def find_edges(
    items: Sequence[Prints], new: Sequence[int], reach: int, share: float, threads: int
) -> Iterator[Edges]:
    """Every edge up to `reach` with an end in `new`, some items at a time; an edge may come twice."""
    rows = np.concatenate([np.empty((0, PRINT_WORDS), np.uint64), *items])
    sizes = np.array([len(prints) for prints in items], np.int64)
    owner = np.repeat(np.arange(len(items)), sizes)
    first = np.cumsum(sizes) - sizes
    least = np.ceil(share * sizes).astype(np.int64).clip(1)
    bands = build(rows)
    for block in _blocks(new, sizes):
        mine = np.concatenate([np.arange(first[item], first[item] + sizes[item]) for item in block])
        hits = bands.search(rows[mine], reach, threads=threads)
        one, other = mine[hits.query], hits.row
        apart = hits.distance.astype(np.int64)
        yield _reached(owner, one, other, apart, least)
        yield _reached(owner, other, one, apart, least)


def _blocks(new: Sequence[int], sizes: NDArray[np.int64]) -> Iterator[list[int]]:
    block: list[int] = []
    held = 0
    for item in new:
        block.append(item)
        held += int(sizes[item])
        if held >= ROWS_AT_ONCE:
            yield block
            block, held = [], 0
    if block:
        yield block


def _reached(owner: Rows, row: Rows, other: Rows, apart: Rows, least: Rows) -> Edges:
    """For each pair of items the smallest distance at which enough rows of the first reach the second."""
    item, to = owner[row], owner[other]
    # (1) each row's nearest in the other item
    order = np.lexsort((apart, row, to, item))
    order = order[item[order] != to[order]]
    nearest = order[_changes(item[order], to[order], row[order])]
    # (2) of these, per pair of items, the one that makes the share full
    order = nearest[np.lexsort((apart[nearest], to[nearest], item[nearest]))]
    starts = np.nonzero(_changes(item[order], to[order]))[0]
    ends = np.append(starts[1:], len(order))
    places = starts + least[item[order[starts]]] - 1
    at = order[places[places < ends]]
    return np.column_stack([apart[at], np.minimum(item[at], to[at]), np.maximum(item[at], to[at])])


def _changes(*columns: Rows) -> NDArray[np.bool_]:
    """Where any column differs from the row above, with the first row."""
    changed = np.ones(len(columns[0]), np.bool_)
    changed[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return changed
