"""No interleaving of holidays, pauses and extensions gives a date that its explanation does not lead to."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.server.referrals.rules.calendars import Calendar, DayChange, end_of_day, local_day
from amanat.server.referrals.rules.clocks import Happened, Rule, explain, state_of
from amanat.server.referrals.rules.explanation import (
    Explanation,
    explanation_from_object,
    explanation_to_object,
    recompute,
)

BEGIN = datetime(2026, 2, 20, 9, tzinfo=UTC)
ZONES = ("Asia/Karachi", "Europe/London", "Africa/Cairo", "America/St_Johns", "Pacific/Chatham")
WEEKENDS = (frozenset({5, 6}), frozenset({4, 5}), frozenset({4}), frozenset())
# What can be done next, and after how many hours; a number of days for a holiday is counted from now.
doings = st.lists(
    st.tuples(
        st.integers(0, 120),
        st.one_of(
            st.just(("pause", 0)),
            st.just(("resume", 0)),
            st.tuples(st.just("extend"), st.integers(1, 20)),
            st.tuples(st.sampled_from(["holiday", "working", "usual"]), st.integers(-10, 40)),
        ),
    ),
    max_size=14,
)
rules = st.builds(
    Rule, st.integers(1, 40), st.sampled_from(["working", "calendar"]), st.just("law"), rolls=st.booleans()
)


def oracle(rule: Rule, events: list[Happened], calendar: Calendar) -> date | None:
    """The due day by marking single days on a wall calendar; None while it stands."""
    zone = calendar.timezone
    standing: set[date] = set()
    since: date | None = None
    allowed = rule.days
    for event in events:
        day = local_day(event.at, zone)
        if event.kind == "paused":
            since = day
        elif event.kind == "resumed":
            standing |= {since + timedelta(days=n) for n in range((day - since).days + 1)}
            since = None
        elif event.kind == "extended":
            allowed += event.days
    day = local_day(events[0].at, zone)
    while allowed:
        day += timedelta(days=1)
        if since is not None and day >= since:
            return None
        if day not in standing and (rule.counting == "calendar" or calendar.day(day).is_working):
            allowed -= 1
    while rule.counting == "calendar" and rule.rolls and not calendar.day(day).is_working:
        day += timedelta(days=1)
    return day


def do(events: list[Happened], calendar: Calendar, what: str, number: int, now: datetime) -> Calendar:
    """Do it where it can be done; the changed calendar."""
    state = state_of(events)
    if what == "pause" and state == "running":
        events.append(Happened("paused", now, "safety", "Bilal"))
    elif what == "resume" and state == "paused":
        events.append(Happened("resumed", now, by="Bilal"))
    elif what == "extend" and sum(event.days for event in events) + number < 100:
        events.append(Happened("extended", now, "law", "Chandni", number))
    elif what in {"holiday", "working", "usual"}:
        day = local_day(now, calendar.timezone) + timedelta(days=number)
        return replace(calendar, changes=(*calendar.changes, DayChange(day, what, f"because {number}", now)))
    return calendar


def check(explanation: Explanation, expected: date | None) -> None:
    assert explanation.due_day == expected
    assert recompute(explanation) == explanation.due
    stored = json.loads(json.dumps(explanation_to_object(explanation)))
    assert explanation_from_object(stored) == explanation


@settings(max_examples=100)
@given(rules, st.sampled_from(ZONES), st.sampled_from(WEEKENDS), doings)
def test_whatever_happens_in_whatever_order_the_explanation_leads_to_the_date(
    rule, zone, weekend, doing
) -> None:
    calendar, now = Calendar(zone, weekend), BEGIN
    events = [Happened("started", now)]
    due = explain(rule, events, calendar).due
    for hours, (what, number) in doing:
        now += timedelta(hours=hours)
        if due is not None and due <= now:
            break
        calendar = do(events, calendar, what, number, now)
        explanation = explain(rule, events, calendar)
        check(explanation, oracle(rule, events, calendar))
        due = explanation.due
        # Nothing that is added later makes a clock end in the past.
        assert due is None or due > now


@settings(max_examples=60)
@given(rules, st.sampled_from(WEEKENDS), st.data())
def test_an_explanation_in_which_one_thing_is_changed_does_not_add_up(rule, weekend, data) -> None:
    calendar = Calendar("Asia/Karachi", weekend, (DayChange(date(2026, 3, 2), "holiday", "a day", BEGIN),))
    told = explanation_to_object(explain(rule, [Happened("started", BEGIN)], calendar))
    step = data.draw(st.sampled_from([step for step in told["steps"] if step["kind"] != "starts"]))
    what = data.draw(st.sampled_from(["due", "days", "drop", "twice"]))
    if what == "due":
        told["due"] = "2026-03-01T00:00:00Z"
    elif what == "days" and step["kind"] in {"allows", "counts"}:
        step["days"] += 1
    elif what == "drop":
        told["steps"].remove(step)
    else:
        told["steps"].append(step)
    with pytest.raises(Malformed):
        explanation_from_object(told)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("2026-05-04"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
almost = st.fixed_dictionaries(
    {
        "counting": st.just("working"),
        "starts_on": st.just("sent"),
        "law": st.text(max_size=5),
        "timezone": st.sampled_from(["UTC", "Moon", "../../etc/localtime", ""]),
        "steps": st.lists(
            st.fixed_dictionaries(
                {
                    "kind": st.sampled_from(
                        ["starts", "allows", "counts", "skips", "moves", "lands", "ends"]
                    ),
                    "first": st.sampled_from(["2026-05-04", "2026-05-05", "9999-12-31", "0001-01-01", "x"]),
                    "last": st.sampled_from(["2026-05-04", "2026-05-05", "20260505"]),
                    "days": st.integers(-1, 3),
                    "total": st.integers(0, 3),
                    "reason": st.just(""),
                    "by": st.just(""),
                }
            ),
            max_size=6,
        ),
        "due": st.none() | st.just("2026-05-06T00:00:00Z"),
    }
)


@settings(max_examples=60)
@given(json_values | almost)
def test_anything_is_an_explanation_that_writes_back_the_same_or_malformed(value) -> None:
    try:
        found = explanation_from_object(value)
    except Malformed:
        return
    assert explanation_to_object(found) == value
    assert found.due is None or found.due == end_of_day(found.due_day, found.timezone)


@pytest.mark.parametrize("zone", ["Moon", "../../etc/localtime", "", "/etc/localtime", "UTC\0"])
def test_an_explanation_of_a_place_without_a_time_is_malformed(zone: str) -> None:
    told = explanation_to_object(
        explain(Rule(1, "working", "law"), [Happened("started", BEGIN)], Calendar("UTC", frozenset()))
    )
    with pytest.raises(Malformed):
        explanation_from_object({**told, "timezone": zone})


@pytest.mark.parametrize("at", [1, 2])
def test_the_sum_that_is_allowed_is_stated_right(at: int) -> None:
    events = [Happened("started", BEGIN), Happened("extended", BEGIN, "law", "Chandni", 2)]
    told = explanation_to_object(explain(Rule(1, "working", "law"), events, Calendar("UTC", frozenset())))
    told["steps"][at]["total"] += 1
    with pytest.raises(Malformed):
        explanation_from_object(told)
