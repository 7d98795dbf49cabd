"""The key that reads reports: made and wrapped in the member's browser, kept here only wrapped (protocol
section 1).

The passphrase never comes here. Shown right by `tests/server/accounts/test_api.py`.
"""

from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from amanat import clock
from amanat.errors import Malformed, NotFound
from amanat.sealing.envelope import AGE_HEADER, check_recipient
from amanat.server.accounts import actions, queries
from amanat.server.accounts.access import reader
from amanat.server.accounts.models import Member
from amanat.server.api import body
from amanat.strict import decode_base64

__all__ = ["key", "wrapped"]

MAX_WRAPPED_BYTES = 4096
PASSPHRASE_STANZA = AGE_HEADER + b"-> scrypt "


@reader
@require_http_methods(["GET", "HEAD", "POST"])
def key(request: HttpRequest) -> HttpResponse:
    """The page that makes the key, and the place where its public half and its wrapped copy are sent."""
    member = cast(Member, request.user)
    if request.method != "POST":
        if queries.has_key(member):
            return redirect("cases:inbox")
        return render(request, "staff/key.html")
    value = body(request, recipient=str, wrapped=str)
    check_recipient(value["recipient"])
    _check_wrapped(decode_base64(value["wrapped"], where="wrapped"))
    actions.keep_key(by=member, now=clock.now(), recipient=value["recipient"], wrapped=value["wrapped"])
    return HttpResponse(status=201)


@reader
@require_safe
def wrapped(request: HttpRequest) -> HttpResponse:
    """The member's own wrapped identity, for their browser to open."""
    kept = queries.key_of(cast(Member, request.user))
    if kept is None:
        raise NotFound("there is no key yet", where="key", hint="Make one first.")
    return JsonResponse({"recipient": kept.recipient, "wrapped": kept.wrapped})


def _check_wrapped(data: bytes) -> None:
    if not data.startswith(PASSPHRASE_STANZA) or len(data) > MAX_WRAPPED_BYTES:
        raise Malformed("not an identity under a passphrase", where="wrapped")
