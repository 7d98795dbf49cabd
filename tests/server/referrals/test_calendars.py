from datetime import date, timedelta

import pytest

from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.server.referrals.actions import calendars, clocks
from amanat.server.referrals.models import Calendar, DayChange
from amanat.server.referrals.queries.clocks import calendar_value
from amanat.server.referrals.queries.institutions import differing_days
from server.makers import make_person
from server.referrals.places import MONDAY, give_clock, make_calendar, make_institution

pytestmark = pytest.mark.django_db
PLACE = {"name": "Kohsar", "country": "PK", "timezone": "Asia/Karachi"}


def chandni() -> object:
    return make_person("chandni", "supervisor").member


def test_a_calendar_is_made_with_the_public_holidays_of_its_place() -> None:
    made = calendars.make_calendar(by=chandni(), now=MONDAY, **PLACE)
    assert made.known_until == 2029
    days = {row.day: row for row in differing_days(made, 2026)}
    assert not days[date(2026, 8, 14)].is_working
    assert days[date(2026, 8, 14)].change.source.startswith("holidays ")
    assert not calendar_value(made).day(date(2026, 8, 14)).is_working


def test_only_a_supervisor_makes_and_changes_calendars() -> None:
    bilal, made = make_person().member, make_calendar()
    with pytest.raises(NotAllowed):
        calendars.make_calendar(by=bilal, now=MONDAY, **PLACE | {"name": "Other"})
    with pytest.raises(NotAllowed):
        calendars.change_day(
            by=bilal, now=MONDAY, calendar=made, day=date(2026, 6, 1), effect="holiday", reason="x"
        )


@pytest.mark.parametrize("wrong", [{"country": "XX"}, {"timezone": "Moon"}, {"weekend": range(4)}])
def test_a_calendar_of_no_place_is_not_made(wrong: dict) -> None:
    with pytest.raises(Malformed):
        calendars.make_calendar(by=chandni(), now=MONDAY, **PLACE | wrong)
    assert not Calendar.objects.exists()


def test_a_name_is_given_once() -> None:
    by = chandni()
    calendars.make_calendar(by=by, now=MONDAY, **PLACE)
    with pytest.raises(Conflict):
        calendars.make_calendar(by=by, now=MONDAY, **PLACE)


def test_a_holiday_that_a_supervisor_adds_moves_the_clocks_in_the_same_breath() -> None:
    institution = make_institution()
    give_clock(institution)
    clock = clocks.start(by=None, now=MONDAY, institution=institution, request="investigation")
    change, moved = calendars.change_day(
        by=chandni(),
        now=MONDAY + timedelta(hours=1),
        calendar=institution.calendar,
        day=date(2026, 5, 6),
        effect="holiday",
        reason="Flood",
    )
    assert moved == 1
    assert clock.events.get(kind="moved").change == change


@pytest.mark.parametrize("effect", ["working", "usual"])
def test_a_day_off_that_has_begun_does_not_become_a_working_day(effect: str) -> None:
    by, made = chandni(), make_calendar()
    thursday = date(2026, 5, 7)
    add = {"by": by, "calendar": made, "reason": "said so"}
    calendars.change_day(now=MONDAY, day=thursday, effect="holiday", **add)
    with pytest.raises(Malformed):
        calendars.change_day(now=MONDAY + timedelta(days=3), day=thursday, effect=effect, **add)
    assert DayChange.objects.count() == 1
    calendars.change_day(now=MONDAY + timedelta(days=2), day=thursday, effect=effect, **add)
    assert calendar_value(made).day(thursday).is_working


def test_holidays_are_taken_up_once_and_again_when_a_year_has_passed() -> None:
    made = calendars.make_calendar(by=None, now=MONDAY, **PLACE)
    before = DayChange.objects.count()
    assert calendars.take_up_holidays(now=MONDAY + timedelta(days=1), calendar_id=made.pk) == 0
    assert calendars.take_up_holidays(now=MONDAY + timedelta(days=366), calendar_id=made.pk) > 5
    made.refresh_from_db()
    assert made.known_until == 2030
    assert DayChange.objects.count() > before


def test_what_a_person_said_of_a_day_is_not_overruled_by_the_package() -> None:
    made = calendars.make_calendar(by=None, now=MONDAY, **PLACE)
    independence = date(2026, 8, 14)
    calendars.change_day(
        by=chandni(), now=MONDAY, calendar=made, day=independence, effect="working", reason="moved"
    )
    calendars.take_up_holidays(now=MONDAY + timedelta(days=1), calendar_id=made.pk)
    assert calendar_value(made).day(independence).is_working


def test_a_holiday_that_a_new_release_has_not_any_more_is_a_plain_day_if_it_has_not_begun() -> None:
    made = calendars.make_calendar(by=None, now=MONDAY, **PLACE)
    past, future = date(2026, 5, 4), date(2026, 5, 12)
    for day in (past, future):
        DayChange.objects.create(
            calendar=made, day=day, effect="holiday", reason="An estimate", source="holidays 0", added=MONDAY
        )
    later = MONDAY + timedelta(days=1)
    assert calendars.take_up_holidays(now=later, calendar_id=made.pk) == 1
    assert not calendar_value(made).day(past).is_working
    assert calendar_value(made).day(future).is_working
