from datetime import date, timedelta
from pathlib import Path

import pytest

from amanat.server import worker
from amanat.server.ledger.models import Entry
from amanat.server.referrals import jobs
from amanat.server.referrals.actions import clocks
from amanat.server.referrals.models import Calendar, Clock, ClockEvent
from server.referrals.places import MONDAY, give_clock, make_calendar, make_institution

pytestmark = pytest.mark.django_db


def started(*, above: int = 0, number: int = 1) -> list[Clock]:
    """Clocks of one institution with so many bodies above it."""
    over = None
    for level in range(above):
        over = make_institution(f"Above {level}", kind="ministry", overseen_by=over)
    police = make_institution(overseen_by=over)
    give_clock(police)
    return [
        clocks.start(by=None, now=MONDAY, institution=police, request="investigation") for _ in range(number)
    ]


def kinds(clock: Clock) -> list[str]:
    return list(clock.events.order_by("seq").values_list("kind", flat=True))


def test_the_worker_watches_the_clocks() -> None:
    assert {jobs.watch_clocks, jobs.follow_calendars} <= set(worker.JOBS)


def test_every_clock_is_reminded_then_lapses_and_goes_up_and_nothing_happens_twice() -> None:
    found = started(above=2, number=3)
    reminder, due = found[0].look, found[0].due
    assert jobs.watch_clocks(now=reminder - timedelta(seconds=1)) == 0
    assert jobs.watch_clocks(now=reminder) == 3
    assert jobs.watch_clocks(now=reminder) == 0
    assert jobs.watch_clocks(now=due) == 6
    assert jobs.watch_clocks(now=due) == 0
    assert jobs.watch_clocks(now=due + timedelta(days=30)) == 3
    assert jobs.watch_clocks(now=due + timedelta(days=900)) == 0
    for clock in found:
        assert kinds(clock) == ["started", "reminded", "lapsed", "escalated", "escalated"]


def test_a_server_that_slept_for_a_year_marks_everything_at_its_own_time() -> None:
    slept, awake = started(above=1, number=2)
    jobs.watch_clocks(now=slept.due + timedelta(days=365))
    assert kinds(slept) == ["started", "lapsed", "escalated"]
    assert slept.events.get(kind="lapsed").at == awake.due


def test_the_server_makes_no_leaf_for_what_a_clock_does(data_folder: Path) -> None:
    started(above=1)
    jobs.watch_clocks(now=MONDAY + timedelta(days=365))
    assert not Entry.objects.exists()
    assert not ClockEvent.objects.exclude(entry=None).exists()


def test_a_limit_is_kept_and_the_rest_comes_next_time() -> None:
    found = started(number=3)
    assert jobs.watch_clocks(now=found[0].due, limit=2) == 2
    assert jobs.watch_clocks(now=found[0].due) == 1


def test_a_clock_that_cannot_be_looked_at_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = started(number=2)
    real = clocks.look_at

    def broken(**given: object) -> bool:
        if given["clock_id"] == first.pk:
            raise ValueError("broken")
        return real(**given)

    monkeypatch.setattr(jobs, "look_at", broken)
    with pytest.raises(ValueError, match="broken"):
        jobs.watch_clocks(now=first.due)
    assert (kinds(first), kinds(second)) == (["started"], ["started", "lapsed"])


def test_calendars_that_end_too_soon_take_up_their_holidays_once() -> None:
    made = make_calendar(country="PK")
    assert jobs.follow_calendars(now=MONDAY) > 20
    assert jobs.follow_calendars(now=MONDAY) == 0
    Calendar.objects.filter(pk=made.pk).update(source="holidays 0.1")
    assert jobs.follow_calendars(now=MONDAY + timedelta(days=1)) == 0
    assert jobs.follow_calendars(now=MONDAY + timedelta(days=400)) > 5


def test_a_holiday_that_is_taken_up_moves_the_clocks_like_any_other() -> None:
    police = make_institution(calendar=make_calendar(country="PK"))
    give_clock(police, days=20)
    clock = clocks.start(by=None, now=MONDAY, institution=police, request="investigation")
    before = clock.due
    jobs.follow_calendars(now=MONDAY + timedelta(hours=1))
    clock.refresh_from_db()
    assert clock.due - before >= timedelta(days=3)
    assert {event.change.day for event in clock.events.filter(kind="moved")} >= {date(2026, 5, 26)}
