"""Who holds a case, over JSON: giving, taking away, sealing anew, recovery and erasure.

Shown right by `tests/server/cases/test_file_api.py`.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from amanat import clock
from amanat.server.accounts.access import reader, signed_in
from amanat.server.api import body
from amanat.server.cases.actions import handing, proposing
from amanat.server.cases.api import asking
from amanat.server.cases.api.asking import member, promised
from amanat.server.cases.queries import files
from amanat.strict import decode_base64

__all__ = ["erase", "grants", "propose", "recover", "recovery", "remove", "reseal", "second", "withdraw"]


@reader
@require_POST
def grants(request: HttpRequest, case_id: str) -> HttpResponse:
    """Give the case to colleagues."""
    value = body(request, generation=int, grants=list)
    handing.give(
        by=member(request),
        now=clock.now(),
        case_id=case_id,
        generation=value["generation"],
        grants=asking.grants(value["grants"]),
    )
    return HttpResponse(status=201)


@reader
@require_POST
def remove(request: HttpRequest, case_id: str) -> HttpResponse:
    """Take the case from somebody and change its key."""
    value = body(request, generation=int, member=int, grants=list, previous=str)
    handing.remove(
        by=member(request),
        now=clock.now(),
        case_id=case_id,
        generation=value["generation"],
        member=value["member"],
        grants=asking.grants(value["grants"]),
        previous=decode_base64(value["previous"], where="previous"),
    )
    return HttpResponse(status=201)


@reader
@require_POST
def reseal(request: HttpRequest, case_id: str) -> HttpResponse:
    """Replace values by the same ones under the new key; how many are left."""
    value = body(request, generation=int, values=list)
    left = handing.reseal(
        by=member(request),
        now=clock.now(),
        case_id=case_id,
        generation=value["generation"],
        values=asking.resealed(value["values"]),
    )
    return JsonResponse({"left": left}, status=201)


@signed_in
@require_safe
def recovery(request: HttpRequest, case_id: str) -> HttpResponse:
    """What the page of a recovery needs."""
    return JsonResponse(files.recovery(files.case(case_id), member=member(request)))


@reader
@require_POST
def propose(request: HttpRequest, case_id: str) -> HttpResponse:
    """Propose recovery or erasure."""
    value = body(request, kind=str, reason=str)
    proposing.propose(by=member(request), now=clock.now(), case_id=case_id, **value)
    return HttpResponse(status=201)


@signed_in
@require_POST
def second(request: HttpRequest, case_id: str) -> HttpResponse:
    """Second what somebody else proposed."""
    value = body(request, kind=str)
    proposing.second(by=member(request), now=clock.now(), case_id=case_id, kind=value["kind"])
    return HttpResponse(status=201)


@reader
@require_POST
def withdraw(request: HttpRequest, case_id: str) -> HttpResponse:
    """End a proposal without doing it."""
    value = body(request, kind=str)
    proposing.withdraw(by=member(request), now=clock.now(), case_id=case_id, kind=value["kind"])
    return HttpResponse(status=201)


@signed_in
@require_POST
def recover(request: HttpRequest, case_id: str) -> HttpResponse:
    """Keep the grant made with the recovery key."""
    value = body(request, generation=int, sealed=str)
    sealed = decode_base64(value["sealed"], where="sealed")
    generation = value["generation"]
    proposing.recover(
        by=member(request), now=clock.now(), case_id=case_id, generation=generation, sealed=sealed
    )
    return HttpResponse(status=201)


@reader
@require_POST
def erase(request: HttpRequest, case_id: str) -> HttpResponse:
    """Erase a case, as the second of two people; answers with the promises."""
    value = body(request, events=list)
    events = asking.events(value["events"])
    return promised(proposing.erase(by=member(request), now=clock.now(), case_id=case_id, events=events))
