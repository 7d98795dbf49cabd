"""Finding near prints: the active prints of pictures and films on all banks, opened, in the memory of each
process and nowhere else.

A file index would hold prints in the clear, so there is none here (decision 0027). Before each search the
versions of the banks are read; what was added since is opened, what was withdrawn is dropped. Pictures are
compared with pictures and films with films, as `likeness.py` says. A search may still name a content that
is gone: whoever asks filters by the tables, which have the last word. Shown right by
`tests/server/hashbank/test_index.py`.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from amanat.fingerprint.value import (
    FILM_PERCENT,
    MATCH_DISTANCE,
    PRINT_WORDS,
    Fingerprint,
    Kind,
    Prints,
    split_prints,
)
from amanat.matching import linear
from amanat.matching.bands import Bands, build
from amanat.server.hashbank.models import Bank, Signal
from amanat.server.hashbank.rules import usable
from amanat.server.hashbank.vault import open_print

__all__ = ["KINDS", "near", "size"]

KINDS = (Kind.PDQ, Kind.VPDQ)

MOST_PENDING = 4096
"""So many new prints are compared one by one; then all are filed anew."""
PART = 400
Stamp = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Prints, and the signal and the content of each; a film has many."""

    signals: tuple[UUID, ...] = ()
    contents: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    prints: Prints = field(default_factory=lambda: np.empty((0, PRINT_WORDS), np.uint64), repr=False)

    def only(self, kept: NDArray[np.bool_]) -> "Rows":
        signals = tuple(signal for signal, keep in zip(self.signals, kept, strict=True) if keep)
        return Rows(signals, self.contents[kept], self.prints[kept])

    def and_(self, other: "Rows") -> "Rows":
        contents = np.concatenate([self.contents, other.contents])
        return Rows((*self.signals, *other.signals), contents, np.concatenate([self.prints, other.prints]))


@dataclass(frozen=True, slots=True)
class _View:
    """The prints at one moment: those filed in bands, of which some are gone, and the few that came since."""

    stamp: Stamp = ()
    settled: Rows = field(default_factory=Rows)
    bands: Bands | None = field(default=None, repr=False)
    alive: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    pending: Rows = field(default_factory=Rows)


class _Held:
    """The newest view of this process on one kind."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.view = _View()
        self.lock = threading.Lock()


_held = {kind: _Held(kind) for kind in KINDS}


def near(wanted: Fingerprint, *, distance: int = MATCH_DISTANCE) -> Mapping[int, int]:
    """The contents that a picture or a film matches, each with the smallest distance of a print.

    A print is near at `distance` bits; of a film FILM_PERCENT of its distinct prints must be near a content.
    """
    view = _newest(_held[wanted.kind])
    asked = split_prints(wanted.data) if wanted.kind is Kind.PDQ else usable(wanted)
    hits = linear.search(view.pending.prints, asked, distance)
    query, contents, apart = hits.query, view.pending.contents[hits.row], hits.distance
    if view.bands is not None:
        hits = view.bands.search(asked, distance)
        kept = view.alive[hits.row]
        query = np.concatenate([query, hits.query[kept]])
        contents = np.concatenate([contents, view.settled.contents[hits.row[kept]]])
        apart = np.concatenate([apart, hits.distance[kept]])
    return _enough(len(asked), query, contents, apart)


def size() -> int:
    """How many prints would be searched now."""
    views = [_newest(held) for held in _held.values()]
    return sum(int(view.alive.sum()) + len(view.pending.signals) for view in views)


def _enough(asked: int, query: NDArray[Any], contents: NDArray[Any], apart: NDArray[Any]) -> dict[int, int]:
    pairs: dict[int, dict[int, int]] = {}
    for content, number, bits in zip(contents.tolist(), query.tolist(), apart.tolist(), strict=True):
        held = pairs.setdefault(content, {})
        held[number] = min(bits, held.get(number, bits))
    return {
        content: min(held.values())
        for content, held in pairs.items()
        if 100 * len(held) >= FILM_PERCENT * asked
    }


def _newest(held: _Held) -> _View:
    stamp: Stamp = tuple(Bank.objects.order_by("pk").values_list("pk", "version"))
    view = held.view
    if view.stamp == stamp:
        return view
    with held.lock:
        if held.view.stamp != stamp:
            held.view = _changed(held.kind, held.view, stamp)
        return held.view


def _changed(kind: Kind, old: _View, stamp: Stamp) -> _View:
    now = dict(Signal.objects.filter(kind=kind.value).values_list("pk", "content_id"))
    alive = _among(old.settled, now)
    new = _opened(kind, sorted(now.keys() - set(old.settled.signals) - set(old.pending.signals)), now)
    pending = old.pending.only(_among(old.pending, now)).and_(new)
    if len(pending.signals) <= MOST_PENDING and 2 * int(alive.sum()) >= len(alive):
        return _View(stamp, old.settled, old.bands, alive, pending)
    settled = old.settled.only(alive).and_(pending)
    return _View(stamp, settled, build(settled.prints), np.ones(len(settled.signals), np.bool_))


def _among(rows: Rows, now: Mapping[UUID, int]) -> NDArray[np.bool_]:
    return np.array([signal in now for signal in rows.signals], np.bool_)


def _opened(kind: Kind, signals: list[UUID], now: Mapping[UUID, int]) -> Rows:
    owners: list[UUID] = []
    opened = [np.empty((0, PRINT_WORDS), np.uint64)]
    for start in range(0, len(signals), PART):
        rows = Signal.objects.filter(pk__in=signals[start : start + PART]).values_list("pk", "sealed")
        for pk, sealed in rows:
            one = open_print(bytes(sealed), kind, str(pk))
            opened.append(split_prints(one.data) if kind is Kind.PDQ else usable(one))
            owners += [pk] * len(opened[-1])
    contents = np.array([now[signal] for signal in owners], np.int64)
    return Rows(tuple(owners), contents, np.concatenate(opened))
