"""What the reporter's browser asks for and sends, as JSON with sealed bytes in base64.

No cookie, no session, no name: a report is found by its locator alone. Answers about an unknown locator look
like answers about a known one (`docs/decisions/0003-fake-answer-for-unknown-locators.md`). Shown right by
`tests/server/intake/test_api.py`.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from amanat import clock
from amanat.errors import Unavailable
from amanat.receipt.leaf import LEAF_BYTES
from amanat.sealing.keys import LOCATOR_BYTES
from amanat.server.api import body
from amanat.server.intake import actions, queries
from amanat.strict import decode_base64

__all__ = ["event", "intake", "sealed", "thread"]

NOTE = "text/plain; charset=utf-8"


@require_safe
def intake(_request: HttpRequest) -> HttpResponse:
    """What the page needs to seal; 503 while nobody could read a report."""
    value = queries.intake(now=clock.now())
    if not value["recipients"]:
        raise Unavailable("nobody here can read reports yet", where="intake")
    return JsonResponse(value)


@csrf_exempt
@require_POST
def sealed(request: HttpRequest) -> HttpResponse:
    """Receive a sealed report and answer with its promise; 429 when it needs work first."""
    value = body(request, report_id=str, locator_hash=str, sealed=str, leaf=str, record=str)
    now = clock.now()
    leaf = decode_base64(value["leaf"], length=LEAF_BYTES, where="leaf")
    queries.check_work(now=now, leaf=leaf, given=request.headers.get("Amanat-Work", ""))
    promise = actions.receive_report(
        by=None,
        now=now,
        report_id=value["report_id"],
        locator_hash=decode_base64(value["locator_hash"], length=32, where="locator_hash"),
        sealed=decode_base64(value["sealed"], where="sealed"),
        leaf=leaf,
        record=decode_base64(value["record"], where="record"),
    )
    return HttpResponse(promise, content_type=NOTE, status=201)


@csrf_exempt
@require_POST
def thread(request: HttpRequest) -> HttpResponse:
    """The sealed events at a locator."""
    return JsonResponse(queries.thread(_locator(body(request, locator=str))))


@csrf_exempt
@require_POST
def event(request: HttpRequest) -> HttpResponse:
    """Add the reporter's next event and answer with its promise."""
    value = body(request, locator=str, seq=int, leaf=str, sealed=str)
    locator = _locator(value)
    leaf = decode_base64(value["leaf"], length=LEAF_BYTES, where="leaf")
    record = decode_base64(value["sealed"], where="sealed")
    promise = actions.append_event(
        by=None,
        now=clock.now(),
        report=queries.report_at(locator),
        seq=value["seq"],
        leaf=leaf,
        sealed=record,
    )
    return HttpResponse(promise, content_type=NOTE, status=201)


def _locator(value: dict[str, str]) -> bytes:
    return decode_base64(value["locator"], length=LOCATOR_BYTES, where="locator")
