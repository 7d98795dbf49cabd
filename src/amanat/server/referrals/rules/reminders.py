"""When a clock is looked at again: to remind before its due date, to mark its lapse, to go a step up after.

A reminder comes some working days before the due day, at its beginning; a lapse with the due date itself;
then after every so many working days the next one of the oversight chain is told. Pure functions. Shown
right by `tests/server/referrals/rules/test_reminders.py`.
"""

from datetime import datetime, timedelta

from amanat.server.referrals.rules.calendars import Calendar, end_of_day, local_day

__all__ = ["escalation_moment", "reminder_moment"]


def reminder_moment(due: datetime, *, days: int, calendar: Calendar) -> datetime:
    """The beginning of the working day that is `days` working days before the due day."""
    day = local_day(due - timedelta(seconds=1), calendar.timezone)
    for _ in range(days):
        day -= timedelta(days=1)
        # The end of it: a calendar without any working day must not be searched for ever.
        for _ in range(31):
            if calendar.day(day).is_working:
                break
            day -= timedelta(days=1)
    return end_of_day(day - timedelta(days=1), calendar.timezone)


def escalation_moment(due: datetime, *, level: int, days: int, calendar: Calendar) -> datetime:
    """When the overseer number `level` (1 is the nearest) is told: at the lapse, then every `days`
    working days later, at the end of the day."""
    if level <= 1:
        return due
    day = local_day(due - timedelta(seconds=1), calendar.timezone)
    following = calendar.working_days_after(day)
    for _ in range(days * (level - 1)):
        day = next(following)
    return end_of_day(day, calendar.timezone)
