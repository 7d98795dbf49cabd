"""How alike two films are: which share of each is in the other, and where.

One semantics, written down because the published ones differ: frames below quality 50 are left out first;
two frames match at 31 bits or fewer; shares are of distinct prints; a side with nothing left never
matches. Shown right by `tests/fingerprint/test_likeness.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amanat.fingerprint.value import (
    FILM_PERCENT,
    MATCH_DISTANCE,
    MIN_QUALITY,
    Prints,
    distances,
    split_prints,
)
from amanat.fingerprint.vpdq import Frame

__all__ = ["Likeness", "Segment", "compare_films"]

MAX_JUMP = 3
"""A run goes on while the other film moves forward by no more than so many frames at a step."""
_ROWS = 256


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of frames of the asking film that are in the other, in the same order, with both times."""

    frames: int
    start_ms: int
    end_ms: int
    other_start_ms: int
    other_end_ms: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """How many distinct prints of each side have a match in the other, of how many, and where."""

    matched: int
    distinct: int
    other_matched: int
    other_distinct: int
    segments: tuple[Segment, ...]

    @property
    def percent(self) -> float:
        """The share of the asking film that is in the other; 0 when there is nothing to compare."""
        return _percent(self.matched, self.distinct)

    @property
    def other_percent(self) -> float:
        """The share of the other film that is in the asking one."""
        return _percent(self.other_matched, self.other_distinct)

    def is_match(self, *, percent: float = FILM_PERCENT, other_percent: float = 0.0) -> bool:
        """Whether both shares are reached; never, when nothing matched at all."""
        return bool(self.matched) and self.percent >= percent and self.other_percent >= other_percent


def compare_films(
    asking: Sequence[Frame], other: Sequence[Frame], *, distance: int = MATCH_DISTANCE
) -> Likeness:
    """Compare every frame with every frame; memory grows with neither film's square."""
    ours, theirs = _clear(asking), _clear(other)
    left, right = _prints(ours), _prints(theirs)
    hit_left, hit_right = np.zeros(len(ours), bool), np.zeros(len(theirs), bool)
    runs = _Runs(ours, theirs)
    for number, near in enumerate(_near(left, right, distance)):
        hit_left[number] = near.any()
        hit_right |= near
        runs.step(number, np.flatnonzero(near))
    counts = (_distinct(left, hit_left), _distinct(left), _distinct(right, hit_right), _distinct(right))
    return Likeness(*counts, tuple(runs.close()))


def _clear(frames: Sequence[Frame]) -> list[Frame]:
    return sorted((one for one in frames if one.quality >= MIN_QUALITY), key=lambda one: one.time_ms)


def _prints(frames: Sequence[Frame]) -> Prints:
    return split_prints(b"".join(frame.print for frame in frames))


def _near(left: Prints, right: Prints, distance: int) -> Iterator[NDArray[np.bool_]]:
    for start in range(0, len(left), _ROWS):
        yield from distances(left[start : start + _ROWS, None], right) <= distance


def _distinct(prints: Prints, chosen: NDArray[np.bool_] | None = None) -> int:
    return len(np.unique(prints if chosen is None else prints[chosen], axis=0))


def _percent(part: int, all_of_it: int) -> float:
    return 100 * part / all_of_it if all_of_it else 0.0


class _Runs:
    """The runs found so far, and the open one."""

    def __init__(self, ours: Sequence[Frame], theirs: Sequence[Frame]) -> None:
        self._ours, self._theirs = ours, theirs
        self._done: list[Segment] = []
        self._open: tuple[int, int, int, int] | None = None

    def step(self, number: int, matches: NDArray[np.intp]) -> None:
        """Go on with the open run where the other film goes on too; else begin another at the first match."""
        if self._open is not None:
            start, _, other_start, other_end = self._open
            onward = matches[(matches >= other_end) & (matches <= other_end + MAX_JUMP)]
            if len(onward):
                later = onward[onward > other_end]
                self._open = (start, number, other_start, int((later if len(later) else onward)[0]))
                return
            self.close()
        if len(matches):
            self._open = (number, number, int(matches[0]), int(matches[0]))

    def close(self) -> list[Segment]:
        if self._open is not None:
            start, end, other_start, other_end = self._open
            self._done.append(
                Segment(
                    end - start + 1,
                    self._ours[start].time_ms,
                    self._ours[end].time_ms,
                    self._theirs[other_start].time_ms,
                    self._theirs[other_end].time_ms,
                )
            )
            self._open = None
        return self._done
