"""The pages of the working calendars. Everybody on staff may look; a supervisor changes days.

Shown right by `tests/server/referrals/test_pages.py`.
"""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amanat import clock
from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.server.accounts.access import reader, supervisor
from amanat.server.accounts.models import Member
from amanat.server.accounts.rules import may_supervise
from amanat.server.referrals.actions import calendars as actions
from amanat.server.referrals.forms.institutions import CalendarForm, DayForm
from amanat.server.referrals.models import Calendar
from amanat.server.referrals.queries import institutions as queries
from amanat.server.referrals.rules.calendars import local_day
from amanat.server.referrals.rules.names import EFFECT_NAMES, WEEKDAY_NAMES
from amanat.server.referrals.rules.wording import long_day
from amanat.server.referrals.views.institutions import FORM, told_by

__all__ = ["add", "calendar", "calendars"]


@reader
@require_safe
def calendars(request: HttpRequest) -> HttpResponse:
    """Every calendar."""
    rows = [(row, _weekend(row)) for row in queries.calendars()]
    may_enter = may_supervise(_member(request).role)
    return render(request, "referrals/calendars.html", {"rows": rows, "may_enter": may_enter})


@supervisor
@require_http_methods(FORM)
def add(request: HttpRequest) -> HttpResponse:
    """Make a calendar."""
    form = CalendarForm(request.POST or None)
    if form.is_valid():
        try:
            made = actions.make_calendar(by=_member(request), now=clock.now(), **form.cleaned_data)
        except (Malformed, Conflict) as error:
            told_by(form, error)
        else:
            return redirect("referrals:calendar", made.pk)
    context = {"form": form, "title": _("Make a calendar")}
    return render(request, "referrals/form.html", context, status=400 if form.errors else 200)


@reader
@require_http_methods(FORM)
def calendar(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """The days of one year that differ; a POST of a supervisor changes one more."""
    found, now = queries.calendar(calendar_id), clock.now()
    may_enter = may_supervise(_member(request).role)
    if request.method == "POST" and not may_enter:
        raise NotAllowed(_("This page is not for you."))
    form, moved = DayForm(request.POST or None), None
    if form.is_valid():
        try:
            _change, moved = actions.change_day(
                by=_member(request), now=now, calendar=found, **form.cleaned_data
            )
        except Malformed as error:
            told_by(form, error)
    year = _year(request.GET.get("year", ""), local_day(now, found.timezone).year)
    context = {
        "calendar": found,
        "weekend": _weekend(found),
        "year": year,
        "days": [(row, long_day(row.day)) for row in queries.differing_days(found, year)],
        "effects": EFFECT_NAMES,
        "form": form if may_enter else None,
        "moved": moved,
    }
    return render(request, "referrals/calendar.html", context, status=400 if form.errors else 200)


def _year(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and 2000 <= int(text) <= 2100 else otherwise


def _weekend(row: Calendar) -> list[str]:
    return [str(WEEKDAY_NAMES[int(day)]) for day in row.weekend.split(",") if day]


def _member(request: HttpRequest) -> Member:
    return cast(Member, request.user)
