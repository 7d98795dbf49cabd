"""Which recordings are the same, and how many different ones there are, from prints alone.

An *item* is one file: a picture has one print, a film has many. Two items are as far apart as the smallest
distance at which `share` of the prints of one of them have a print of the other that near; so an excerpt is
as near as its film is to it, and for pictures it is the distance of their prints.

A *group* at a distance is all that is joined by steps of at most that distance. What is kept is the smallest
spanning forest of such steps, each with its two items: it justifies every group, at every distance up to
its reach, and the forest of more items comes from the forest of fewer and the new steps alone. Ties are
decided by labels, which are hashes of the prints, so the answer does not depend on the order of files.

Items without prints are never counted as the same or as different. `counting.py` says how many there are.
Shown right by `tests/matching/test_groups.py`, against all pairs by hand.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from amanat.fingerprint.value import MATCH_DISTANCE, Prints, join_prints
from amanat.matching.edges import Sets, find_edges, smallest

__all__ = ["Forest", "Group", "Step", "grow", "label_of"]

LABEL_BYTES = 10
SHARE = 0.5
MOST_EDGES = 1 << 20
PREFIX = b"amanat/group/v1\0"


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """Two items of one group, `first` < `second` by label, and how far apart they are."""

    distance: int
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Group:
    """Items that are the same: the group's name is its smallest label, `steps` is what joins them."""

    name: str
    members: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Forest:
    """All items by label, and the smallest spanning forest of the steps up to `reach`."""

    items: dict[str, Prints] = field(default_factory=dict, repr=False)
    steps: tuple[Step, ...] = ()
    reach: int = MATCH_DISTANCE
    share: float = SHARE

    def groups(self, distance: int) -> list[Group]:
        """Every group at this distance, by name; raises `ValueError` beyond the reach."""
        if distance > self.reach:
            raise ValueError("the steps do not reach so far")
        labels = sorted(self.items)
        number = {label: at for at, label in enumerate(labels)}
        sets = Sets(len(labels))
        steps = [step for step in self.steps if step.distance <= distance]
        for step in steps:
            sets.join(number[step.first], number[step.second])
        members: dict[int, list[str]] = {}
        joined: dict[int, list[Step]] = {}
        for at, label in enumerate(labels):
            members.setdefault(sets.of(at), []).append(label)
        for step in steps:
            joined.setdefault(sets.of(number[step.first]), []).append(step)
        return [Group(them[0], tuple(them), tuple(joined.get(at, ()))) for at, them in members.items()]


def label_of(prints: Prints, *, key: bytes = b"") -> str:
    """The label of an item: 20 hex digits over its distinct prints, in any order.

    Without a `key` whoever has a print can tell its label; with one only who has the key can.
    """
    rows = sorted({join_prints(row[None]) for row in prints})
    return hmac.new(key, PREFIX + b"".join(rows), hashlib.sha256).hexdigest()[: 2 * LABEL_BYTES]


def grow(forest: Forest, items: Sequence[Prints], *, key: bytes = b"", threads: int = 1) -> Forest:
    """The forest with these items more; equal to the forest of all of them at once, in any order."""
    new = {label_of(prints, key=key): np.unique(prints, axis=0) for prints in items if len(prints)}
    everything = forest.items | new
    labels = sorted(everything)
    number = {label: at for at, label in enumerate(labels)}
    before = [(step.distance, number[step.first], number[step.second]) for step in forest.steps]
    edges = np.array(before, np.int64).reshape(-1, 3)
    parts = [edges]
    fresh = [number[label] for label in new if label not in forest.items]
    prints = [everything[label] for label in labels]
    for found in find_edges(prints, fresh, forest.reach, forest.share, threads):
        parts.append(found)
        if sum(map(len, parts)) > MOST_EDGES + 4 * len(labels):
            parts = [smallest(np.concatenate(parts), len(labels))]
    kept = smallest(np.concatenate(parts), len(labels)).tolist()
    steps = tuple(Step(distance, labels[first], labels[second]) for distance, first, second in kept)
    return Forest(everything, steps, forest.reach, forest.share)
