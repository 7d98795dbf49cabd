"""A directory of institutions, their calendars and clocks as YAML, to share between organisations.

It holds nothing about a case and no author. Here are the values and how they are written; `directory_reading`
reads them. Shown right by `tests/server/referrals/rules/test_directory.py`.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

__all__ = [
    "WEEKDAYS",
    "CalendarEntry",
    "ChangeEntry",
    "ClockEntry",
    "Directory",
    "InstitutionEntry",
    "format_directory",
]

VERSION = 1
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """A local change of one day."""

    day: date
    effect: str
    reason: str


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A working calendar, without the public holidays: whoever takes it over looks those up."""

    name: str
    timezone: str
    country: str = ""
    subdivision: str = ""
    weekend: tuple[int, ...] = ()
    changes: tuple[ChangeEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockEntry:
    """What the law gives for one kind of request."""

    request: str
    days: int
    counting: str
    law: str
    starts_on: str
    rolls: bool = True
    remind_days: int = 3
    escalate_days: int = 5


@dataclass(frozen=True, slots=True)
class InstitutionEntry:
    """One institution; `calendar` and `overseen_by` are names."""

    name: str
    kind: str
    jurisdiction: str
    calendar: str
    contacts: str = ""
    recipient: str = ""
    overseen_by: str = ""
    clocks: tuple[ClockEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Directory:
    """Calendars and institutions, each with a name of its own."""

    calendars: tuple[CalendarEntry, ...] = field(default=())
    institutions: tuple[InstitutionEntry, ...] = field(default=())


def format_directory(directory: Directory) -> str:
    """The YAML text of a directory."""
    value = {
        "amanat_directory": VERSION,
        "calendars": [_from_calendar(entry) for entry in directory.calendars],
        "institutions": [_from_institution(entry) for entry in directory.institutions],
    }
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=110)


def _from_calendar(entry: CalendarEntry) -> dict[str, Any]:
    value = {"name": entry.name, "country": entry.country, "subdivision": entry.subdivision}
    changes = [
        {"day": change.day, "effect": change.effect, "reason": change.reason} for change in entry.changes
    ]
    weekend = [WEEKDAYS[day] for day in entry.weekend]
    return {**value, "timezone": entry.timezone, "weekend": weekend, "changes": changes}


def _from_institution(entry: InstitutionEntry) -> dict[str, Any]:
    names = ("name", "kind", "jurisdiction", "calendar", "contacts", "recipient", "overseen_by")
    of_clock = ClockEntry.__slots__
    clocks = [{name: getattr(clock, name) for name in of_clock} for clock in entry.clocks]
    return {**{name: getattr(entry, name) for name in names}, "clocks": clocks}
