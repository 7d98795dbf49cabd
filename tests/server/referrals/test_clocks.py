from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Malformed, NotFound
from amanat.server.referrals.actions import clocks
from amanat.server.referrals.models import Clock, ClockEvent, DayChange
from amanat.server.referrals.queries.clocks import explanation_of, preview
from server.makers import make_person
from server.referrals.places import MONDAY, change_day, give_clock, make_institution

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def started(**given: object) -> Clock:
    institution = make_institution()
    give_clock(institution, **given)
    return clocks.start(by=None, now=MONDAY, institution=institution, request="investigation")


def moved_by(clock: Clock, change: DayChange, now: datetime) -> int:
    return clocks.move(now=now, calendar=clock.calendar, changes=[change])


def kinds(clock: Clock) -> list[str]:
    return list(clock.events.order_by("seq").values_list("kind", flat=True))


def test_a_clock_starts_with_its_due_date_and_explains_it() -> None:
    clock = started()
    assert clock.due == at("2026-05-11T19:00")
    assert explanation_of(clock).due == clock.due
    assert kinds(clock) == ["started"]
    assert preview(clock.institution, "investigation", now=MONDAY).due == clock.due


def test_a_clock_does_not_start_where_no_law_is_entered_or_with_another_date_than_was_shown() -> None:
    institution = make_institution()
    with pytest.raises(NotFound):
        clocks.start(by=None, now=MONDAY, institution=institution, request="investigation")
    give_clock(institution)
    shown = preview(institution, "investigation", now=MONDAY).due
    with pytest.raises(Conflict):
        clocks.start(by=None, now=MONDAY + DAY, institution=institution, request="investigation", due=shown)
    assert not Clock.objects.exists()


def test_a_pause_takes_the_due_date_away_and_gives_a_later_one() -> None:
    clock, bilal = started(), make_person().member
    paused = clocks.pause(by=bilal, now=MONDAY + DAY, clock=clock, reason="information_requested")
    assert (paused.state, paused.due, paused.look) == ("paused", None, None)
    assert explanation_of(paused).is_waiting
    resumed = clocks.resume(by=bilal, now=MONDAY + 2 * DAY, clock=clock)
    assert (resumed.state, resumed.due) == ("running", at("2026-05-13T19:00"))


def test_an_extension_adds_days_with_its_reason_and_its_author() -> None:
    clock, bilal = started(), make_person().member
    extended = clocks.extend(by=bilal, now=MONDAY + DAY, clock=clock, days=3, reason="court_order")
    assert extended.due == at("2026-05-14T19:00")
    event = clock.events.get(kind="extended")
    assert (event.author, event.reason, event.days, event.due) == (bilal, "court_order", 3, extended.due)
    for wrong in ({"days": 0}, {"days": 401}, {"reason": "because"}):
        with pytest.raises(Malformed):
            clocks.extend(by=bilal, now=MONDAY + DAY, clock=clock, **{"days": 1, "reason": "law"} | wrong)


def test_a_clock_that_has_lapsed_is_not_extended_even_before_that_is_marked() -> None:
    clock, bilal = started(), make_person().member
    with pytest.raises(Conflict):
        clocks.extend(by=bilal, now=clock.due, clock=clock, days=1, reason="agreed")
    assert kinds(clock) == ["started"]


def test_a_late_answer_stops_the_clock_and_the_lapse_stays() -> None:
    clock = started()
    stopped = clocks.stop(by=None, now=clock.due + DAY, clock=clock)
    assert stopped.state == "stopped"
    assert kinds(clock) == ["started", "lapsed", "stopped"]
    assert clock.events.get(kind="lapsed").at == clock.due
    with pytest.raises(Conflict):
        clocks.stop(by=None, now=clock.due + DAY, clock=clock)


def test_an_answer_in_time_stops_the_clock_for_good() -> None:
    clock = started()
    stopped = clocks.stop(by=None, now=clock.due - timedelta(seconds=1), clock=clock)
    assert (stopped.state, stopped.look, kinds(clock)) == ("stopped", None, ["started", "stopped"])


def test_a_holiday_that_is_added_moves_the_clocks_that_run_over_it_and_leaves_a_trace() -> None:
    clock = started()
    change = change_day(clock.calendar, date(2026, 5, 7), "holiday", added=MONDAY + 2 * DAY)
    assert moved_by(clock, change, MONDAY + 2 * DAY) == 1
    clock.refresh_from_db()
    assert clock.due == at("2026-05-12T19:00")
    event = clock.events.get(kind="moved")
    assert (event.change, event.due) == (change, clock.due)
    assert any(step.reason == "said so" for step in explanation_of(clock).steps)
    assert moved_by(clock, change, MONDAY + 2 * DAY) == 0


def test_a_holiday_on_a_weekend_or_after_the_due_date_moves_nothing() -> None:
    clock = started()
    for day in (date(2026, 5, 9), date(2026, 5, 12), date(2026, 5, 1)):
        assert moved_by(clock, change_day(clock.calendar, day, "holiday"), MONDAY) == 0
    assert kinds(clock) == ["started"]


def test_a_holiday_added_after_the_due_date_does_not_undo_a_lapse() -> None:
    clock = started()
    change = change_day(clock.calendar, date(2026, 5, 7), "holiday", added=clock.due)
    assert moved_by(clock, change, clock.due) == 0


def test_looking_reminds_once_then_marks_the_lapse_then_goes_up_to_the_top() -> None:
    ministry = make_institution("Ministry", kind="ministry")
    chief = make_institution("Chief of police", overseen_by=ministry)
    clock = started()
    clock.institution.overseen_by = chief
    clock.institution.save()
    assert clock.look == at("2026-05-06T19:00")
    assert not clocks.look_at(now=clock.look - timedelta(seconds=1), clock_id=clock.pk)
    far = clock.due + 60 * DAY
    for _ in range(10):
        clocks.look_at(now=far, clock_id=clock.pk)
    assert kinds(clock) == ["started", "lapsed", "escalated", "escalated"]
    told = [event.told for event in clock.events.filter(kind="escalated").order_by("seq")]
    assert told == [chief, ministry]
    moments = list(clock.events.filter(kind="escalated").order_by("seq").values_list("at", flat=True))
    assert moments == [clock.due, at("2026-05-18T19:00")]
    clock.refresh_from_db()
    assert (clock.state, clock.look) == ("lapsed", None)


def test_looking_in_time_reminds_and_then_waits_for_the_due_date() -> None:
    clock = started()
    assert clocks.look_at(now=at("2026-05-06T19:00"), clock_id=clock.pk)
    assert not clocks.look_at(now=at("2026-05-06T19:00"), clock_id=clock.pk)
    clock.refresh_from_db()
    assert (clock.look, kinds(clock)) == (clock.due, ["started", "reminded"])


def test_the_database_itself_holds_one_event_of_each_number_and_a_date_for_a_running_clock() -> None:
    clock = started()
    with pytest.raises(IntegrityError), transaction.atomic():
        ClockEvent.objects.create(clock=clock, seq=0, kind="stopped", at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.filter(pk=clock.pk).update(due=None)
