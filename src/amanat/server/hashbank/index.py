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
    Fingerprint,
    Kind,
    Prints,
    distances,
    split_prints,
)
from amanat.server.hashbank.models import Bank, Signal
from amanat.server.hashbank.vault import open_print

__all__ = ["near", "size"]

Stamp = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _View:
    stamp: Stamp = ()
    signals: tuple[UUID, ...] = ()
    contents: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    prints: Prints = field(default_factory=lambda: np.empty((0, PRINT_WORDS), np.uint64), repr=False)


class _Held:
    """The newest view of this process."""

    def __init__(self) -> None:
        self.view = _View()
        self.lock = threading.Lock()


_held = _Held()


def near(wanted: Fingerprint, *, distance: int = MATCH_DISTANCE) -> Mapping[int, int]:
    """The contents with a PDQ print at most `distance` bits away, each with its smallest distance."""
    view = _newest()
    apart = distances(view.prints, split_prints(wanted.data)[0])
    rows = np.nonzero(apart <= distance)[0]
    found: dict[int, int] = {}
    for content, bits in zip(view.contents[rows].tolist(), apart[rows].tolist(), strict=True):
        found[content] = min(bits, found.get(content, bits))
    return found


def size() -> int:
    """How many prints would be searched now."""
    return len(_newest().prints)


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
    kept = np.array([signal in now for signal in old.signals], np.bool_)
    stay = tuple(signal for signal in old.signals if signal in now)
    new = list(now.keys() - set(old.signals))
    opened = _opened(new)
    signals = (*stay, *opened)
    joined = np.concatenate([old.prints[kept], split_prints(b"".join(opened.values()))])
    return _View(stamp, signals, np.array([now[signal] for signal in signals], np.int64), joined)


def _opened(signals: list[UUID]) -> dict[UUID, bytes]:
    found: dict[UUID, bytes] = {}
    for start in range(0, len(signals), 500):
        rows = Signal.objects.filter(pk__in=signals[start : start + 500]).values_list("pk", "sealed")
        found |= {pk: open_print(bytes(sealed), Kind.PDQ, str(pk)).data for pk, sealed in rows}
    return found
