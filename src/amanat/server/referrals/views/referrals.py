"""What a worker's browser asks for and sends about the referrals of one report.

They are drawn in a section of the report's page; what is inside is sealed and opened there. Shown right by
`tests/server/referrals/test_worker_views.py`.
"""

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from amanat import clock
from amanat.errors import Malformed
from amanat.server.accounts.access import reader
from amanat.server.accounts.models import Member
from amanat.server.api import body
from amanat.server.cases.queries.files import case_of, has_others
from amanat.server.intake.models import Report
from amanat.server.intake.queries import report as find_report
from amanat.server.referrals.actions import referrals as actions
from amanat.server.referrals.actions.missed import tell_missed
from amanat.server.referrals.queries import referrals as queries
from amanat.server.referrals.rules.names import REQUEST_NAMES
from amanat.server.referrals.rules.wording import REASON_NAMES
from amanat.server.referrals.views.sent import STEP, leaf_of, letter_address, new_referral, new_step
from amanat.strict import decode_base64

__all__ = ["draft", "due", "fill", "missed", "new", "onward", "step", "thread"]

NOTE = "text/plain; charset=utf-8"


def fill(report: Report, member: Member) -> Mapping[str, Any]:
    """What the section of a report's page needs beside the report."""
    return {
        "requests": REQUEST_NAMES,
        "reasons": REASON_NAMES,
        "letter": letter_address(),
        "case_file": _case_file(report, member),
    }


def _case_file(report: Report, member: Member) -> str:
    """The case whose other reports count here too, for whoever holds its key; empty where there are none."""
    found = case_of(report)
    if found is None or not has_others(found, member):
        return ""
    return reverse("cases:file", args=[found.pk])


@reader
@require_safe
def thread(_request: HttpRequest, report_id: str) -> HttpResponse:
    """Every referral of a report, sealed."""
    return JsonResponse(queries.for_worker(find_report(report_id)))


@reader
@require_safe
def due(request: HttpRequest, report_id: str) -> HttpResponse:
    """The date by which an institution would have to answer if it were asked now, and why."""
    find_report(report_id)
    try:
        institution = int(request.GET.get("institution", ""))
    except ValueError as error:
        raise Malformed("not a number", where="institution") from error
    wanted = request.GET.get("request", "")
    return JsonResponse(queries.due_preview(institution, wanted, now=clock.now()))


@reader
@require_POST
def new(request: HttpRequest, report_id: str) -> HttpResponse:
    """Send a referral and answer with the promise of its leaf in the report's thread."""
    value = body(request, seq=int, leaf=str, sealed=str, referral=dict)
    promise = actions.refer(
        by=_member(request),
        now=clock.now(),
        report=find_report(report_id),
        seq=value["seq"],
        leaf=leaf_of(value),
        sealed=decode_base64(value["sealed"], where="sealed"),
        made=new_referral(value["referral"]),
    )
    return HttpResponse(promise, content_type=NOTE, status=201)


@reader
@require_POST
def step(request: HttpRequest, report_id: str, referral_id: str) -> HttpResponse:
    """Enter a step from paper, or a message of ours, and answer with its promise."""
    value = body(request, **STEP)
    promise = actions.take_step(
        by=_member(request),
        now=clock.now(),
        referral=queries.referral_of(find_report(report_id), referral_id),
        step=new_step(value),
    )
    return HttpResponse(promise, content_type=NOTE, status=201)


@reader
@require_POST
def onward(request: HttpRequest, report_id: str, referral_id: str) -> HttpResponse:
    """Enter from paper that an institution passed the request on, and make the next referral."""
    value = body(request, **STEP, onward=dict)
    promise = actions.hand_onward(
        by=_member(request),
        now=clock.now(),
        referral=queries.referral_of(find_report(report_id), referral_id),
        step=new_step(value),
        made=new_referral(value["onward"]),
    )
    return HttpResponse(promise, content_type=NOTE, status=201)


@reader
@require_POST
def missed(request: HttpRequest, report_id: str, referral_id: str) -> HttpResponse:
    """Write into the thread that a deadline was missed and answer with the promise of its leaf."""
    value = body(request, seq=int, leaf=str, sealed=str)
    promise = tell_missed(
        by=_member(request),
        now=clock.now(),
        referral=queries.referral_of(find_report(report_id), referral_id),
        seq=value["seq"],
        leaf=leaf_of(value),
        sealed=decode_base64(value["sealed"], where="sealed"),
    )
    return HttpResponse(promise, content_type=NOTE, status=201)


@reader
@require_POST
def draft(request: HttpRequest, report_id: str) -> HttpResponse:
    """Keep a draft; an empty one forgets it."""
    sealed = decode_base64(body(request, sealed=str)["sealed"], where="sealed")
    actions.keep_draft(by=_member(request), now=clock.now(), report=find_report(report_id), sealed=sealed)
    return HttpResponse(status=204)


def _member(request: HttpRequest) -> Member:
    return cast(Member, request.user)
