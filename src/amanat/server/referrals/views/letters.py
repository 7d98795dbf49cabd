"""The page of an institution that has a letter, and what a reporter is told of referrals. No account.

The page finds a referral by the locator that grows from the letter; no cookie, no session, no name. The words
of the letter never leave the browser. Shown right by `tests/server/referrals/test_letters.py`.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from amanat import clock
from amanat.server.api import body
from amanat.server.referrals.actions import referrals as actions
from amanat.server.referrals.queries import referrals as queries
from amanat.server.referrals.views.sent import (
    LETTER,
    STEP,
    letter_address,
    locator_of,
    new_referral,
    new_step,
)

__all__ = ["due", "letter", "onward", "opened", "reporter", "step"]

NOTE = "text/plain; charset=utf-8"


@require_safe
def letter(request: HttpRequest) -> HttpResponse:
    """The page; everything happens in the browser."""
    return render(request, "referrals/letter.html", {"letter": letter_address()})


@csrf_exempt  # There is no cookie whose authority another site could borrow.
@require_POST
def opened(request: HttpRequest) -> HttpResponse:
    """The sealed package and the steps of the referral that a letter leads to."""
    return JsonResponse(queries.for_letter(queries.at_letter(locator_of(body(request, **LETTER)))))


@csrf_exempt
@require_POST
def step(request: HttpRequest) -> HttpResponse:
    """Take a step and answer with its promise."""
    value = body(request, **LETTER, **STEP)
    referral = queries.at_letter(locator_of(value))
    promise = actions.take_step(by=None, now=clock.now(), referral=referral, step=new_step(value))
    return HttpResponse(promise, content_type=NOTE, status=201)


@csrf_exempt
@require_POST
def onward(request: HttpRequest) -> HttpResponse:
    """Transfer a referral to another institution and answer with the promise of that step."""
    value = body(request, **LETTER, **STEP, onward=dict)
    promise = actions.hand_onward(
        by=None,
        now=clock.now(),
        referral=queries.at_letter(locator_of(value)),
        step=new_step(value),
        made=new_referral(value["onward"]),
    )
    return HttpResponse(promise, content_type=NOTE, status=201)


@csrf_exempt
@require_POST
def due(request: HttpRequest) -> HttpResponse:
    """The date by which an institution would have to answer, for whoever has a letter."""
    value = body(request, **LETTER, institution=int, kind=str)
    queries.at_letter(locator_of(value))
    return JsonResponse(queries.due_preview(value["institution"], value["kind"], now=clock.now()))


@csrf_exempt
@require_POST
def reporter(request: HttpRequest) -> HttpResponse:
    """The referrals of the report at a reporter's locator; for an unknown one the same as for none."""
    return JsonResponse(queries.for_reporter(locator_of(body(request, **LETTER))))
