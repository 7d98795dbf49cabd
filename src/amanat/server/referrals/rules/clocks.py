"""The clock of a request: what the law allows, what happened to it, and the due date with its explanation.

Days are the days of the institution's place. The day on which the clock starts is not counted, nor is any
day that a pause touches. With working days every day that is none is passed over; with calendar days a last
day that is no working day moves to the next one, where the rule says so. The clock runs until the end of
the due day. An extension adds days of the same kind.

It decides and marks nothing: `reminders` says when to remind, `actions.clocks` writes. Shown right by
`tests/server/referrals/rules/test_clocks.py` against a count by hand, and by `test_clocks_property.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from amanat.errors import Conflict, Malformed
from amanat.server.referrals.rules import explanation as told
from amanat.server.referrals.rules.calendars import Calendar, end_of_day, local_day
from amanat.server.referrals.rules.explanation import Explanation, Step

__all__ = [
    "ACKNOWLEDGED",
    "CALENDAR_DAYS",
    "COUNTINGS",
    "DELIVERED",
    "ESCALATED",
    "EVENTS",
    "EXTENDED",
    "LAPSED",
    "MAX_DAYS",
    "MOVED",
    "PAUSED",
    "REASONS",
    "REMINDED",
    "RESUMED",
    "RUNNING",
    "SENT",
    "STARTED",
    "STARTS",
    "STATES",
    "STOPPED",
    "WORKING_DAYS",
    "Happened",
    "Rule",
    "explain",
    "state_of",
    "was_late",
]

WORKING_DAYS, CALENDAR_DAYS = "working", "calendar"
COUNTINGS = (WORKING_DAYS, CALENDAR_DAYS)
SENT, DELIVERED, ACKNOWLEDGED = "sent", "delivered", "acknowledged"
STARTS = (SENT, DELIVERED, ACKNOWLEDGED)
MAX_DAYS = 400
# All that may be added by extensions together, so that a clock always ends.
MAX_EXTENSION_DAYS = 400

STARTED, PAUSED, RESUMED, EXTENDED, STOPPED, LAPSED = (
    "started",
    "paused",
    "resumed",
    "extended",
    "stopped",
    "lapsed",
)
# What the jobs write beside: the calendar moved it, the institution was reminded, its overseer told.
MOVED, REMINDED, ESCALATED = "moved", "reminded", "escalated"
BESIDE = frozenset({MOVED, REMINDED, ESCALATED})
EVENTS = (STARTED, PAUSED, RESUMED, EXTENDED, STOPPED, LAPSED, MOVED, REMINDED, ESCALATED)
RUNNING = "running"
STATES = (RUNNING, PAUSED, STOPPED, LAPSED)
# Why a clock was paused or extended. A closed list, because what people write about a case is sealed.
REASONS = (
    "information_requested",
    "institution_asked",
    "another_body",
    "court_order",
    "safety",
    "law",
    "agreed",
)
_AFTER = {
    ("", STARTED): RUNNING,
    (RUNNING, PAUSED): PAUSED,
    (PAUSED, RESUMED): RUNNING,
    (RUNNING, EXTENDED): RUNNING,
    (PAUSED, EXTENDED): PAUSED,
    (RUNNING, STOPPED): STOPPED,
    (PAUSED, STOPPED): STOPPED,
    (LAPSED, STOPPED): STOPPED,
    (RUNNING, LAPSED): LAPSED,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What the law allows for one kind of request."""

    days: int
    counting: str
    law: str
    starts_on: str = SENT
    rolls: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.days <= MAX_DAYS:
            raise Malformed(f"not between 1 and {MAX_DAYS}", where="days")
        if self.counting not in COUNTINGS or self.starts_on not in STARTS:
            raise Malformed("not a way of counting, or not a start", where="statutory clock")


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to a clock; `days` only where it was extended."""

    kind: str
    at: datetime
    reason: str = ""
    by: str = ""
    days: int = 0


def state_of(events: Sequence[Happened]) -> str:
    """The state that these events lead to, in their order; raises `Conflict` where one cannot follow."""
    state, before = "", None
    for event in events:
        if event.kind in BESIDE:
            continue
        if before is not None and event.at < before.at:
            raise Conflict(f"{event.kind} before what came first", where="clock")
        try:
            state = _AFTER[state, event.kind]
        except KeyError as error:
            hint = "Somebody else may have been first: open the page again."
            raise Conflict(
                f"a clock that is {state or 'not started'} cannot be {event.kind}", hint=hint
            ) from error
        before = event
    if not state:
        raise Conflict("a clock that has not started", where="clock")
    return state


def was_late(events: Sequence[Happened]) -> bool:
    """Whether the clock lapsed before it was stopped."""
    return any(event.kind == LAPSED for event in events)


def explain(rule: Rule, events: Sequence[Happened], calendar: Calendar) -> Explanation:
    """The due date of a clock, counted step by step; none while it is paused.

    What comes after a lapse or a stop changes nothing. Raises `Conflict` for events in no possible order.
    """
    state_of(events)
    started = events[0]
    extensions = [event for event in events if event.kind == EXTENDED]
    allowed = rule.days + sum(event.days for event in extensions)
    if any(event.days < 1 for event in extensions) or allowed > rule.days + MAX_EXTENSION_DAYS:
        raise Malformed(f"not at least 1 day, or more than {MAX_EXTENSION_DAYS} altogether", where="days")
    start = local_day(started.at, calendar.timezone)
    steps = [
        Step(told.STARTS, start, start),
        Step(told.ALLOWS, start, start, days=rule.days, total=rule.days),
    ]
    total = rule.days
    for event in extensions:
        day, total = local_day(event.at, calendar.timezone), total + event.days
        steps.append(Step(told.EXTENDS, day, day, event.days, total, event.reason, event.by))
    steps += _runs(_days(rule, calendar, start, allowed, _pauses(events, calendar.timezone)))
    due_day = None if steps[-1].kind == told.WAITS else steps[-1].last
    if due_day is not None:
        steps.append(Step(told.ENDS, due_day, due_day))
    due = None if due_day is None else end_of_day(due_day, calendar.timezone)
    return Explanation(rule.counting, rule.starts_on, rule.law, calendar.timezone, tuple(steps), due)


@dataclass(frozen=True, slots=True)
class _Pause:
    first: date
    last: date | None
    reason: str
    by: str


def _pauses(events: Sequence[Happened], timezone: str) -> list[_Pause]:
    """The days on which the clock stood; an open pause, or one that a stop ended, has no last day."""
    found: list[_Pause] = []
    for event in events:
        day = local_day(event.at, timezone)
        if event.kind == PAUSED:
            found.append(_Pause(day, None, event.reason, event.by))
        elif event.kind == RESUMED:
            found[-1] = _Pause(found[-1].first, day, found[-1].reason, found[-1].by)
    return found


def _days(
    rule: Rule, calendar: Calendar, start: date, allowed: int, pauses: Sequence[_Pause]
) -> Iterator[Step]:
    """A step for every single day from the first after the start to the due day."""
    day, counted = start, 0
    while counted < allowed:
        day += timedelta(days=1)
        pause = next((p for p in pauses if p.first <= day and (p.last is None or day <= p.last)), None)
        if pause is not None and pause.last is None:
            yield Step(told.WAITS, day, day, allowed - counted, counted, pause.reason, pause.by)
            return
        here = calendar.day(day)
        if pause is not None:
            yield Step(told.STANDS, day, day, 0, counted, pause.reason, pause.by)
        elif rule.counting == CALENDAR_DAYS or here.is_working:
            counted += 1
            why = here.why if rule.counting == WORKING_DAYS else ""
            yield Step(told.COUNTS, day, day, 1, counted, why)
        else:
            yield Step(told.SKIPS, day, day, 0, counted, here.why)
    if rule.counting == CALENDAR_DAYS and rule.rolls and not calendar.day(day).is_working:
        yield from _roll(calendar, day, counted)


def _roll(calendar: Calendar, day: date, counted: int) -> Iterator[Step]:
    yield Step(told.MOVES, day, day, 0, counted, calendar.day(day).why)
    landing = next(calendar.working_days_after(day))
    while (day := day + timedelta(days=1)) < landing:
        yield Step(told.SKIPS, day, day, 0, counted, calendar.day(day).why)
    yield Step(told.LANDS, landing, landing, 0, counted, calendar.day(landing).why)


def _runs(days: Iterator[Step]) -> list[Step]:
    """Neighbouring days of one kind and one reason as one step."""
    runs: list[Step] = []
    for step in days:
        before = runs[-1] if runs else None
        if before and step.kind in told.RUNS and _is_same(before, step):
            runs[-1] = Step(
                step.kind, before.first, step.last, before.days + step.days, step.total, step.reason, step.by
            )
        else:
            runs.append(step)
    return runs


def _is_same(before: Step, step: Step) -> bool:
    return (before.kind, before.reason, before.by) == (step.kind, step.reason, step.by)
