"""Due dates against a count that walks the days and asks the holidays package itself, over ten years."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
import pytest

from amanat.errors import Conflict, Malformed
from amanat.server.referrals.rules.calendars import Calendar, DayChange, public_holidays
from amanat.server.referrals.rules.clocks import Happened, Rule, explain, state_of, was_late
from amanat.server.referrals.rules.explanation import recompute

YEARS = range(2020, 2032)
PLACES = {
    "PK": ("Asia/Karachi", frozenset({5, 6})),
    "GB": ("Europe/London", frozenset({5, 6})),
    "EG": ("Africa/Cairo", frozenset({4, 5})),
}
LONG_AGO = datetime(2019, 1, 1, tzinfo=UTC)
LAW = "Invented Act, section 7"


@cache
def calendar_of(country: str) -> Calendar:
    zone, weekend = PLACES[country]
    days = public_holidays(country=country, subdivision="", years=YEARS)
    changes = tuple(DayChange(day, "holiday", name, LONG_AGO) for day, name in days.items())
    return Calendar(zone, weekend, changes)


@cache
def free_days(country: str) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=YEARS))


def by_hand(country: str, start: date, days: int, counting: str) -> date:
    """The due day, counted as somebody with a wall calendar would."""
    weekend = PLACES[country][1]

    def works(day: date) -> bool:
        return day.weekday() not in weekend and day not in free_days(country)

    day = start
    if counting == "calendar":
        day += timedelta(days=days)
        while not works(day):
            day += timedelta(days=1)
        return day
    while days:
        day += timedelta(days=1)
        days -= works(day)
    return day


def there(country: str, day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(PLACES[country][0]))


@pytest.mark.parametrize("counting", ["working", "calendar"])
@pytest.mark.parametrize("country", PLACES)
def test_ten_years_of_due_dates_are_those_counted_by_hand(country: str, counting: str) -> None:
    calendar = calendar_of(country)
    first = date(2021, 1, 1)
    for offset in range(0, 3652, 5):
        start, days = first + timedelta(days=offset), (1, 3, 15, 30)[offset // 5 % 4]
        explanation = explain(
            Rule(days, counting, LAW), [Happened("started", there(country, start))], calendar
        )
        expected = by_hand(country, start, days, counting)
        assert explanation.due_day == expected, (start, days)
        # The last second of the day is in time, the next one is not.
        last = there(country, expected, 23).replace(minute=59, second=59)
        assert explanation.due - last.astimezone(UTC) <= timedelta(hours=1, seconds=1)
        assert explanation.due.astimezone(ZoneInfo(calendar.timezone)).date() > expected
        assert last.astimezone(UTC) < explanation.due
        assert recompute(explanation) == explanation.due


def test_ten_years_hold_weekends_holidays_and_nights_on_which_the_clocks_change() -> None:
    egypt, britain = calendar_of("EG"), calendar_of("GB")
    assert not egypt.day(date(2026, 5, 8)).is_working
    assert egypt.day(date(2026, 5, 10)).is_working
    assert not britain.day(date(2026, 12, 28)).is_working
    over_the_change = [
        explain(Rule(1, "calendar", LAW, rolls=False), [Happened("started", there("GB", day))], britain).due
        for day in (date(2026, 3, 27), date(2026, 3, 28), date(2026, 3, 29))
    ]
    assert [moment.hour for moment in over_the_change] == [0, 23, 23]


@pytest.mark.parametrize(
    ("start", "days", "counting", "rolls", "due"),
    [
        ("2026-05-04", 1, "working", True, "2026-05-05"),
        ("2026-05-07", 1, "working", True, "2026-05-08"),
        ("2026-05-08", 1, "working", True, "2026-05-11"),
        ("2026-05-09", 1, "working", True, "2026-05-11"),
        ("2026-05-08", 1, "calendar", True, "2026-05-11"),
        ("2026-05-08", 1, "calendar", False, "2026-05-09"),
        ("2026-05-08", 4, "calendar", True, "2026-05-12"),
    ],
)
def test_the_day_it_starts_is_not_counted(
    start: str, days: int, counting: str, rolls: bool, due: str
) -> None:
    calendar = Calendar("Asia/Karachi", frozenset({5, 6}))
    started = Happened("started", there("PK", date.fromisoformat(start)))
    assert explain(Rule(days, counting, LAW, rolls=rolls), [started], calendar).due_day == date.fromisoformat(
        due
    )


def test_the_day_is_the_day_of_the_place_and_not_of_the_server() -> None:
    calendar = Calendar("Asia/Karachi", frozenset({5, 6}))
    late_on_thursday = datetime(2026, 5, 7, 18, 59, tzinfo=UTC)
    for moment, due in ((late_on_thursday, 8), (late_on_thursday + timedelta(minutes=1), 11)):
        explanation = explain(Rule(1, "working", LAW), [Happened("started", moment)], calendar)
        assert explanation.due_day == date(2026, 5, due)


def test_a_pause_over_a_holiday_and_a_weekend_counts_no_day_twice() -> None:
    holiday = DayChange(date(2026, 5, 7), "holiday", "A local day", LONG_AGO)
    calendar = Calendar("Asia/Karachi", frozenset({5, 6}), (holiday,))
    events = [
        Happened("started", there("PK", date(2026, 5, 4))),
        Happened("paused", there("PK", date(2026, 5, 6)), "safety", "Bilal"),
        Happened("resumed", there("PK", date(2026, 5, 11)), by="Bilal"),
    ]
    assert explain(Rule(3, "working", LAW), events, calendar).due_day == date(2026, 5, 13)


def test_an_institution_paused_for_ever_has_no_due_date_and_the_days_that_are_left() -> None:
    events = [
        Happened("started", there("PK", date(2026, 5, 4))),
        Happened("paused", there("PK", date(2026, 5, 6)), "safety", "Bilal"),
        Happened("extended", there("PK", date(2026, 5, 20)), "law", "Chandni", 2),
    ]
    explanation = explain(Rule(5, "working", LAW), events, Calendar("Asia/Karachi", frozenset({5, 6})))
    assert (explanation.due, explanation.is_waiting) == (None, True)
    assert (explanation.steps[-1].days, explanation.steps[-1].total) == (6, 1)


@pytest.mark.parametrize(
    "order",
    [
        [],
        ["paused"],
        ["started", "started"],
        ["started", "resumed"],
        ["started", "paused", "paused"],
        ["started", "stopped", "extended"],
        ["started", "lapsed", "extended"],
        ["started", "lapsed", "paused"],
        ["started", "paused", "lapsed"],
        ["started", "stopped", "stopped"],
        ["started", "nonsense"],
    ],
)
def test_events_in_no_possible_order_are_refused(order: list[str]) -> None:
    moment = there("PK", date(2026, 5, 4))
    events = [Happened(kind, moment, days=1) for kind in order]
    with pytest.raises(Conflict):
        state_of(events)
    with pytest.raises(Conflict):
        explain(Rule(5, "working", LAW), events, Calendar("UTC", frozenset({5, 6})))


def test_events_that_go_back_in_time_are_refused() -> None:
    moment = there("PK", date(2026, 5, 4))
    with pytest.raises(Conflict):
        state_of([Happened("started", moment), Happened("paused", moment - timedelta(seconds=1))])


def test_what_the_jobs_write_beside_changes_no_state() -> None:
    moment = there("PK", date(2026, 5, 4))
    beside = [Happened(kind, moment) for kind in ("moved", "reminded", "escalated")]
    assert state_of([Happened("started", moment), *beside, Happened("lapsed", moment), *beside]) == "lapsed"
    assert was_late([Happened("started", moment), Happened("lapsed", moment), Happened("stopped", moment)])
    assert not was_late([Happened("started", moment), Happened("stopped", moment)])


@pytest.mark.parametrize(("days", "counting", "on"), [(0, "working", "sent"), (401, "working", "sent")])
def test_a_rule_that_is_none_is_refused(days: int, counting: str, on: str) -> None:
    with pytest.raises(Malformed):
        Rule(days, counting, LAW, on)
    for wrong in ({"counting": "moons"}, {"starts_on": "never"}):
        with pytest.raises(Malformed):
            Rule(**{"days": 1, "counting": "working", "law": LAW} | wrong)
