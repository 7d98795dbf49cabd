"""Reads of calendars and clocks: a row as the value that the rules count with.

It writes nothing. Shown right by `tests/server/referrals/test_clocks.py`.
"""

from datetime import datetime

from amanat.errors import Conflict, NotFound
from amanat.server.referrals.models import Calendar, Clock, Institution, StatutoryClock
from amanat.server.referrals.rules import calendars, clocks
from amanat.server.referrals.rules.explanation import Explanation, explanation_from_object

__all__ = [
    "calendar_value",
    "explanation_of",
    "happened",
    "overseers",
    "preview",
    "preview_event",
    "rule_of",
    "statutory_clock",
]


def calendar_value(calendar: Calendar) -> calendars.Calendar:
    """The calendar that the rules count with, with every change of it."""
    changes = calendar.changes.values_list("day", "effect", "reason", "added").order_by("added", "pk")
    return calendars.Calendar(
        calendar.timezone,
        frozenset(int(day) for day in calendar.weekend.split(",") if day),
        tuple(calendars.DayChange(*change) for change in changes),
    )


def rule_of(row: Clock | StatutoryClock) -> clocks.Rule:
    """The rule that a row holds."""
    return clocks.Rule(row.days, row.counting, row.law, row.starts_on, row.rolls)


def statutory_clock(institution: Institution, request: str) -> StatutoryClock:
    """The clock that now holds for this request; raises `NotFound` where the law is not entered."""
    found = institution.clocks.filter(request=request, is_current=True).first()
    if found is None:
        hint = "Enter the statutory clock of this institution, or choose another kind of request."
        raise NotFound("this institution has no clock for this kind of request", where="request", hint=hint)
    return found


def preview(institution: Institution, request: str, *, now: datetime) -> Explanation:
    """The explanation that a clock started at this moment would have; raises `NotFound`."""
    rule = rule_of(statutory_clock(institution, request))
    return clocks.explain(rule, [clocks.Happened(clocks.STARTED, now)], calendar_value(institution.calendar))


def preview_event(clock: Clock, kind: str, *, now: datetime, days: int = 0, reason: str = "") -> Explanation:
    """The explanation that a clock would have after this event; raises `Conflict` where it cannot follow."""
    if clock.state == clocks.RUNNING and clock.due is not None and clock.due <= now:
        raise Conflict("the time is over: nothing moves this clock any more", where="clock")
    events = [*happened(clock), clocks.Happened(kind, now, reason, days=days)]
    return clocks.explain(rule_of(clock), events, calendar_value(clock.calendar))


def happened(clock: Clock) -> list[clocks.Happened]:
    """What happened to a clock, in order."""
    rows = clock.events.order_by("seq").values_list("kind", "at", "reason", "author__pseudonym", "days")
    return [clocks.Happened(kind, at, reason, by or "", days) for kind, at, reason, by, days in rows]


def explanation_of(clock: Clock) -> Explanation:
    """The explanation of a clock's due date, counted again from its own steps."""
    return explanation_from_object(clock.explanation)


def overseers() -> dict[int, int | None]:
    """Who oversees each institution."""
    return dict(Institution.objects.values_list("pk", "overseen_by_id"))
