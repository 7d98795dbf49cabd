"""The pages of the case files: the list, opening one, one of them, and its recovery. All still sealed.

Shown right by `tests/server/cases/test_files.py` and `tests/stories/test_case_file.py`.
"""

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from amanat.errors import NotAllowed
from amanat.server.accounts.access import reader, signed_in
from amanat.server.accounts.models import Member
from amanat.server.accounts.queries import organisation, readers
from amanat.server.accounts.rules import SUPERVISOR
from amanat.server.cases import queries, sections
from amanat.server.cases.queries import files
from amanat.server.cases.rules import CLOSED, ERASE, ERASED, HELD, MERGED, OPEN, RECOVER
from amanat.server.intake.queries import report as find_report
from amanat.server.intake.rules import ERASED as REPORT_ERASED
from amanat.strict import encode_base64

__all__ = ["CASE_STATE_NAMES", "case", "cases", "new", "recovery"]

PAGE_ROWS = 20
MAX_FREE = 50
CASE_STATE_NAMES = {
    OPEN: _("Open"),
    HELD: _("On hold"),
    CLOSED: _("Closed"),
    MERGED: _("Merged into another"),
    ERASED: _("Erased"),
}
REASON_NAMES = {
    RECOVER: {
        "key-lost": _("A key or passphrase is lost"),
        "worker-away": _("The worker is away"),
        "other": _("Another reason"),
    },
    ERASE: {
        "asked-by-the-person": _("The person asked for it"),
        "kept-long-enough": _("It was kept long enough"),
        "wrongly-kept": _("It should not have been kept"),
        "law": _("The law asks for it"),
    },
}


@reader
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The cases, by what the server may know; titles are opened by the browser."""
    form = files.form().in_language(get_language() or "en")
    chosen = {name: request.GET.get(name, "") for name in ("state", "mine", "category", "district")}
    found = files.case_list(_member(request), **{**chosen, "mine": bool(chosen["mine"])})  # type: ignore[arg-type]
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_listed(row, form["figures"]) for row in page],
        "chosen": chosen,
        "query": "&".join(f"{name}={value}" for name, value in _known(chosen, form).items()),
        "states": [(name, text, count) for name, text, count in _states()],
        "figures": form["figures"],
        "form": form,
    }
    return render(request, "cases/list.html", context)


@reader
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """Open a case from a report and, if wanted, from others."""
    found = find_report(request.GET.get("report", ""))
    there = files.case_of(found)
    if there is not None:
        return redirect("cases:case", there.pk)
    if found.state == REPORT_ERASED or not queries.may_open(found, _member(request)):
        raise NotAllowed(gettext("No case can be opened from this report."))
    founded = organisation()
    context = {
        "report": found,
        "received": queries.received_on(found),
        "free": [(row, queries.received_on(row)) for row in files.free_reports(found)[:MAX_FREE]],
        "mine": files.case_list(_member(request), state=OPEN, mine=True)[:MAX_FREE],
        "colleagues": [
            (key, key.member.role == SUPERVISOR) for key in readers() if key.member_id != _member(request).pk
        ],
        "me": _member(request),
        "recovery": founded.recovery_recipient if founded else "",
        "form": files.form().in_language(get_language() or "en"),
    }
    return render(request, "cases/new.html", context)


@reader
@require_safe
def case(request: HttpRequest, case_id: str) -> HttpResponse:
    """One case, still sealed; whoever holds no grant is led to recovery."""
    found = files.case(case_id)
    holds = found.grants.filter(member=_member(request)).exists()
    form = files.form().in_language(get_language() or "en")
    mine = files.case_list(_member(request), mine=True).exclude(pk=found.pk)
    context = {
        "case": found,
        "holds": holds,
        "opened": files.day_of(found.epoch),
        "state_name": CASE_STATE_NAMES[found.state],
        "states": CASE_STATE_NAMES,
        "form": form,
        "others": mine.filter(state__in=[OPEN, HELD])[:MAX_FREE] if holds else [],
        "reasons": REASON_NAMES[ERASE],
        "sections": sections.on_case() if holds else [],
        "all_reasons": REASON_NAMES[ERASE] | REASON_NAMES[RECOVER],
    }
    return render(request, "cases/case.html", context)


@signed_in
@require_safe
def recovery(request: HttpRequest, case_id: str) -> HttpResponse:
    """Recovery of a case by two people with the recovery key."""
    found = files.case(case_id)
    context = {
        "case": found,
        "reasons": REASON_NAMES[RECOVER],
        "may_read": _member(request).role != "administrator",
    }
    return render(request, "cases/recovery.html", context)


def _listed(row: Any, figures: dict[str, Any]) -> dict[str, Any]:
    """One line of the list; the title and the grant are still sealed."""
    sealed = row.grant is not None and row.title is not None
    return {
        "case": row,
        "opened": files.day_of(row.epoch),
        "state_name": CASE_STATE_NAMES[row.state],
        "grant": encode_base64(bytes(row.grant)) if sealed else "",
        "title": encode_base64(bytes(row.title)) if sealed else "",
        "category": figures["categories"].get(row.category, ""),
        "district": figures["districts"].get(row.district, ""),
    }


def _states() -> list[tuple[str, Any, int]]:
    counted = files.case_counts()
    return [(name, text, counted[name]) for name, text in CASE_STATE_NAMES.items()]


def _known(chosen: dict[str, str], form: dict[str, Any]) -> dict[str, str]:
    """What was chosen and exists, so that nothing else is written into an address."""
    known = {
        "state": CASE_STATE_NAMES.keys(),
        "mine": {"1"},
        "category": form["figures"]["categories"].keys(),
        "district": form["figures"]["districts"].keys(),
    }
    return {name: value for name, value in chosen.items() if value in known[name]}


def _member(request: HttpRequest) -> Member:
    return cast(Member, request.user)
