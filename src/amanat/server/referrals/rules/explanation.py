"""The explanation of a due date: the steps that led to it, complete enough to be counted again without a
calendar.

    starts  the day of the start event; not counted          allows   the days of the law
    extends days that were added                              counts   a run of days that count
    skips   days that are no working days                     stands   days on which the clock stood
    moves   the last day is no working day                    lands    the working day that it moves to
    ends    the due day                                       waits    paused now: no due date

`recompute` counts an explanation again from its own steps and refuses one that does not add up, so a stored
explanation cannot say one thing and its date another. It knows no calendar and no words: `wording` has them.
Shown right by `tests/server/referrals/rules/test_clocks_property.py`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from amanat.errors import Malformed
from amanat.server.referrals.rules.calendars import end_of_day, timezones
from amanat.strict import format_time, parse_time

__all__ = [
    "ALLOWS",
    "COUNTS",
    "ENDS",
    "EXTENDS",
    "LANDS",
    "MOVES",
    "RUNS",
    "SKIPS",
    "STANDS",
    "STARTS",
    "WAITS",
    "Explanation",
    "Step",
    "explanation_from_object",
    "explanation_to_object",
    "recompute",
]

STARTS, ALLOWS, EXTENDS, COUNTS, SKIPS, STANDS, MOVES, LANDS, ENDS, WAITS = (
    "starts",
    "allows",
    "extends",
    "counts",
    "skips",
    "stands",
    "moves",
    "lands",
    "ends",
    "waits",
)
KINDS = (STARTS, ALLOWS, EXTENDS, COUNTS, SKIPS, STANDS, MOVES, LANDS, ENDS, WAITS)
RUNS = frozenset({COUNTS, SKIPS, STANDS})


@dataclass(frozen=True, slots=True)
class Step:
    """One step: days `first` to `last`, how many it adds, how many there are then, who said why."""

    kind: str
    first: date
    last: date
    days: int = 0
    total: int = 0
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a due date came to be; `due` is None while the clock is paused."""

    counting: str
    starts_on: str
    law: str
    timezone: str
    steps: tuple[Step, ...]
    due: datetime | None

    @property
    def due_day(self) -> date | None:
        """The day at whose end the clock lapses, as its place has it."""
        return self.steps[-1].last if self.due is not None else None

    def covers(self, day: date) -> bool:
        """Whether a day lies after the start and no later than the last step."""
        return self.steps[0].last < day <= self.steps[-1].last

    @property
    def is_waiting(self) -> bool:
        """Whether the clock stands still."""
        return self.steps[-1].kind == WAITS


def recompute(explanation: Explanation) -> datetime | None:
    """The due date that the steps lead to, None while they wait; raises `Malformed` if they do not add up."""
    steps = list(explanation.steps)
    if len(steps) < 3 or (steps[0].kind, steps[1].kind) != (STARTS, ALLOWS):
        raise Malformed("does not begin with a start and what is allowed", where="explanation")
    start, allowed, rest = steps[0].last, 0, steps[1:]
    while rest and rest[0].kind in {ALLOWS, EXTENDS}:
        step = rest.pop(0)
        allowed += step.days
        if step.total != allowed or (step.kind == ALLOWS) != (allowed == step.days):
            raise Malformed("the days that are allowed do not add up", where="explanation")
    day, counted, at = start, 0, 0
    while at < len(rest) and rest[at].kind in RUNS and counted < allowed:
        day, counted = _follow(rest[at], day, counted)
        at += 1
    return _end(explanation.timezone, rest[at:], day, counted, allowed)


def _follow(step: Step, day: date, counted: int) -> tuple[date, int]:
    """The last day and the count after one run that follows right upon `day`."""
    length = (step.last - step.first).days + 1
    adds = length if step.kind == COUNTS else 0
    if (
        step.first != day + timedelta(days=1)
        or length < 1
        or step.days != adds
        or step.total != counted + adds
    ):
        raise Malformed(f"a step of {step.first} does not follow the one before", where="explanation")
    return step.last, counted + adds


