"""What a worker's browser asks and sends to pause a clock, let it run on, or add days.

Shown right by `tests/server/referrals/test_doings.py`.
"""

from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from amanat import clock
from amanat.errors import Malformed, NotFound
from amanat.receipt.leaf import LEAF_BYTES
from amanat.server.accounts.access import reader
from amanat.server.accounts.models import Member
from amanat.server.api import body
from amanat.server.intake.queries import report as find_report
from amanat.server.referrals.actions.doings import Doing, do
from amanat.server.referrals.queries.clocks import preview_event
from amanat.server.referrals.queries.referrals import referral_of
from amanat.server.referrals.rules.clocks import EXTENDED, PAUSED, RESUMED
from amanat.server.referrals.rules.wording import in_words
from amanat.strict import decode_base64, format_time, parse_decimal, parse_time

__all__ = ["doing", "preview"]

NOTE = "text/plain; charset=utf-8"


@reader
@require_safe
def preview(request: HttpRequest, report_id: str, referral_id: str) -> HttpResponse:
    """The due date that would follow, for the leaf, and how it is counted."""
    found = referral_of(find_report(report_id), referral_id)
    if found.clock is None:
        raise NotFound("no such clock")
    what = request.GET.get("what", "")
    if what not in {PAUSED, RESUMED, EXTENDED}:
        raise Malformed("nothing that can be done to a clock", where="what")
    days = parse_decimal(request.GET.get("days", "0"), where="days", maximum=400)
    told = preview_event(found.clock, what, now=clock.now(), days=days, reason=request.GET.get("reason", ""))
    return JsonResponse({"due": format_time(told.due) if told.due else None, "words": in_words(told)})


@reader
@require_POST
def doing(request: HttpRequest, report_id: str, referral_id: str) -> HttpResponse:
    """Do it and answer with the promise of its leaf in the report's thread."""
    value = body(request, seq=int, leaf=str, sealed=str, what=str, reason=str, days=int, due=str)
    promise = do(
        by=cast(Member, request.user),
        now=clock.now(),
        referral=referral_of(find_report(report_id), referral_id),
        doing=Doing(
            what=value["what"],
            due=parse_time(value["due"], where="due") if value["due"] else None,
            reason=value["reason"],
            days=value["days"],
        ),
        seq=value["seq"],
        leaf=decode_base64(value["leaf"], length=LEAF_BYTES, where="leaf"),
        sealed=decode_base64(value["sealed"], where="sealed"),
    )
    return HttpResponse(promise, content_type=NOTE, status=201)
