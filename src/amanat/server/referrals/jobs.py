"""What the clocks do by themselves: remind, lapse, go a step up; and calendars that take up new holidays.

Each row is a transaction of its own and says when it is to be looked at next, so a job that is killed or runs
twice loses nothing and does nothing twice. The server makes no leaf here: a lapse is provable by absence
(protocol section 4), and a worker's browser writes it down when it next opens the case. Shown right by
`tests/server/referrals/test_jobs.py`.
"""

from datetime import datetime

from django.db.models import Q

from amanat.server.referrals.actions.calendars import YEARS_AHEAD, take_up_holidays
from amanat.server.referrals.actions.clocks import look_at
from amanat.server.referrals.models import Calendar, Clock
from amanat.server.referrals.rules.calendars import package_source

__all__ = ["follow_calendars", "watch_clocks"]

AT_ONCE = 500


def watch_clocks(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Look at every clock that is to be looked at by now; how many there were.

    A clock that nobody watched for long is looked at until it has caught up: it lapses, and every step
    upwards that was missed is taken. One that fails stops no other; its error is raised after them.
    """
    done, failed = 0, dict[int, Exception]()
    while done < limit:
        waiting = Clock.objects.filter(look__lte=now).exclude(pk__in=failed).order_by("look")
        clocks = list(waiting.values_list("pk", flat=True)[: min(100, limit - done)])
        for clock in clocks:
            try:
                done += look_at(now=now, clock_id=clock)
            except Exception as error:
                failed[clock] = error
        if not clocks:
            break
    if failed:
        raise next(iter(failed.values()))
    return done


def follow_calendars(*, now: datetime) -> int:
    """Take up the public holidays of calendars that end too soon or stem from another release."""
    behind = Q(known_until__lt=now.year + YEARS_AHEAD) | ~Q(source=package_source())
    calendars = list(Calendar.objects.filter(behind).values_list("pk", flat=True))
    return sum(take_up_holidays(now=now, calendar_id=calendar) for calendar in calendars)
