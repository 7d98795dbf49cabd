"""What a worker's browser asks for and sends about one report, as JSON with sealed bytes in base64.

Shown right by `tests/server/cases/test_views.py`.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from amanat import clock
from amanat.errors import NotAllowed
from amanat.receipt.leaf import LEAF_BYTES
from amanat.server.accounts.access import reader
from amanat.server.api import body
from amanat.server.cases import actions, queries
from amanat.server.cases.api import asking
from amanat.server.cases.api.asking import member
from amanat.server.intake.models import Report
from amanat.server.intake.queries import report as find_report
from amanat.strict import decode_base64

__all__ = ["events", "grants", "thread"]


@reader
@require_safe
def thread(request: HttpRequest, report_id: str) -> HttpResponse:
    """The sealed report, its thread and this member's grant."""
    return JsonResponse(queries.thread(_report(request, report_id), member=member(request)))


@reader
@require_POST
def grants(request: HttpRequest, report_id: str) -> HttpResponse:
    """Keep grants that this member's browser has sealed."""
    value = body(request, grants=list)
    given = asking.grants(value["grants"])
    actions.keep_grants(by=member(request), now=clock.now(), report=_report(request, report_id), grants=given)
    return HttpResponse(status=201)


@reader
@require_POST
def events(request: HttpRequest, report_id: str) -> HttpResponse:
    """Add this member's event and answer with its promise."""
    value = body(request, seq=int, kind=str, leaf=str, sealed=str)
    promise = actions.act(
        by=member(request),
        now=clock.now(),
        report=_report(request, report_id),
        seq=value["seq"],
        kind=value["kind"],
        leaf=decode_base64(value["leaf"], length=LEAF_BYTES, where="leaf"),
        sealed=decode_base64(value["sealed"], where="sealed"),
    )
    return HttpResponse(promise, content_type="text/plain; charset=utf-8", status=201)


def _report(request: HttpRequest, report_id: str) -> Report:
    found = find_report(report_id)
    if not queries.may_open(found, member(request)):
        raise NotAllowed("the case of this report was taken from you")
    return found
