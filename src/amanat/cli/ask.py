"""Asking a list, and lists of what is not meant, about the prints of files: the work of `amanat match`.

Shown right by `tests/cli/test_match.py`.
"""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from amanat.cli.list_place import Searched, open_any, refuse_negative
from amanat.cli.prints import Line
from amanat.fingerprint.value import PRINT_BITS, PRINT_WORDS, Prints
from amanat.matching.index import Matches
from amanat.matching.screening import reasons

__all__ = ["Lists"]


class Lists:
    """The list and the negative lists, each to its distance."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._list = open_any(options.list_file, options.identity)
        refuse_negative(self._list.negative)
        self._negative = [open_any(path, options.identity) for path in options.negative]
        self._distance = options.distance
        self._percent = options.percent
        self._threads = options.threads

    def rows(self, lines: Sequence[Line], *, first: int, names: bool) -> Iterator[dict[str, Any]]:
        """What is to be told of each line, numbered from `first`."""
        weak = [reasons(line.prints) for line in lines]
        kept = [line.prints[[not why for why in whys]] for line, whys in zip(lines, weak, strict=True)]
        found, hidden = self._search(kept)
        for at, (line, prints) in enumerate(zip(lines, kept, strict=True)):
            row: dict[str, Any] = {"number": first + at} | (
                {"name": line.name} if names and line.name else {}
            )
            if not len(prints):
                yield row | {"refused": line.refused or next(filter(None, weak[at]), "no prints")}
            elif found[at]:
                yield row | {"match": True, "matches": sorted(found[at], key=lambda one: one["distance"])}
            else:
                yield row | {"match": False} | ({"suppressed": True} if hidden[at] else {})

    def _search(self, kept: Sequence[Prints]) -> tuple[list[list[dict[str, Any]]], list[bool]]:
        prints = np.concatenate([np.empty((0, PRINT_WORDS), np.uint64), *kept])
        owner = np.repeat(np.arange(len(kept)), [len(each) for each in kept])
        matches = self._ask(self._list, prints)
        spoken = np.full(len(prints), PRINT_BITS + 1)
        for negative in self._negative:
            known = self._ask(negative, prints)
            np.minimum.at(spoken, known.query, known.distance)
        meant = matches.distance < spoken[matches.query]
        hidden = np.isin(np.arange(len(kept)), owner[matches.query[~meant]]).tolist()
        found: list[list[dict[str, Any]]] = [[] for _ in kept]
        pairs: dict[tuple[int, int], list[int]] = {}
        columns = (owner[matches.query[meant]], matches.entry[meant], matches.distance[meant])
        for line, entry, distance in zip(*(column.tolist() for column in columns), strict=True):
            pairs.setdefault((line, entry), []).append(distance)
        for (line, entry), distances in pairs.items():
            percent = 100 * len(distances) // len(kept[line])
            if percent >= self._percent:
                one = {"entry": f"{entry:016x}", "distance": min(distances), "percent": percent}
                found[line].append(one)
        return found, hidden

    def _ask(self, held: Searched, prints: Prints) -> Matches:
        distance = held.distance if self._distance is None else self._distance
        return held.search(prints, distance, threads=self._threads)
