"""Reads of institutions, calendars and statutory clocks.

It writes nothing. Shown right by `tests/server/referrals/test_institutions.py`.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from amanat.errors import NotFound
from amanat.server.referrals.models import Calendar, DayChange, Institution, StatutoryClock
from amanat.server.referrals.queries.clocks import calendar_value
from amanat.server.referrals.rules.calendars import Day
from amanat.server.referrals.rules.directory import (
    CalendarEntry,
    ChangeEntry,
    ClockEntry,
    Directory,
    InstitutionEntry,
)

__all__ = ["calendar", "calendars", "differing_days", "directory", "institution", "institutions"]


@dataclass(frozen=True, slots=True)
class Differing:
    """A day that differs from the plain week, and the change that made it so."""

    day: date
    is_working: bool
    change: DayChange


def institutions() -> QuerySet[Institution]:
    """Every institution by name, those no longer in use last, with what the law gives them."""
    current = StatutoryClock.objects.filter(is_current=True).order_by("request")
    return (
        Institution.objects.select_related("calendar", "overseen_by")
        .prefetch_related(Prefetch("clocks", current, to_attr="current"))
        .order_by("-is_active", "name")
    )


def institution(institution_id: int) -> Institution:
    """One institution; raises `NotFound`."""
    found = institutions().filter(pk=institution_id).first()
    if found is None:
        raise NotFound("no such institution")
    return found


def calendars() -> QuerySet[Calendar]:
    """Every calendar by name."""
    return Calendar.objects.order_by("name")


def calendar(calendar_id: int) -> Calendar:
    """One calendar; raises `NotFound`."""
    found = Calendar.objects.filter(pk=calendar_id).first()
    if found is None:
        raise NotFound("no such calendar")
    return found


def differing_days(of: Calendar, year: int) -> list[Differing]:
    """The days of a year that differ from the plain week now, each with the change that holds."""
    value = calendar_value(of)
    last: dict[date, DayChange] = {}
    rows = of.changes.filter(day__year=year).select_related("author").order_by("added", "pk")
    for change in rows:
        if value.day(change.day).why == change.reason or change.effect == "usual":
            last[change.day] = change
    found = [(day, value.day(day), change) for day, change in sorted(last.items())]
    return [
        Differing(day, here.is_working, change)
        for day, here, change in found
        if _differs(value.weekend, day, here)
    ]


def directory() -> Directory:
    """Everything here that another organisation could take over, days that people changed included."""
    return Directory(
        tuple(_calendar_entry(row) for row in calendars()),
        tuple(_institution_entry(row) for row in institutions() if row.is_active),
    )


def _differs(weekend: frozenset[int], day: date, here: Day) -> bool:
    return here.is_working != (day.weekday() not in weekend) or bool(here.why)


def _calendar_entry(row: Calendar) -> CalendarEntry:
    changes = row.changes.exclude(source__startswith="holidays ").order_by("added", "pk")
    return CalendarEntry(
        name=row.name,
        timezone=row.timezone,
        country=row.country,
        subdivision=row.subdivision,
        weekend=tuple(int(day) for day in row.weekend.split(",") if day),
        changes=tuple(ChangeEntry(change.day, change.effect, change.reason) for change in changes),
    )


def _institution_entry(row: Institution) -> InstitutionEntry:
    clocks = row.current  # type: ignore[attr-defined]
    return InstitutionEntry(
        name=row.name,
        kind=row.kind,
        jurisdiction=row.jurisdiction,
        calendar=row.calendar.name,
        contacts=row.contacts,
        recipient=row.recipient,
        overseen_by=row.overseen_by.name if row.overseen_by and row.overseen_by.is_active else "",
        clocks=tuple(
            ClockEntry(**{name: getattr(clock, name) for name in ClockEntry.__slots__}) for clock in clocks
        ),
    )
