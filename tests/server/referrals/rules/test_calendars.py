from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from amanat.errors import Malformed
from amanat.server.referrals.rules.calendars import (
    Calendar,
    DayChange,
    check_place,
    end_of_day,
    local_day,
    public_holidays,
)

EARLY = datetime(2020, 1, 1, tzinfo=UTC)


def changed(day: date, effect: str, added: datetime = EARLY, reason: str = "said so") -> DayChange:
    return DayChange(day, effect, reason, added)


@pytest.mark.parametrize("weekend", [frozenset({5, 6}), frozenset({4, 5}), frozenset({4}), frozenset()])
def test_a_plain_week_has_its_weekend_and_nothing_else(weekend: frozenset[int]) -> None:
    calendar = Calendar("Asia/Karachi", weekend)
    for offset in range(14):
        day = date(2026, 5, 4) + timedelta(days=offset)
        assert calendar.day(day).is_working == (day.weekday() not in weekend)


def test_a_holiday_frees_a_day_and_a_working_day_takes_one() -> None:
    friday, saturday = date(2026, 5, 8), date(2026, 5, 9)
    changes = (changed(friday, "holiday"), changed(saturday, "working"))
    calendar = Calendar("Asia/Karachi", frozenset({5, 6}), changes)
    assert not calendar.day(friday).is_working
    assert calendar.day(friday).why == "said so"
    assert calendar.day(saturday).is_working


def test_of_two_changes_of_a_day_the_later_one_holds_in_whatever_order_they_come() -> None:
    day = date(2026, 5, 8)
    first, second = changed(day, "holiday"), changed(day, "usual", EARLY + timedelta(days=1))
    for changes in ((first, second), (second, first)):
        assert Calendar("UTC", frozenset({5, 6}), changes).day(day).is_working


@pytest.mark.parametrize(("added", "works"), [("2026-05-08T18:59:59", True), ("2026-05-08T19:00:00", False)])
def test_a_day_off_becomes_a_working_day_only_before_it_begins_there(added: str, works: bool) -> None:
    saturday, moment = date(2026, 5, 9), datetime.fromisoformat(added).replace(tzinfo=UTC)
    calendar = Calendar("Asia/Karachi", frozenset({5, 6}), (changed(saturday, "working", moment),))
    assert calendar.day(saturday).is_working == works


def test_a_day_that_is_past_can_still_be_freed() -> None:
    friday = date(2026, 5, 8)
    later = changed(friday, "holiday", datetime(2026, 6, 1, tzinfo=UTC))
    assert not Calendar("UTC", frozenset({5, 6}), (later,)).day(friday).is_working


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Asia/Karachi", "2026-05-08", "2026-05-08T19:00:00"),
        ("Europe/London", "2026-03-28", "2026-03-29T00:00:00"),
        ("Europe/London", "2026-03-29", "2026-03-29T23:00:00"),
        ("Europe/London", "2026-10-25", "2026-10-26T00:00:00"),
        # In Cairo the clocks go forward at midnight: the day ends when 00:00 becomes 01:00.
        ("Africa/Cairo", "2024-04-25", "2024-04-25T22:00:00"),
        # And back from 24:00 to 23:00: the day has 25 hours.
        ("Africa/Cairo", "2024-10-31", "2024-10-31T22:00:00"),
        ("Asia/Kathmandu", "2026-05-08", "2026-05-08T18:15:00"),
    ],
)
def test_a_day_ends_with_the_first_moment_of_the_next(zone: str, day: str, expected: str) -> None:
    ended = end_of_day(date.fromisoformat(day), zone)
    assert ended == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    before = ended - timedelta(seconds=1)
    assert local_day(before, zone) == date.fromisoformat(day)
    assert ended.astimezone(ZoneInfo(zone)).date() > date.fromisoformat(day)


def test_public_holidays_are_named_in_both_languages_where_they_are_known() -> None:
    found = public_holidays(country="PK", subdivision="", years=range(2026, 2027))
    assert found[date(2026, 8, 14)].startswith("Independence Day · ")
    assert len(found) >= 10
    assert public_holidays(country="", subdivision="", years=range(2026, 2027)) == {}
    assert date(2026, 12, 26) in public_holidays(country="GB", subdivision="ENG", years=range(2026, 2027))


@pytest.mark.parametrize(
    "wrong", [{"country": "XX"}, {"country": "GB", "subdivision": "XX"}, {"timezone": "Moon"}]
)
def test_a_place_that_nobody_knows_is_refused(wrong: dict[str, str]) -> None:
    check_place(country="GB", subdivision="SCT", timezone="Europe/London")
    check_place(country="", subdivision="", timezone="UTC")
    with pytest.raises(Malformed):
        check_place(**{"country": "GB", "subdivision": "", "timezone": "Europe/London"} | wrong)
