"""Writes of the calendars: make one, change a day, take up the public holidays.

A calendar's place and week are never edited: institutions move to another calendar. What changes a day also
moves the clocks that run over it, in the same transaction. Shown right by
`tests/server/referrals/test_calendars.py`.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.server.accounts.models import Member
from amanat.server.accounts.rules import may_supervise
from amanat.server.referrals.actions.clocks import move
from amanat.server.referrals.models import Calendar, DayChange
from amanat.server.referrals.queries.clocks import calendar_value
from amanat.server.referrals.rules import calendars as rules

__all__ = ["change_day", "make_calendar", "take_up_holidays"]

YEARS_AHEAD = 3


@transaction.atomic
def make_calendar(
    *,
    by: Member | None,
    now: datetime,
    name: str,
    timezone: str,
    country: str = "",
    subdivision: str = "",
    weekend: Collection[int] = (5, 6),
) -> Calendar:
    """Make a calendar with its public holidays; `by` is None for the demonstration's own.

    Raises `Malformed` for an unknown place, `Conflict` for a name that is taken.
    """
    check_supervisor(by)
    rules.check_place(country=country, subdivision=subdivision, timezone=timezone)
    if len(set(weekend)) > 3:
        raise Malformed("a weekend of more than three days", where="weekend")
    try:
        with transaction.atomic():
            calendar = Calendar.objects.create(
                name=name,
                timezone=timezone,
                country=country,
                subdivision=subdivision,
                weekend=",".join(str(day) for day in sorted(set(weekend))),
            )
    except IntegrityError as error:
        raise Conflict("this name is taken", where="name", hint="Choose another.") from error
    _take_up(calendar, now=now)
    return calendar


@transaction.atomic(durable=True)
def change_day(
    *, by: Member, now: datetime, calendar: Calendar, day: date, effect: str, reason: str
) -> tuple[DayChange, int]:
    """Change what a day is, and move the clocks that run over it: the change, and how many moved.

    Raises `Malformed` where a day off that has begun would become a working day: an institution would lose
    time that it could not know of.
    """
    check_supervisor(by)
    if calendar_value(calendar).refuses(rules.DayChange(day, effect, reason, now)):
        hint = "It can be changed until the day before. Extend single clocks where that is needed."
        raise Malformed("this day has begun: it can become a holiday, no working day", where="day", hint=hint)
    change = DayChange.objects.create(
        calendar=calendar, day=day, effect=effect, reason=reason, author=by, added=now
    )
    return change, move(now=now, calendar=calendar, changes=[change])


@transaction.atomic(durable=True)
def take_up_holidays(*, now: datetime, calendar_id: int) -> int:
    """Add the public holidays of the coming years, and what a new release of the package knows of them."""
    calendar = Calendar.objects.select_for_update().get(pk=calendar_id)
    return _take_up(calendar, now=now)


def _take_up(calendar: Calendar, *, now: datetime) -> int:
    """Days that somebody changed by hand are left as they are; a holiday that the package no longer has
    becomes a plain day again, if it has not begun."""
    year = rules.local_day(now, calendar.timezone).year
    years = range(year - 1, year + YEARS_AHEAD + 1)
    found = rules.public_holidays(country=calendar.country, subdivision=calendar.subdivision, years=years)
    of_people = set(calendar.changes.filter(author__isnull=False).values_list("day", flat=True))
    held = _held(calendar, years)
    wanted = [(day, rules.HOLIDAY, name) for day, name in found.items() if held.get(day) != rules.HOLIDAY]
    wanted += [
        (day, rules.USUAL, "no longer a public holiday")
        for day, effect in held.items()
        if effect == rules.HOLIDAY and day not in found and day > rules.local_day(now, calendar.timezone)
    ]
    rows = [
        DayChange(
            calendar=calendar,
            day=day,
            effect=effect,
            reason=name[:200],
            source=rules.package_source(),
            added=now,
        )
        for day, effect, name in sorted(wanted)
        if day not in of_people
    ]
    move(now=now, calendar=calendar, changes=DayChange.objects.bulk_create(rows))
    calendar.known_until, calendar.source = years[-1], rules.package_source()
    calendar.save(update_fields=["known_until", "source"])
    return len(rows)


def _held(calendar: Calendar, years: range) -> dict[date, str]:
    """What the package's changes make of each day, the last one counting."""
    rows = calendar.changes.filter(author__isnull=True, day__year__gte=years[0], day__year__lte=years[-1])
    return dict(rows.order_by("added", "pk").values_list("day", "effect"))


def check_supervisor(by: Member | None) -> None:
    """Raises `NotAllowed` for anybody but a supervisor."""
    if by is not None and not may_supervise(by.role):
        raise NotAllowed("only a supervisor enters institutions and calendars")
