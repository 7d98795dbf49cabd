"""The worker's day: what must be done today, in the order of urgency; and one clock with its explanation.

Nothing is done in bulk: each row leads to its case. The page works without JavaScript; with it the arrow keys
walk through the rows. Shown right by `tests/server/referrals/test_day.py`.
"""

from datetime import datetime, timedelta
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from amanat import clock
from amanat.errors import NotFound
from amanat.server.accounts.access import reader
from amanat.server.accounts.models import Member
from amanat.server.accounts.queries import has_key
from amanat.server.cases.queries import received_on
from amanat.server.intake.models import Report
from amanat.server.referrals.models import Referral
from amanat.server.referrals.queries import day as queries
from amanat.server.referrals.queries.clocks import explanation_of
from amanat.server.referrals.rules.calendars import local_day
from amanat.server.referrals.rules.names import REQUEST_NAMES
from amanat.server.referrals.rules.wording import EVENT_NAMES, REASON_NAMES, STATE_NAMES, in_words, long_day

__all__ = ["due_date", "group", "today"]

PAGE_ROWS = 50
GROUP_NAMES = {
    queries.OVERDUE: _("Overdue: the time is over without an answer"),
    queries.DUE: _("Due within seven days: remind them"),
    queries.NEW: _("New reports, not yet read"),
    queries.REPLY: _("Reporters who wait for your answer"),
    queries.STANDING: _("Clocks that stand still: see whether they can run on"),
    queries.ANSWERED: _("Answers of the last seven days"),
    queries.OTHERS: _("Waiting for others"),
}


@reader
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """What must be done today."""
    member = cast(Member, request.user)
    if not has_key(member):
        return redirect("accounts:key")
    now = clock.now()
    groups = [
        (found.name, GROUP_NAMES[found.name], found.total, [_row(row, now) for row in found.rows])
        for found in queries.day(member, now=now)
    ]
    nothing = not any(total for _name, _text, total, _rows in groups)
    return render(request, "referrals/day.html", {"groups": groups, "nothing": nothing})


@reader
@require_safe
def group(request: HttpRequest, name: str) -> HttpResponse:
    """One group of the day, whole."""
    if name not in queries.GROUPS:
        raise NotFound("no such group")
    now = clock.now()
    rows = queries.group(name, cast(Member, request.user), now=now)
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "name": name,
        "title": GROUP_NAMES[name],
        "page": page,
        "rows": [_row(row, now) for row in page],
    }
    return render(request, "referrals/day_group.html", context)


@reader
@require_safe
def due_date(request: HttpRequest, report_id: str, referral_id: str) -> HttpResponse:
    """How the due date of one referral came to be, step by step, and what happened to its clock."""
    rows = Referral.objects.select_related("institution", "clock")
    found = rows.filter(pk=referral_id, report_id=report_id).first()
    if found is None or found.clock is None:
        raise NotFound("no such clock")
    events = [
        (event, EVENT_NAMES[event.kind], REASON_NAMES.get(event.reason, ""))
        for event in found.clock.events.select_related("author", "told", "change").order_by("seq")
    ]
    context = {
        "referral": found,
        "request_name": REQUEST_NAMES[found.request],
        "state": STATE_NAMES[found.clock.state],
        "words": in_words(explanation_of(found.clock)),
        "law": found.clock.law,
        "events": events,
    }
    return render(request, "referrals/due_date.html", context)


def _row(row: Any, now: datetime) -> dict[str, Any]:
    if isinstance(row, Report):
        return {"report": row.pk, "received": received_on(row)}
    found: Referral = row
    due = found.clock.due if found.clock else None
    shown: dict[str, Any] = {
        "report": found.report_id,
        "referral": found.pk,
        "institution": found.institution.name,
        "request": REQUEST_NAMES[found.request],
        "has_clock": found.clock is not None,
        "told": getattr(found, "told", None),
    }
    if found.clock and due:
        zone = found.clock.calendar.timezone
        day = local_day(due - timedelta(seconds=1), zone)
        shown |= {"due": long_day(day), "due_day": day, "left": _left((day - local_day(now, zone)).days)}
    return shown


def _left(days: int) -> str:
    if days < 0:
        return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}
    if days == 0:
        return str(_("today"))
    return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