def _end(timezone: str, tail: list[Step], day: date, counted: int, allowed: int) -> datetime | None:
    if len(tail) == 1 and tail[0].kind == WAITS:
        if (tail[0].first, tail[0].days) != (day + timedelta(days=1), allowed - counted):
            raise Malformed("what is left while it waits does not add up", where="explanation")
        return None
    if counted != allowed:
        raise Malformed("not all allowed days are counted", where="explanation")
    if tail and tail[0].kind == MOVES:
        day = _landing(tail.pop(0), tail, day)
    if len(tail) != 1 or tail[0].kind != ENDS or tail[0].last != day:
        raise Malformed("does not end on its last day", where="explanation")
    return end_of_day(day, timezone)


def _landing(moves: Step, tail: list[Step], day: date) -> date:
    """The day a last day moves to, over days that are passed over; takes those steps off the tail."""
    if moves.first != day:
        raise Malformed("another day moves than the last one", where="explanation")
    while tail and tail[0].kind in {SKIPS, LANDS}:
        step = tail.pop(0)
        if step.first != day + timedelta(days=1) or step.last < step.first:
            raise Malformed("days are missing before it lands", where="explanation")
        day = step.last
        if step.kind == LANDS:
            return day
    raise Malformed("it moves and never lands", where="explanation")


def explanation_to_object(explanation: Explanation) -> dict[str, Any]:
    """The JSON object of an explanation."""
    steps = [
        {**asdict(step), "first": step.first.isoformat(), "last": step.last.isoformat()}
        for step in explanation.steps
    ]
    due = None if explanation.due is None else format_time(explanation.due)
    return {
        "counting": explanation.counting,
        "starts_on": explanation.starts_on,
        "law": explanation.law,
        "timezone": explanation.timezone,
        "steps": steps,
        "due": due,
    }


def explanation_from_object(value: object) -> Explanation:
    """The explanation that a JSON object states; raises `Malformed`, also where its steps do not add up."""
    texts = ("counting", "starts_on", "law", "timezone")
    if not isinstance(value, Mapping) or value.keys() != {*texts, "steps", "due"}:
        raise Malformed("not the keys of an explanation", where="explanation")
    if not all(isinstance(value[name], str) for name in texts) or not isinstance(value["steps"], list):
        raise Malformed("not texts and steps", where="explanation")
    due = value["due"]
    if due is not None and not isinstance(due, str):
        raise Malformed("not a moment", where="explanation due")
    counting, starts_on, law, timezone = (str(value[name]) for name in texts)
    if timezone not in timezones():
        raise Malformed("no such time zone", where="explanation")
    found = Explanation(
        counting,
        starts_on,
        law,
        timezone,
        steps=tuple(_step(item) for item in value["steps"]),
        due=None if due is None else parse_time(due, where="explanation due"),
    )
    if recompute(found) != found.due:
        raise Malformed("the due date is not the one its steps lead to", where="explanation")
    return found


def _step(value: object) -> Step:
    if not isinstance(value, Mapping) or value.keys() != {*Step.__slots__} or value["kind"] not in KINDS:
        raise Malformed("not a step", where="explanation")
    texts, numbers = ("first", "last", "reason", "by"), ("days", "total")
    if not all(isinstance(value[name], str) for name in texts):
        raise Malformed("not a step", where="explanation")
    if not all(type(value[name]) is int and 0 <= value[name] < 10_000 for name in numbers):
        raise Malformed("not a number of days", where="explanation")
    return Step(**{**value, "first": _date(value["first"]), "last": _date(value["last"])})


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Malformed("not a day", where="explanation") from error
    if day.isoformat() != text or not 1900 < day.year < 9000:
        raise Malformed("not a day written as 2026-05-03", where="explanation")
    return day
