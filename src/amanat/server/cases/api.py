"""What a worker's browser asks for and sends about one report, as JSON with sealed bytes in base64.

Shown right by `tests/server/cases/test_views.py`.
"""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from amanat import clock
from amanat.errors import Malformed
from amanat.receipt.leaf import LEAF_BYTES
from amanat.server.accounts.access import reader
from amanat.server.accounts.models import Member
from amanat.server.api import body
from amanat.server.cases import actions, queries
from amanat.server.intake.queries import report as find_report
from amanat.strict import decode_base64

__all__ = ["events", "grants", "thread"]

RECOVERY = "recovery"
MAX_GRANTS = 500


@reader
@require_safe
def thread(request: HttpRequest, report_id: str) -> HttpResponse:
    """The sealed report, its thread and this member's grant."""
    return JsonResponse(queries.thread(find_report(report_id), member=_member(request)))


@reader
@require_POST
def grants(request: HttpRequest, report_id: str) -> HttpResponse:
    """Keep grants that this member's browser has sealed."""
    value = body(request, grants=list)
    given = dict(_grant(item) for item in value["grants"][:MAX_GRANTS])
    if len(given) != len(value["grants"]):
        raise Malformed("somebody twice, or too many", where="grants")
    actions.keep_grants(by=_member(request), now=clock.now(), report=find_report(report_id), grants=given)
    return HttpResponse(status=201)


@reader
@require_POST
def events(request: HttpRequest, report_id: str) -> HttpResponse:
    """Add this member's event and answer with its promise."""
    value = body(request, seq=int, kind=str, leaf=str, sealed=str)
    promise = actions.act(
        by=_member(request),
        now=clock.now(),
        report=find_report(report_id),
        seq=value["seq"],
        kind=value["kind"],
        leaf=decode_base64(value["leaf"], length=LEAF_BYTES, where="leaf"),
        sealed=decode_base64(value["sealed"], where="sealed"),
    )
    return HttpResponse(promise, content_type="text/plain; charset=utf-8", status=201)


def _grant(item: Any) -> tuple[int | None, bytes]:
    if (
        not isinstance(item, dict)
        or item.keys() != {"member", "sealed"}
        or not isinstance(item["sealed"], str)
    ):
        raise Malformed("not a member and a sealed grant", where="grants")
    member = item["member"]
    if member != RECOVERY and type(member) is not int:
        raise Malformed("not a member", where="grants")
    return None if member == RECOVERY else member, decode_base64(item["sealed"], where="grants")


def _member(request: HttpRequest) -> Member:
    return cast(Member, request.user)
