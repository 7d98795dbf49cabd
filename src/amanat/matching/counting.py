"""How many different recordings there are: a definition, and an interval at each distance.

At a distance, two counts are made of all items that have prints:

- *at least*: the groups, in which whatever is joined by a chain of near steps is one recording. Chains may
  join what is not the same, so there may be more recordings than this.
- *at most*: the stars. Items are taken by label; one that is near no earlier star's middle is the middle of a
  new star. In a star everything is directly near its middle, so copies that have drifted apart are counted
  apart, and there may be fewer recordings than this.

The answer at that distance lies between the two, ends included, for whoever splits no
less than chains and no more than stars do. It says nothing of copies that were changed beyond
the distance: they count as different. Shown right by `tests/matching/test_groups.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from amanat.fingerprint.value import PRINT_BITS
from amanat.matching.edges import find_edges
from amanat.matching.groups import Forest

__all__ = ["DISTANCES", "Count", "count"]

DISTANCES = (0, 10, 20, 31)


@dataclass(frozen=True, slots=True)
class Count:
    """At one distance there are `at_least` to `at_most` different recordings."""

    distance: int
    at_least: int
    at_most: int


def count(forest: Forest, distances: Sequence[int] = DISTANCES, *, threads: int = 1) -> list[Count]:
    """The interval at each distance, none beyond the forest's reach."""
    steps = np.array([step.distance for step in forest.steps], np.int64)
    chained = [len(forest.items) - int((steps <= distance).sum()) for distance in distances]
    stars = _stars(forest, distances, threads)
    return [Count(*each) for each in zip(distances, chained, stars, strict=True)]


def _stars(forest: Forest, distances: Sequence[int], threads: int) -> list[int]:
    labels = sorted(forest.items)
    items = [forest.items[label] for label in labels]
    middle = np.ones((len(distances), len(items)), np.bool_)
    near: dict[int, dict[int, int]] = {}
    for edges in find_edges(items, range(len(items)), max(distances, default=0), forest.share, threads):
        for distance, low, high in edges.tolist():
            befores = near.setdefault(high, {})
            befores[low] = min(distance, befores.get(low, PRINT_BITS))
    for item in sorted(near):
        for which, distance in enumerate(distances):
            taken = any(apart <= distance and middle[which, low] for low, apart in near[item].items())
            middle[which, item] = not taken
    return [int(row.sum()) for row in middle]
