"""Institutions with calendars and clocks, for the tests of the referrals."""

from datetime import UTC, date, datetime
from typing import Any

from server.makers import NOW

# A Monday morning in Karachi.
MONDAY = datetime(2026, 5, 4, 5, 0, tzinfo=UTC)


def make_calendar(name: str = "Kohsar", **given: Any) -> Any:
    from amanat.server.referrals.models import Calendar

    return Calendar.objects.create(**{"name": name, "timezone": "Asia/Karachi", "weekend": "5,6"} | given)


def make_institution(name: str = "Police of Kohsar", **given: Any) -> Any:
    from amanat.server.referrals.models import Calendar, Institution

    calendar = given.pop("calendar", None) or Calendar.objects.first() or make_calendar()
    return Institution.objects.create(
        **{"name": name, "kind": "police", "jurisdiction": "Kohsar", "calendar": calendar} | given
    )


def give_clock(institution: Any, **given: Any) -> Any:
    from amanat.server.referrals.models import StatutoryClock

    usual = {
        "request": "investigation",
        "days": 5,
        "counting": "working",
        "starts_on": "sent",
        "law": "Invented Act, section 7: within five working days",
        "remind_days": 2,
        "escalate_days": 5,
        "added": NOW,
    }
    return StatutoryClock.objects.create(institution=institution, **usual | given)


def change_day(calendar: Any, day: date, effect: str, *, added: datetime = NOW) -> Any:
    """A change that a package knew; those of people go through the actions."""
    from amanat.server.referrals.models import DayChange

    return DayChange.objects.create(
        calendar=calendar, day=day, effect=effect, reason="said so", source="test", added=added
    )
