"""The worker's pages: the inbox and one report. What is inside a report is drawn by the worker's browser.

Shown right by `tests/server/cases/test_views.py`.
"""

from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from amanat.errors import Error, NotAllowed
from amanat.server.accounts.access import reader, signed_in
from amanat.server.accounts.models import Member
from amanat.server.accounts.queries import has_key
from amanat.server.accounts.rules import may_read
from amanat.server.cases import queries, sections
from amanat.server.cases.queries import files
from amanat.server.intake.queries import report as find_report
from amanat.server.intake.rules import ACKNOWLEDGED, CLOSED, ERASED, RECEIVED
from amanat.server.ledger.queries import Standing, standing

__all__ = ["inbox", "report"]

PAGE_ROWS = 50
STATE_NAMES = {
    RECEIVED: _("Not yet read"),
    ACKNOWLEDGED: _("Open"),
    CLOSED: _("Closed"),
    ERASED: _("Erased"),
}


@signed_in
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The reports; whoever reads none, or has no key yet, is led where they belong."""
    member = cast(Member, request.user)
    if not may_read(member.role):
        return redirect("accounts:people")
    if not has_key(member):
        return redirect("accounts:key")
    state = request.GET.get("state", "")
    page = Paginator(queries.inbox(member, state=state), PAGE_ROWS).get_page(request.GET.get("page"))
    counted = queries.counts()
    context = {
        "page": page,
        "rows": [(row, queries.received_on(row), STATE_NAMES[row.state]) for row in page],
        "state": state if state in counted else "",
        "states": [(name, text, counted[name]) for name, text in STATE_NAMES.items()],
        "total": sum(counted.values()),
        "standing": _standing(),
    }
    return render(request, "cases/inbox.html", context)


@reader
@require_safe
def report(request: HttpRequest, report_id: str) -> HttpResponse:
    """One report, still sealed."""
    found = find_report(report_id)
    if not queries.may_open(found, cast(Member, request.user)):
        raise NotAllowed(gettext("The case of this report was taken from you."))
    context = {
        "report": found,
        "case": files.case_of(found),
        "received": queries.received_on(found),
        "states": STATE_NAMES,
        "sections": sections.draw(found, cast(Member, request.user)),
    }
    return render(request, "cases/report.html", context)


def _standing() -> Standing | None:
    """How the log stands; a mistake in its files, which `amanat check` names, must not hide the reports."""
    try:
        return standing()
    except Error:
        return None
