"""Events in time: what an EDTF date of ours covers, their order, and where they stand on a line.

An uncertain date keeps its mark, an event without a date has a place of its own after all others, and one
without a place is marked, never left out. Reads the dates that `record.dates` writes (years, months, days,
`~` and intervals), nothing more. Shown right by `tests/server/statements/rules/test_timeline.py`.
"""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

__all__ = ["Bounds", "Mark", "bounds_of", "in_order", "marks"]

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?~?")
# Seasons of EDTF, and the months that they begin and end in, in the north.
_SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 12)}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The first and the last day of a date, and whether it is only about then."""

    first: date
    last: date
    uncertain: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an event stands on a line of a given width: from `left`, `width` wide; None for no date."""

    left: float | None
    width: float
    uncertain: bool


def bounds_of(edtf: str) -> Bounds | None:
    """What a date covers; None for one that is not of ours."""
    parts = edtf.split("/")
    found = [_one(part) for part in parts]
    if len(found) > 2 or any(one is None for one in found):
        return None
    days = [one for one in found if one is not None]
    return Bounds(days[0][0], days[-1][1], "~" in edtf)


def in_order(dates: Sequence[str]) -> list[int]:
    """The numbers of the dates in the order of time, those without one last, each otherwise in its place."""
    known = [bounds_of(edtf) for edtf in dates]

    def key(number: int) -> tuple[bool, date, date, int]:
        bounds = known[number]
        first = bounds.first if bounds else date.max
        return bounds is None, first, bounds.last if bounds else date.max, number

    return sorted(range(len(dates)), key=key)


def marks(dates: Sequence[str], *, width: float, least: float = 6.0) -> list[Mark]:
    """Where each date stands on a line from the first day of all to the last."""
    known = [bounds_of(edtf) for edtf in dates]
    days = [day.toordinal() for bounds in known if bounds for day in (bounds.first, bounds.last)]
    start, length = (min(days), max(1, max(days) - min(days))) if days else (0, 1)
    scale = (width - least) / length
    return [
        Mark(
            round((bounds.first.toordinal() - start) * scale, 1),
            round(max(least, (bounds.last.toordinal() - bounds.first.toordinal()) * scale), 1),
            bounds.uncertain,
        )
        if bounds
        else Mark(None, least, True)
        for bounds in known
    ]


def _one(text: str) -> tuple[date, date] | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        first, last = _SEASONS.get(month, (month, month)) if month else (1, 12)
        return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])
    except ValueError:
        return None
