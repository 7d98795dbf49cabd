from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from amanat.server.referrals.rules.calendars import Calendar, DayChange
from amanat.server.referrals.rules.clocks import EVENTS, REASONS, STARTS, STATES, Happened, Rule, explain
from amanat.server.referrals.rules.explanation import Explanation
from amanat.server.referrals.rules.wording import (
    EVENT_NAMES,
    REASON_NAMES,
    START_NAMES,
    STATE_NAMES,
    in_words,
    moment_there,
)

MONDAY = datetime(2026, 5, 4, 5, tzinfo=UTC)
DAY = timedelta(days=1)
HOLIDAY = DayChange(date(2026, 5, 13), "holiday", "Day of the orchards", MONDAY)
WORKS = DayChange(date(2026, 5, 16), "working", "Instead of Wednesday", MONDAY)
PLACE = Calendar("Asia/Karachi", frozenset({5, 6}), (HOLIDAY, WORKS))


def told(counting: str = "working", days: int = 7, *, paused: bool = False) -> Explanation:
    events = [Happened("started", MONDAY), Happened("paused", MONDAY + DAY, "safety", "Bilal")]
    if not paused:
        events += [
            Happened("resumed", MONDAY + 2 * DAY, by="Bilal"),
            Happened("extended", MONDAY + 3 * DAY, "court_order", "Chandni", 1),
        ]
    return explain(Rule(days, counting, "Invented Act", "delivered"), events, PLACE)


def test_a_due_date_says_in_words_how_it_came_to_be() -> None:
    assert list(in_words(told())) == [
        "It was delivered on Monday 4 May 2026. That day is not counted.",
        "The law gives 7 working days.",
        "On Thursday 7 May 2026 Chandni added 1 day: a court ordered it. That makes 8.",
        "Tuesday 5 May 2026 to Wednesday 6 May 2026: not counted. The clock stood still, because for "
        "somebody's safety (Bilal).",
        "Thursday 7 May 2026 to Friday 8 May 2026: 2 days. Counted so far: 2 of 8.",
        "Saturday 9 May 2026 to Sunday 10 May 2026: not counted, weekend.",
        "Monday 11 May 2026 to Tuesday 12 May 2026: 2 days. Counted so far: 4 of 8.",
        "Wednesday 13 May 2026: not counted, Day of the orchards.",
        "Thursday 14 May 2026 to Friday 15 May 2026: 2 days. Counted so far: 6 of 8.",
        "Saturday 16 May 2026: 1 day. Counted so far: 7 of 8. A working day here: Instead of Wednesday.",
        "Sunday 17 May 2026: not counted, weekend.",
        "Monday 18 May 2026: 1 day. Counted so far: 8 of 8.",
        "It is due by the end of Monday 18 May 2026, time of Asia/Karachi.",
    ]


def test_a_last_day_that_moves_and_a_clock_that_stands_say_so() -> None:
    moved = list(in_words(told("calendar", 3)))
    assert moved[-3:-1] == [
        "The last day, Sunday 10 May 2026, is no working day (weekend): the next working day counts.",
        "The next working day is Monday 11 May 2026.",
    ]
    standing = list(in_words(told(paused=True)))
    assert standing[-1].endswith("7 days are left, and there is no due date until it runs on.")


@pytest.mark.parametrize("explanation", [told(), told("calendar", 3), told(paused=True)])
def test_every_step_is_said_in_urdu_with_the_same_numbers(explanation: Explanation) -> None:
    english = list(in_words(explanation))
    with translation.override("ur"):
        urdu = list(in_words(explanation))
    assert len(urdu) == len(english) == len(explanation.steps)
    for one, other in zip(english, urdu, strict=True):
        assert any("\u0600" <= letter <= "\u06ff" for letter in other), other
        assert sorted(filter(str.isdigit, one)) == sorted(filter(str.isdigit, other))


def test_every_state_event_reason_and_start_has_a_name() -> None:
    assert {*STATE_NAMES} == {*STATES}
    assert {*EVENT_NAMES} == {*EVENTS}
    assert {*REASON_NAMES} == {*REASONS}
    assert {*START_NAMES} == {*STARTS}


def test_a_moment_is_shown_with_the_time_of_its_place() -> None:
    assert moment_there(MONDAY, "Asia/Karachi") == "4 May 2026, 10:00 (Asia/Karachi)"
