"""What a clock and its due date say in words, in the language of the moment.

Names of weekdays and months come from Django, sentences from the catalogue; reasons that people wrote about
a calendar stand as they were written. Shown right by `tests/server/referrals/rules/test_wording.py`.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from amanat.server.referrals.rules import clocks
from amanat.server.referrals.rules import explanation as told
from amanat.server.referrals.rules.explanation import Explanation, Step

__all__ = [
    "COUNTING_NAMES",
    "EVENT_NAMES",
    "REASON_NAMES",
    "START_NAMES",
    "STATE_NAMES",
    "in_words",
    "long_day",
    "moment_there",
]

COUNTING_NAMES = {
    clocks.WORKING_DAYS: gettext_lazy("working days"),
    clocks.CALENDAR_DAYS: gettext_lazy("calendar days"),
}
START_NAMES = {
    clocks.SENT: gettext_lazy("when it is sent"),
    clocks.DELIVERED: gettext_lazy("when it is delivered"),
    clocks.ACKNOWLEDGED: gettext_lazy("when it is acknowledged"),
}
STATE_NAMES = {
    clocks.RUNNING: gettext_lazy("The clock runs"),
    clocks.PAUSED: gettext_lazy("The clock stands still"),
    clocks.STOPPED: gettext_lazy("Answered"),
    clocks.LAPSED: gettext_lazy("The time is over without an answer"),
}
EVENT_NAMES = {
    clocks.STARTED: gettext_lazy("The clock started"),
    clocks.PAUSED: gettext_lazy("The clock was stopped for a while"),
    clocks.RESUMED: gettext_lazy("The clock ran on"),
    clocks.EXTENDED: gettext_lazy("Days were added"),
    clocks.STOPPED: gettext_lazy("An answer came"),
    clocks.LAPSED: gettext_lazy("The time ended without an answer"),
    clocks.MOVED: gettext_lazy("The calendar changed, and with it the date"),
    clocks.REMINDED: gettext_lazy("Time to remind the institution"),
    clocks.ESCALATED: gettext_lazy("Time to tell the body that oversees it"),
}
REASON_NAMES: dict[str, str | Promise] = {
    "information_requested": gettext_lazy("it asked for more information"),
    "institution_asked": gettext_lazy("the institution asked for it"),
    "another_body": gettext_lazy("another body has to act first"),
    "court_order": gettext_lazy("a court ordered it"),
    "safety": gettext_lazy("for somebody's safety"),
    "law": gettext_lazy("the law says so"),
    "agreed": gettext_lazy("it was agreed"),
}
_FIRST = {
    clocks.SENT: gettext_lazy("It was sent on %(day)s. That day is not counted."),
    clocks.DELIVERED: gettext_lazy("It was delivered on %(day)s. That day is not counted."),
    clocks.ACKNOWLEDGED: gettext_lazy("It was acknowledged on %(day)s. That day is not counted."),
}


def in_words(explanation: Explanation) -> list[str]:
    """One sentence for each step."""
    return [_STEPS[step.kind](explanation, step) for step in explanation.steps]


def long_day(day: date) -> str:
    """A day with its weekday: "Monday 4 May 2026"."""
    return date_format(day, "l j F Y")


def moment_there(moment: datetime, timezone: str) -> str:
    """A moment as the clocks of its place show it: "4 May 2026, 15:00 (Asia/Karachi)"."""
    there = moment.astimezone(ZoneInfo(timezone))
    return f"{date_format(there.date(), 'j F Y')}, {there:%H:%M} ({timezone})"


def _starts(explanation: Explanation, step: Step) -> str:
    return str(_FIRST[explanation.starts_on]) % {"day": long_day(step.first)}


def _allows(explanation: Explanation, step: Step) -> str:
    if explanation.counting == clocks.WORKING_DAYS:
        text = ngettext(
            "The law gives %(days)d working day.", "The law gives %(days)d working days.", step.days
        )
    else:
        text = ngettext(
            "The law gives %(days)d calendar day.", "The law gives %(days)d calendar days.", step.days
        )
    return text % {"days": step.days}


def _extends(_explanation: Explanation, step: Step) -> str:
    text = ngettext(
        "On %(day)s %(by)s added %(days)d day: %(reason)s. That makes %(total)d.",
        "On %(day)s %(by)s added %(days)d days: %(reason)s. That makes %(total)d.",
        step.days,
    )
    return text % {
        "day": long_day(step.first),
        "by": step.by or _("the clock"),
        "days": step.days,
        "reason": REASON_NAMES.get(step.reason, step.reason),
        "total": step.total,
    }


def _counts(explanation: Explanation, step: Step) -> str:
    allowed = _allowed(explanation)
    text = ngettext(
        "%(span)s: %(days)d day. Counted so far: %(total)d of %(allowed)d.",
        "%(span)s: %(days)d days. Counted so far: %(total)d of %(allowed)d.",
        step.days,
    )
    said = text % {"span": _span(step), "days": step.days, "total": step.total, "allowed": allowed}
    return (
        said + " " + _("A working day here: %(reason)s.") % {"reason": step.reason} if step.reason else said
    )


def _skips(_explanation: Explanation, step: Step) -> str:
    reason = step.reason or _("weekend")
    return _("%(span)s: not counted, %(reason)s.") % {"span": _span(step), "reason": reason}


def _stands(_explanation: Explanation, step: Step) -> str:
    return _("%(span)s: not counted. The clock stood still, because %(reason)s (%(by)s).") % _why(step)


def _waits(_explanation: Explanation, step: Step) -> str:
    text = ngettext(
        "Since %(span)s the clock stands still, because %(reason)s (%(by)s). %(days)d day is left, "
        "and there is no due date until it runs on.",
        "Since %(span)s the clock stands still, because %(reason)s (%(by)s). %(days)d days are left, "
        "and there is no due date until it runs on.",
        step.days,
    )
    return text % {**_why(step), "days": step.days}


def _moves(_explanation: Explanation, step: Step) -> str:
    reason = step.reason or _("weekend")
    text = _("The last day, %(day)s, is no working day (%(reason)s): the next working day counts.")
    return text % {"day": long_day(step.last), "reason": reason}


def _lands(_explanation: Explanation, step: Step) -> str:
    return _("The next working day is %(day)s.") % {"day": long_day(step.last)}


def _ends(explanation: Explanation, step: Step) -> str:
    text = _("It is due by the end of %(day)s, time of %(timezone)s.")
    return text % {"day": long_day(step.last), "timezone": explanation.timezone}


_STEPS = {
    told.STARTS: _starts,
    told.ALLOWS: _allows,
    told.EXTENDS: _extends,
    told.COUNTS: _counts,
    told.SKIPS: _skips,
    told.STANDS: _stands,
    told.WAITS: _waits,
    told.MOVES: _moves,
    told.LANDS: _lands,
    told.ENDS: _ends,
}


def _span(step: Step) -> str:
    if step.first == step.last:
        return long_day(step.first)
    return _("%(first)s to %(last)s") % {"first": long_day(step.first), "last": long_day(step.last)}


def _why(step: Step) -> dict[str, object]:
    reason = REASON_NAMES.get(step.reason, step.reason)
    return {"span": _span(step), "reason": reason, "by": step.by or _("the clock")}


def _allowed(explanation: Explanation) -> int:
    return sum(step.days for step in explanation.steps if step.kind in {told.ALLOWS, told.EXTENDS})
