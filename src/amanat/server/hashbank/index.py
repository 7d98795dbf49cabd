"""Finding near prints: the active PDQ prints of all banks, opened, in the memory of each process and nowhere
else.

A file index would hold prints in the clear, so there is none here (decision 0027). Before each search the
versions of the banks are read; what was added since is opened, what was withdrawn is dropped. A search may
still name a content that is gone: whoever asks filters by the tables, which have the last word. Shown right
by `tests/server/hashbank/test_index.py`.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from amanat.fingerprint.value import (
    MATCH_DISTANCE,
    PRINT_WORDS,
    Counts,
    Fingerprint,
    Kind,
    Prints,
    split_prints,
)
from amanat.matching import linear
from amanat.matching.bands import Bands, build
from amanat.server.hashbank.models import Bank, Signal
from amanat.server.hashbank.vault import open_print

__all__ = ["near", "size"]

MOST_PENDING = 4096
"""So many new prints are compared one by one; then all are filed anew."""
PART = 400
Stamp = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Prints, and the signal and the content of each."""

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
    """The newest view of this process."""

    def __init__(self) -> None:
        self.view = _View()
        self.lock = threading.Lock()


_held = _Held()


def near(wanted: Fingerprint, *, distance: int = MATCH_DISTANCE) -> Mapping[int, int]:
    """The contents with a PDQ print at most `distance` bits away, each with its smallest distance."""
    view, query = _newest(), split_prints(wanted.data)
    found: dict[int, int] = {}
    if view.bands is not None:
        hits = view.bands.search(query, distance)
        kept = view.alive[hits.row]
        _note(found, view.settled.contents[hits.row[kept]], hits.distance[kept])
    hits = linear.search(view.pending.prints, query, distance)
    _note(found, view.pending.contents[hits.row], hits.distance)
    return found


def size() -> int:
    """How many prints would be searched now."""
    view = _newest()
    return int(view.alive.sum()) + len(view.pending.signals)


def _note(found: dict[int, int], contents: NDArray[np.int64], apart: Counts) -> None:
    for content, bits in zip(contents.tolist(), apart.tolist(), strict=True):
        found[content] = min(bits, found.get(content, bits))


def _newest() -> _View:
    stamp: Stamp = tuple(Bank.objects.order_by("pk").values_list("pk", "version"))
    view = _held.view
    if view.stamp == stamp:
        return view
    with _held.lock:
        if _held.view.stamp != stamp:
            _held.view = _changed(_held.view, stamp)
        return _held.view


def _changed(old: _View, stamp: Stamp) -> _View:
    now = dict(Signal.objects.filter(kind=Kind.PDQ.value).values_list("pk", "content_id"))
    alive = _among(old.settled, now)
    new = _opened(sorted(now.keys() - set(old.settled.signals) - set(old.pending.signals)), now)
    pending = old.pending.only(_among(old.pending, now)).and_(new)
    if len(pending.signals) <= MOST_PENDING and 2 * int(alive.sum()) >= len(alive):
        return _View(stamp, old.settled, old.bands, alive, pending)
    settled = old.settled.only(alive).and_(pending)
    return _View(stamp, settled, build(settled.prints), np.ones(len(settled.signals), np.bool_))


def _among(rows: Rows, now: Mapping[UUID, int]) -> NDArray[np.bool_]:
    return np.array([signal in now for signal in rows.signals], np.bool_)


def _opened(signals: list[UUID], now: Mapping[UUID, int]) -> Rows:
    opened: dict[UUID, bytes] = {}
    for start in range(0, len(signals), PART):
        rows = Signal.objects.filter(pk__in=signals[start : start + PART]).values_list("pk", "sealed")
        opened |= {pk: open_print(bytes(sealed), Kind.PDQ, str(pk)).data for pk, sealed in rows}
    contents = np.array([now[signal] for signal in opened], np.int64)
    return Rows(tuple(opened), contents, split_prints(b"".join(opened.values())))
