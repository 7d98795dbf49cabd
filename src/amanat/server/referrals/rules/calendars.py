"""Working days of a place: its weekend, its holidays and what was changed locally. Pure functions.

A calendar is data: every day that differs from the plain week is a `DayChange` with the moment it was added,
those of the `holidays` package too. So a due date can be counted again in ten years, whatever that package
says then, and a holiday that is added later leaves a trace like any other.

What is added later never shortens a clock: a day becomes a working day only when that is said before the day
begins. Of two changes of one day the later one holds. Shown right by
`tests/server/referrals/rules/test_calendars.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from zoneinfo import ZoneInfo, available_timezones

import holidays
from holidays.version import __version__ as holidays_version

from amanat.errors import Malformed

__all__ = [
    "EFFECTS",
    "HOLIDAY",
    "USUAL",
    "WORKING",
    "Calendar",
    "Day",
    "DayChange",
    "check_place",
    "comes_too_late",
    "end_of_day",
    "local_day",
    "package_source",
    "public_holidays",
    "timezones",
]

HOLIDAY, WORKING, USUAL = "holiday", "working", "usual"
EFFECTS = (HOLIDAY, WORKING, USUAL)


@dataclass(frozen=True, slots=True)
class DayChange:
    """One day that differs: a holiday, a working day, or again as the week has it (`usual`)."""

    day: date
    effect: str
    reason: str
    added: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """Whether a day counts as a working day, and why: `why` is a change's reason, or empty for the week."""

    is_working: bool
    why: str = ""


@dataclass(frozen=True)
class Calendar:
    """The working calendar of a place; `weekend` has numbers of days, Monday is 0."""

    timezone: str
    weekend: frozenset[int]
    changes: tuple[DayChange, ...] = field(default=(), repr=False)

    @cached_property
    def _days(self) -> dict[date, Day]:
        days: dict[date, Day] = {}
        for change in sorted(self.changes, key=lambda change: change.added):
            before = days.get(change.day, self._of_the_week(change.day))
            after = self._changed(change)
            if before.is_working or not after.is_working or not comes_too_late(change, self.timezone):
                days[change.day] = after
        return days

    def day(self, day: date) -> Day:
        """What a day is here."""
        return self._days.get(day) or self._of_the_week(day)

    def refuses(self, change: DayChange) -> bool:
        """Whether a change has no effect, because it would take a day off that has begun."""
        takes = not self.day(change.day).is_working and self._changed(change).is_working
        return takes and comes_too_late(change, self.timezone)

    def working_days_after(self, day: date) -> Iterator[date]:
        """The working days after a day, without end."""
        while True:
            day += timedelta(days=1)
            if self.day(day).is_working:
                yield day

    def _of_the_week(self, day: date) -> Day:
        return Day(day.weekday() not in self.weekend)

    def _changed(self, change: DayChange) -> Day:
        if change.effect == USUAL:
            return self._of_the_week(change.day)
        return Day(change.effect == WORKING, change.reason)


def comes_too_late(change: DayChange, timezone: str) -> bool:
    """Whether a change was added when its day had begun: then it may free the day, never take it."""
    return local_day(change.added, timezone) >= change.day


def local_day(moment: datetime, timezone: str) -> date:
    """The day on which a moment falls in a place."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def end_of_day(day: date, timezone: str) -> datetime:
    """The moment a day ends in a place: the first one of the next day, in UTC.

    Where the clocks are put forward at midnight that moment is the change itself; where they are put back
    over midnight it is the first of the two.
    """
    local = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(timezone))
    return local.astimezone(ZoneInfo("UTC"))


def check_place(*, country: str, subdivision: str, timezone: str) -> None:
    """Raises `Malformed` for a country, subdivision or time zone that is not known; empty is no country."""
    if timezone not in timezones():
        hint = "Write it as Asia/Karachi or Europe/London."
        raise Malformed("no such time zone", where="timezone", hint=hint)
    known = holidays.list_supported_countries()
    if country and country not in known:
        hint = "Write two capital letters, or nothing and add the holidays by hand."
        raise Malformed("no holidays are known for this country", where="country", hint=hint)
    if subdivision and subdivision not in known.get(country, []):
        hint = f"Known there: {', '.join(known.get(country, [])) or 'none'}."
        raise Malformed("no such part of the country", where="subdivision", hint=hint)


@cache
def timezones() -> frozenset[str]:
    """The names of all time zones; read once, because that takes a fifth of a second."""
    return frozenset(available_timezones())


def package_source() -> str:
    """What a holiday from the package is said to come from."""
    return f"holidays {holidays_version}"


def public_holidays(
    *, country: str, subdivision: str, years: range, languages: tuple[str, ...] = ("en", "ur")
) -> dict[date, str]:
    """The public holidays of a place by day, named in each of the languages that the package has."""
    if not country:
        return {}
    supported = holidays.country_holidays(country).supported_languages
    names: dict[date, list[str]] = {}
    for language in languages:
        chosen = next((code for code in supported if code.split("_")[0] == language), None)
        if chosen or language == "en":
            found = holidays.country_holidays(
                country, subdiv=subdivision or None, years=years, language=chosen, observed=True
            )
            for day, name in found.items():
                if name not in names.setdefault(day, []):
                    names[day].append(name)
    return {day: " · ".join(found) for day, found in sorted(names.items())}
