"""Writes of the clocks: start, pause, resume, extend, stop, move.

Each adds its event, counts the due date anew and keeps the explanation with it. They may stand inside the
transaction of whoever writes the step of a referral, and take the leaf (`entry`) that a worker's browser made
for it; the server makes none, because it holds no key of a case. Shown right by
`tests/server/referrals/test_clocks.py`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from amanat.errors import Conflict, Malformed
from amanat.server.accounts.models import Member
from amanat.server.ledger.models import Entry
from amanat.server.referrals.models import Calendar, Clock, ClockEvent, DayChange, Institution
from amanat.server.referrals.queries.clocks import (
    calendar_value,
    happened,
    overseers,
    rule_of,
    statutory_clock,
)
from amanat.server.referrals.rules import calendars
from amanat.server.referrals.rules.clocks import (
    ESCALATED,
    EXTENDED,
    LAPSED,
    MOVED,
    PAUSED,
    REASONS,
    REMINDED,
    RESUMED,
    RUNNING,
    STARTED,
    STOPPED,
    Happened,
    explain,
    state_of,
)
from amanat.server.referrals.rules.explanation import explanation_to_object
from amanat.server.referrals.rules.institutions import oversight
from amanat.server.referrals.rules.reminders import escalation_moment, reminder_moment

__all__ = ["extend", "look_at", "move", "pause", "resume", "start", "stop"]

_COPIED = ("days", "counting", "rolls", "starts_on", "law", "remind_days", "escalate_days")


@transaction.atomic
def start(
    *,
    by: Member | None,
    now: datetime,
    institution: Institution,
    request: str,
    due: datetime | None = None,
    entry: Entry | None = None,
) -> Clock:
    """Start the clock that the law gives an institution for a request; `by` is None for the institution.

    `due` is the date that a page showed and put into its leaf: raises `Conflict` when it is no longer the
    one. Raises `NotFound` where no clock is entered.
    """
    law = statutory_clock(institution, request)
    clock = Clock(
        institution=institution,
        calendar=institution.calendar,
        request=request,
        **{name: getattr(law, name) for name in _COPIED},
    )
    return _begin(clock, by=by, now=now, due=due, entry=entry)


def pause(*, by: Member, now: datetime, clock: Clock, reason: str, entry: Entry | None = None) -> Clock:
    """Let a clock stand still, for a reason of the list; raises `Conflict` unless it runs."""
    return _add(clock, Happened(PAUSED, now, _reason(reason)), by=by, entry=entry)


def resume(*, by: Member, now: datetime, clock: Clock, entry: Entry | None = None) -> Clock:
    """Let a clock run on; raises `Conflict` unless it stands."""
    return _add(clock, Happened(RESUMED, now), by=by, entry=entry)


def extend(
    *, by: Member, now: datetime, clock: Clock, days: int, reason: str, entry: Entry | None = None
) -> Clock:
    """Add days, for a reason of the list; raises `Conflict` once the clock has lapsed or was stopped."""
    return _add(clock, Happened(EXTENDED, now, _reason(reason), days=days), by=by, entry=entry)


def stop(*, by: Member | None, now: datetime, clock: Clock, entry: Entry | None = None) -> Clock:
    """Stop a clock, because there is an answer; one that has lapsed by then stays marked as late."""
    return _add(clock, Happened(STOPPED, now), by=by, entry=entry)


@transaction.atomic
def move(*, now: datetime, calendar: Calendar, changes: Sequence[DayChange]) -> int:
    """Count anew every clock that runs over a day that was changed; how many due dates moved.

    A clock whose due date has passed is left alone: it has lapsed, whether that is marked yet or not.
    """
    if not changes:
        return 0
    value = calendar_value(calendar)
    first = calendars.end_of_day(min(change.day for change in changes), value.timezone)
    touched = Clock.objects.filter(calendar=calendar, state=RUNNING, due__gte=first, due__gt=now)
    return sum(
        _move_one(clock, calendar=value, now=now, changes=changes)
        for clock in touched.select_for_update().order_by("pk")
    )


@transaction.atomic(durable=True)
def look_at(*, now: datetime, clock_id: int) -> bool:
    """Do what a clock is to be looked at for: mark the lapse, remind, or go one step up; whether it was due.

    Done twice it does nothing the second time: the row says when to look next.
    """
    clock = Clock.objects.select_for_update().get(pk=clock_id)
    if clock.look is None or clock.look > now:
        return False
    if clock.state == RUNNING and clock.due is not None and clock.due <= now:
        _lapse(clock)
    elif clock.state == RUNNING:
        _note(clock, Happened(REMINDED, clock.look))
    else:
        _escalate(clock)
    _save(clock, now=now)
    return True


@transaction.atomic
def _begin(
    clock: Clock, *, by: Member | None, now: datetime, due: datetime | None, entry: Entry | None
) -> Clock:
    first = Happened(STARTED, now)
    explanation = explain(rule_of(clock), [first], calendar_value(clock.calendar))
    if due is not None and explanation.due != due:
        hint = "Open the page again: it shows the date that holds now."
        raise Conflict("the due date has changed since the page was opened", where="due", hint=hint)
    clock.due, clock.explanation = explanation.due, explanation_to_object(explanation)
    clock.look = _next_look(clock, now=now)
    clock.save(force_insert=True)
    _note(clock, first, by=by, entry=entry)
    return clock


@transaction.atomic
def _add(clock: Clock, event: Happened, *, by: Member | None, entry: Entry | None) -> Clock:
    """Add an event to the locked clock and count anew."""
    locked = Clock.objects.select_for_update().get(pk=clock.pk)
    if locked.state == RUNNING and locked.due is not None and locked.due <= event.at:
        _lapse(locked)
    event = replace(event, by=by.pseudonym if by else "")
    events = [*happened(locked), event]
    locked.state = state_of(events)
    if event.kind != STOPPED:
        explanation = explain(rule_of(locked), events, calendar_value(locked.calendar))
        locked.due, locked.explanation = explanation.due, explanation_to_object(explanation)
    _note(locked, event, by=by, entry=entry)
    _save(locked, now=event.at)
    return locked


def _move_one(
    clock: Clock, *, calendar: calendars.Calendar, now: datetime, changes: Sequence[DayChange]
) -> bool:
    """Count a clock anew; a trace for each change that lies on its way, if its date moved."""
    before = clock.due
    explanation = explain(rule_of(clock), happened(clock), calendar)
    clock.due, clock.explanation = explanation.due, explanation_to_object(explanation)
    moved = clock.due != before
    if moved:
        for change in changes:
            if explanation.covers(change.day):
                _note(clock, Happened(MOVED, now), by=change.author, change=change)
    _save(clock, now=now)
    return moved


def _lapse(clock: Clock) -> None:
    """The clock marks its own lapse, at the moment that it was due."""
    if clock.due is None:
        raise ValueError("a clock without a due date cannot lapse")
    clock.state = LAPSED
    _note(clock, Happened(LAPSED, clock.due))


def _escalate(clock: Clock) -> None:
    clock.level += 1
    above = oversight(clock.institution_id, overseers())
    if clock.look is not None and clock.level <= len(above):
        _note(clock, Happened(ESCALATED, clock.look), told=above[clock.level - 1])


def _note(
    clock: Clock,
    event: Happened,
    *,
    by: Member | None = None,
    entry: Entry | None = None,
    change: DayChange | None = None,
    told: int | None = None,
) -> None:
    ClockEvent.objects.create(
        clock=clock,
        seq=ClockEvent.objects.filter(clock=clock).count(),
        kind=event.kind,
        at=event.at,
        reason=event.reason,
        author=by,
        days=event.days,
        due=clock.due,
        change=change,
        told_id=told,
        entry=entry,
    )


def _save(clock: Clock, *, now: datetime) -> None:
    clock.look = _next_look(clock, now=now)
    clock.save(update_fields=["state", "due", "look", "level", "explanation"])


def _next_look(clock: Clock, *, now: datetime) -> datetime | None:
    if clock.due is None or clock.state not in {RUNNING, LAPSED}:
        return None
    calendar = calendar_value(clock.calendar)
    if clock.state == RUNNING:
        moment = reminder_moment(clock.due, days=clock.remind_days, calendar=calendar)
        return moment if moment > now else clock.due
    above = oversight(clock.institution_id, overseers())
    if clock.level >= len(above):
        return None
    return escalation_moment(clock.due, level=clock.level + 1, days=clock.escalate_days, calendar=calendar)


def _reason(reason: str) -> str:
    if reason not in REASONS:
        raise Malformed(f"not one of {', '.join(REASONS)}", where="reason")
    return reason
