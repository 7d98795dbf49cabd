from datetime import UTC, date, datetime, timedelta

import pytest

from amanat.server.referrals.rules.calendars import Calendar, DayChange, end_of_day
from amanat.server.referrals.rules.reminders import escalation_moment, reminder_moment

HOLIDAY = DayChange(date(2026, 5, 7), "holiday", "A local day", datetime(2026, 1, 1, tzinfo=UTC))
PLACE = Calendar("Asia/Karachi", frozenset({5, 6}), (HOLIDAY,))
# Monday 11 May.
DUE = end_of_day(date(2026, 5, 11), "Asia/Karachi")


def beginning(day: str) -> datetime:
    return end_of_day(date.fromisoformat(day) - timedelta(days=1), "Asia/Karachi")


@pytest.mark.parametrize(
    ("days", "day"), [(0, "2026-05-11"), (1, "2026-05-08"), (2, "2026-05-06"), (3, "2026-05-05")]
)
def test_a_reminder_comes_working_days_before_over_weekend_and_holiday(days: int, day: str) -> None:
    assert reminder_moment(DUE, days=days, calendar=PLACE) == beginning(day)


@pytest.mark.parametrize(("level", "day"), [(2, "2026-05-14"), (3, "2026-05-19")])
def test_the_next_above_is_told_working_days_after_the_lapse(level: int, day: str) -> None:
    expected = end_of_day(date.fromisoformat(day), "Asia/Karachi")
    assert escalation_moment(DUE, level=level, days=3, calendar=PLACE) == expected


def test_the_first_above_is_told_at_the_lapse() -> None:
    assert escalation_moment(DUE, level=1, days=3, calendar=PLACE) == DUE


def test_a_calendar_in_which_nobody_ever_works_is_not_searched_for_ever() -> None:
    assert reminder_moment(DUE, days=3, calendar=Calendar("UTC", frozenset(range(7)))) < DUE
